"""The database: base classes, the laws of a table, sessions and their tenant guard, the embedded server."""
