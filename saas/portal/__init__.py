"""The patient's home; no tables."""
