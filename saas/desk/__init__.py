"""The staff's home; no tables."""
