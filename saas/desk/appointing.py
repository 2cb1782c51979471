"""Book at the desk in one go: hold, say who it is for, confirm. The terms are told at the desk."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from saas.booking import complete, confirm, hold
from saas.booking.complete import Completion
from saas.booking.hold import Asked, Holder
from saas.db import session
from saas.kernel import ids
from saas.kernel.actors import Actor
from saas.kernel.text import N_
from saas.patients import records
from saas.patients.models import Patient
from saas.patients.records import Details
from saas.scheduling.models import Appointment

TERMS = N_("The terms were told at the desk.")


@dataclass(frozen=True)
class Guest:
    """Whom a visit is for: someone known, or the details of someone new.

    *born* is noted of someone known whose birth date was not.
    """

    patient_id: UUID | None = None
    details: Details | None = None
    born: date | None = None


def book(asked: Asked, guest: Guest, config_version: int, actor: Actor, now: datetime) -> Appointment:
    """Book the visit, or nothing at all. Raises what hold, complete and confirm raise, and DetailsRefused."""
    with session.current().begin_nested():
        patient = _patient(guest, actor, now)
        holder = Holder(ids.new().hex, source="staff")
        row = hold.hold(replace(asked, patient_id=patient.id), holder, config_version, actor, now)
        complete.complete(row, Completion(patient_id=patient.id, terms=TERMS), actor, now)
        confirm.confirm(row, actor, now)
        return row


def alike(details: Details) -> list[Patient]:
    """Return the patients known by the same e-mail address or phone number."""
    found = {p.id: p for words in (details.email, details.phone) if words for p in records.search(words)}
    return list(found.values())


def _patient(guest: Guest, actor: Actor, now: datetime) -> Patient:
    if guest.patient_id is not None:
        known = records.get(guest.patient_id)
        records.note_birth_date(known, guest.born, now.date())
        return known
    assert guest.details is not None
    return records.add(guest.details, actor, now.date(), provisional=False)
