"""Configuration as code: a folder of YAML, read whole and applied in one transaction."""
