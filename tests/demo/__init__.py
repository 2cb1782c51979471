"""The demo as a person runs it: a process of its own, watched from outside."""
