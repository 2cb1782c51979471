"""Hears news and sends mail; no room calls it."""
