"""Identifiers. A UUIDv7 sorts by the time it was made, and so tells it: never use one as a secret."""

import secrets
from uuid import UUID

import uuid_utils.compat


def new() -> UUID:
    """Return a fresh UUIDv7 (RFC 9562, section 5.7)."""
    return uuid_utils.compat.uuid7()


def parse(text: str) -> UUID | None:
    """Return the UUID that *text* spells, or None where it spells none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def secret() -> str:
    """Return an unguessable URL-safe string of 256 random bits."""
    return secrets.token_urlsafe(32)
