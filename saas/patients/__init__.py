"""The people who are treated: their records and contacts."""
