"""Stored documents: typed by content, named by hash, counted against a quota."""
