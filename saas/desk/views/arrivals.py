"""Who is here: since when, and the button that says so or takes it back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for

from saas.booking import check_in
from saas.booking.check_in import Expected
from saas.desk.views import door
from saas.kernel.permissions import Permission

# Lists that a button in them leads back to.
SCHEDULE, AGENDA, DAY = "schedule", "agenda", "day"


@dataclass(frozen=True)
class Arrival:
    """Since when a visit's patient is here, and where to say so or take it back, if that can be done now.

    `back` is the list that the button stands in; empty on the visit's own page.
    """

    since: datetime | None
    href: str = ""
    undo: str = ""
    back: str = ""
    name: str = ""


def of(visit_id: UUID, visit: Expected, now: datetime, back: str = "", name: str = "") -> Arrival:
    """Return what there is to say of a visit's patient; *name* completes the button for those who hear it."""
    allowed = door.may(Permission.APPOINTMENT_CHECK_IN)
    href = url_for("desk.check_in", appointment_id=visit_id) if allowed and check_in.may(visit, now) else ""
    undo = url_for("desk.undo_check_in", appointment_id=visit_id)
    return Arrival(
        visit.checked_in_at, href, undo if allowed and check_in.may_undo(visit, now) else "", back, name
    )


def of_all(visits: Iterable[tuple[UUID, Expected, str]], now: datetime, back: str) -> dict[UUID, Arrival]:
    """Return the same for each of several visits, by id."""
    return {visit_id: of(visit_id, visit, now, back, name) for visit_id, visit, name in visits}
