"""Roster edits at the desk: an absence, and whom it strands.

The edit takes the person's lock first, as every booking does, so that sick leave and a booking never
both succeed; then it lists the visits that are left without their practitioner or without who supervises them.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select

from saas.booking import unwatched
from saas.db import session
from saas.kernel.actors import Actor
from saas.practice import absences
from saas.scheduling import resources, staffing
from saas.scheduling.models import Appointment, Claim
from saas.scheduling.states import State
from saas.tenancy import tenants

LONGEST = timedelta(days=1)  # no claim is longer
MOST_WATCHES = 10  # no configuration lets anybody supervise more visits at a time


def take_time_off(
    person_id: UUID, starts_at: datetime, ends_at: datetime, reason: str, actor: Actor
) -> list[Appointment]:
    """Note that the person is away, and return the visits that this strands, by time."""
    resources.lock({person_id: "practitioner"})
    absences.add(person_id, starts_at.astimezone(UTC), ends_at.astimezone(UTC), reason, actor)
    tenants.raise_config_version(session.current().tenant_id)
    return stranded(person_id, starts_at, ends_at)


def return_to_work(absence_id: UUID, person_id: UUID, actor: Actor, now: datetime) -> None:
    """Take the person's absence back. NotFound."""
    resources.lock({person_id: "practitioner"})
    absences.cancel(absence_id, actor, now)
    tenants.raise_config_version(session.current().tenant_id)


def stranded(person_id: UUID, starts_at: datetime, ends_at: datetime) -> list[Appointment]:
    """Return the certain visits that the person performs or supervises and that reach into a span, by time."""
    theirs = [person_id, *staffing.watches(person_id, MOST_WATCHES)]
    claimed = select(Claim.appointment_id).where(
        Claim.resource_id.in_(theirs), Claim.state == "confirmed",
        Claim.starts_at >= starts_at - LONGEST, Claim.starts_at < ends_at, Claim.ends_at > starts_at,
    )  # fmt: skip
    version = tenants.config_version(session.current().tenant_id)
    unsupervised = unwatched.now_without(
        person_id, starts_at.astimezone(UTC), ends_at.astimezone(UTC), version
    )
    query = select(Appointment).where(
        or_(Appointment.id.in_(claimed), Appointment.id.in_(unsupervised)),
        Appointment.state == State.CONFIRMED,
        Appointment.kind == "visit",
    )
    return list(session.current().scalars(query.order_by(Appointment.starts_at)))
