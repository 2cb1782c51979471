"""Every kind of event, alphabetised, in the past tense. Feeds and subscribers know them by these names.

ARCHIVAL kinds have no subscriber on purpose: they are kept for the record and the API.
"""

from enum import StrEnum


class EventKind(StrEnum):
    """What can happen."""

    CONFIGURATION_APPLIED = "configuration.applied"

    SESSION_CLOSED = "session.closed"
    SESSION_OPENED = "session.opened"

    TENANT_CREATED = "tenant.created"

    TOKEN_CREATED = "token.created"  # noqa: S105 - an event's name

    USER_ADDED = "user.added"
    USER_CHANGED = "user.changed"
    USER_PASSWORD_CHANGED = "user.password_changed"  # noqa: S105 - an event's name


ARCHIVAL = frozenset(EventKind)
