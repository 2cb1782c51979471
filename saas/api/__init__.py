"""JSON doors at /api/v1 onto the same verbs the pages use."""
