"""People who log in, their roles, sessions and API tokens."""
