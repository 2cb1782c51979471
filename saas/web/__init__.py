"""The Flask kit: one request, one transaction; rendering, permission, errors, headers."""
