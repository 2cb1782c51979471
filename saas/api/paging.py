"""Opaque cursors: where a list goes on, as an instant and an id."""

import base64
import binascii
from datetime import datetime
from uuid import UUID

from saas.kernel.errors import Invalid
from saas.kernel.text import N_


class CursorRefused(Invalid):
    """The cursor is not one of ours."""

    code = "cursor_refused"
    sentence = N_("This cursor was not made by us; start without one.")


def encode(at: datetime, row_id: UUID) -> str:
    """Return the cursor after a row."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{row_id.hex}".encode()).decode().rstrip("=")


def decode(cursor: str) -> tuple[datetime, UUID]:
    """Return what `encode` was given. CursorRefused."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at, _, row_id = text.partition("|")
        instant = datetime.fromisoformat(at)
        if instant.tzinfo is None:
            raise CursorRefused
        return instant, UUID(row_id)
    except (ValueError, binascii.Error) as error:
        raise CursorRefused from error
