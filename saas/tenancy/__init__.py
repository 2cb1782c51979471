"""Clinic groups: their hostnames, status and branding."""
