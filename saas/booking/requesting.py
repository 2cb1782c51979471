"""Decide about a visit that is asked for on request: a clinician releases it or refuses it, each with a reason.

The reason stays with the clinic; the patient hears what was decided, and what else there is.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from saas.booking import confirm, deciding, releases, reschedule
from saas.booking.asking import Channel
from saas.booking.models import VisitReview
from saas.db import session
from saas.kernel import ids
from saas.kernel.actors import Actor
from saas.kernel.errors import Invalid
from saas.kernel.text import N_
from saas.scheduling import appointments, requests
from saas.scheduling.models import Appointment
from saas.scheduling.states import State
from saas.tenancy import tenants

LONGEST_REASON = 500


class ReasonNeeded(Invalid):
    """A decision was to be made without saying why."""

    code = "reason_needed"
    sentence = N_("Say why, in 1 to 500 characters.")


def release(row: Appointment, reason: str, actor: Actor, now: datetime, version: int | None = None) -> None:
    """Make the visit certain; its row is locked by the caller. Releasing it twice is releasing it once.

    OldVersion, ReasonNeeded, RequestLapsed, MoveRefused; NotEligible where it has been forbidden since.
    """
    if decided(row.id) != releases.RELEASED:
        _decide(row, releases.RELEASED, reason, actor, now, version)


def refuse(row: Appointment, reason: str, actor: Actor, now: datetime, version: int | None = None) -> None:
    """Refuse the visit and free its time; its row is locked by the caller. Refusing it twice is refusing it once.

    OldVersion, ReasonNeeded, RequestLapsed, MoveRefused.
    """
    if decided(row.id) != releases.REFUSED:
        _decide(row, releases.REFUSED, reason, actor, now, version)


def decided(appointment_id: UUID) -> str | None:
    """Return what was decided about a visit: released, refused; None where nothing was."""
    found = find(appointment_id)
    return found.outcome if found else None


def find(appointment_id: UUID) -> VisitReview | None:
    """Return what was decided about a visit, by whom, when and why; None where nothing was."""
    return session.current().scalar(select(VisitReview).where(VisitReview.appointment_id == appointment_id))


def waiting(now: datetime, limit: int) -> list[Appointment]:
    """Return the visits that wait for a decision, the most urgent first, at most *limit*."""
    query = select(Appointment).where(Appointment.held_until > now, Appointment.state == State.PENDING)
    in_order = query.order_by(Appointment.held_until, Appointment.id).limit(limit)
    return list(session.current().scalars(in_order))


def count_waiting(now: datetime) -> int:
    """Return how many visits wait for a decision."""
    waits = (Appointment.held_until > now, Appointment.state == State.PENDING)
    return session.current().scalar(select(func.count()).select_from(Appointment).where(*waits)) or 0


def _decide(
    row: Appointment, outcome: str, reason: str, actor: Actor, now: datetime, version: int | None
) -> None:
    if version is not None:
        appointments.require_version(row, version)
    requests.require_waiting(row, now)
    said = reason.strip()
    if not 1 <= len(said) <= LONGEST_REASON:
        raise ReasonNeeded
    covers = _open(row) if outcome == releases.RELEASED else None
    verb: Callable[[Appointment, Actor, datetime], None] = {
        releases.RELEASED: requests.release,
        releases.REFUSED: requests.refuse,
    }[outcome]
    verb(row, actor, now)
    session.current().add(
        VisitReview(
            id=ids.new(), appointment_id=row.id, outcome=outcome, reason=said, covers=covers,
            decided_by=actor.id, decided_at=now,
        )
    )  # fmt: skip
    session.current().flush()


def _open(row: Appointment) -> list[str]:
    """Return the questions that are open and that a release covers; NotEligible where something is forbidden."""
    confirm.require_eligible(row)
    version = tenants.config_version(session.current().tenant_id)
    wish = reschedule.wish_of(row, version, Channel.STAFF)
    return sorted({releases.key(one) for one in deciding.open_questions(row, wish)})
