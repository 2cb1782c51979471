"""Complete a hold: say who it is for, and accept the terms. What is still open is `needs`.

A visitor becomes a new, provisional patient whatever they type; a member of staff may name an existing
one, whose own time is then claimed too.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from saas.booking import suitable
from saas.db import session
from saas.kernel.actors import Actor
from saas.kernel.errors import Conflict
from saas.kernel.text import N_
from saas.patients import records
from saas.patients.records import Details
from saas.scheduling import appointments
from saas.scheduling.models import Appointment
from saas.scheduling.refusals import NoSuchHold


class NeedsOpen(Conflict):
    """Something still has to be said before the hold can be confirmed."""

    code = "needs_open"
    sentence = N_("Something is still missing: %(needs)s.")


@dataclass(frozen=True)
class Completion:
    """What is said of a hold: who it is for, and whether the *terms* (their text) are accepted."""

    details: Details | None = None
    patient_id: UUID | None = None
    terms: str | None = None


def complete(row: Appointment, said: Completion, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Write what was said to the hold and return what is still open.

    Raises HoldLapsed, DetailsRefused, PatientBusy, NotForPatient. What a visitor told of themselves is kept even when
    the hold has lapsed, so that it need not be typed again.
    """
    appointments.require_open(row, now)
    if said.patient_id is not None:
        appointments.identify(row, records.get(said.patient_id).id, now)
    elif said.details is not None:
        _told(row, said.details, actor, now)
    if said.terms is not None:
        row.terms, row.terms_accepted_at = said.terms, now
    session.current().flush()
    suitable.require(row)
    return needs(row)


def needs(row: Appointment) -> tuple[str, ...]:
    """Return what the hold still lacks: patient, terms."""
    open_ones = {"patient": row.patient_id is None, "terms": row.terms_accepted_at is None}
    return tuple(name for name, is_open in open_ones.items() if is_open)


def require_all(row: Appointment) -> None:
    """Raise NeedsOpen where something still has to be said."""
    missing = needs(row)
    if missing:
        raise NeedsOpen(needs=", ".join(missing))


def get_hold(appointment_id: UUID, holder_digest: str) -> Appointment:
    """Return the hold, open or not, with its row locked, to whoever made it. NoSuchHold for all others."""
    row = session.current().scalar(
        select(Appointment)
        .where(Appointment.id == appointment_id, Appointment.holder_digest == holder_digest)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NoSuchHold
    return row


def _told(row: Appointment, details: Details, actor: Actor, now: datetime) -> None:
    known = records.get(row.patient_id) if row.patient_id else None
    if known is not None and known.status == "provisional":
        records.correct(known, details, now.date())
        return
    made = records.add(details, actor, now.date(), provisional=True)
    appointments.identify(row, made.id, now)
