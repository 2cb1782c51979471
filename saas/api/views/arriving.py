"""Check the patient of a visit in, and take that back."""

from typing import Any

from pydantic import Field

from saas.api import describing, idempotency
from saas.api.describing import VisitBody
from saas.api.door import CALENDAR, CONFLICT, Body, Query, blueprint
from saas.api.views.appointments import VisitPath
from saas.booking import check_in, listing
from saas.kernel import clock
from saas.kernel.errors import NotFound
from saas.kernel.permissions import Permission
from saas.scheduling import appointments
from saas.scheduling.models import Appointment
from saas.web import edge
from saas.web.access import permit


class CheckIn(Body):
    """The version you saw, where an older one is to be refused."""

    version: int | None = None


class UndoQuery(Query):
    """The version you saw, where an older one is to be refused."""

    version: int | None = Field(None)


@blueprint.post(
    "/appointments/<uuid:appointment_id>/check-in", tags=[CALENDAR], responses={200: VisitBody, **CONFLICT}
)
@permit(Permission.APPOINTMENT_CHECK_IN)
@idempotency.once
def check_in_visit(path: VisitPath, body: CheckIn) -> Any:
    """Note that the patient is here: 409 `old_version`, `check_in_too_early`, `check_in_too_late`, `state_refused`.

    422 `not_eligible` where somebody may no longer perform their part; the reasons say why, and `colleague_free`
    who could at that time. 409 `clearance_missing` where an examination has to come first; the reasons say which.
    Checked in twice is checked in once.
    """
    row = _visit(path)
    check_in.check_in(row, edge.tenant().config_version, edge.actor(), clock.now(), body.version)
    return describing.visit(listing.get(row.id))


@blueprint.delete(
    "/appointments/<uuid:appointment_id>/check-in", tags=[CALENDAR], responses={200: VisitBody, **CONFLICT}
)
@permit(Permission.APPOINTMENT_CHECK_IN)
def undo_check_in(path: VisitPath, query: UndoQuery) -> Any:
    """Take back that the patient is here: 409 `old_version`, `check_in_too_late`, `already_billed`."""
    row = _visit(path)
    check_in.undo(row, edge.actor(), clock.now(), query.version)
    return describing.visit(listing.get(row.id))


def _visit(path: VisitPath) -> Appointment:
    """Return the visit with its row locked; NotFound for holds and blocks."""
    row = appointments.get(path.appointment_id, lock=True)
    if row.kind != "visit" or row.confirmed_at is None:
        raise NotFound
    return row
