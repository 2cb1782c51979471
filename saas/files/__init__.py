"""Stored documents: typed by content, named by hash."""
