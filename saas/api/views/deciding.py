"""Deciding about visits that are asked for on request."""

from typing import Any

from pydantic import Field

from saas.api import describing, idempotency
from saas.api.describing import VisitBody
from saas.api.door import CALENDAR, CONFLICT, Body, blueprint
from saas.api.views.appointments import VisitPath
from saas.booking import listing, requesting
from saas.kernel import clock
from saas.kernel.errors import NotFound
from saas.kernel.permissions import Permission
from saas.scheduling import appointments
from saas.scheduling.models import Appointment
from saas.web import edge
from saas.web.access import permit


class Ruling(Body):
    """Why it is so decided; the reason stays with the clinic. `version` is the one you saw."""

    reason: str = Field(min_length=1, max_length=500, examples=["Her licence is verified by telephone."])
    version: int | None = None


@blueprint.post(
    "/appointments/<uuid:appointment_id>/release", tags=[CALENDAR], responses={200: VisitBody, **CONFLICT}
)
@permit(Permission.REVIEW_DECIDE)
@idempotency.once
def release_request(path: VisitPath, body: Ruling) -> Any:
    """Make a pending visit certain: 409 `old_version`, `request_lapsed` or `state_refused`; 422 `not_eligible`."""
    row = _asked_for(path)
    requesting.release(row, body.reason, edge.actor(), clock.now(), body.version)
    return describing.visit(listing.get(row.id))


@blueprint.post(
    "/appointments/<uuid:appointment_id>/refuse", tags=[CALENDAR], responses={200: VisitBody, **CONFLICT}
)
@permit(Permission.REVIEW_DECIDE)
@idempotency.once
def refuse_request(path: VisitPath, body: Ruling) -> Any:
    """Refuse a pending visit; its time is free: 409 `old_version`, `request_lapsed` or `state_refused`."""
    row = _asked_for(path)
    requesting.refuse(row, body.reason, edge.actor(), clock.now(), body.version)
    return describing.visit(listing.get(row.id))


def _asked_for(path: VisitPath) -> Appointment:
    """Return a visit with its row locked; NotFound for what was never asked for on request."""
    row = appointments.get(path.appointment_id, lock=True)
    if row.requested_at is None:
        raise NotFound
    return row
