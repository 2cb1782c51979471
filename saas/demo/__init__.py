"""The demo: two clinic groups to try, their log-ins, and a mailbox that no mail leaves."""
