"""The laws that machines keep. Each is a walk that lists offences, and a planted one that proves it."""
