"""Needlepoint: practice management for clinics that treat muscle and skin."""
