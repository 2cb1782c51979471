"""What waits for a clinician's decision: whose visit, with whom, what is open about it, and by when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from saas.booking import deciding, requesting, reschedule
from saas.booking.asking import Channel, Wish
from saas.booking.reschedule import PlaceGone
from saas.desk import inside
from saas.kernel.errors import Reason
from saas.patients import records
from saas.patients.models import Patient
from saas.scheduling.models import Appointment

MOST = 50


@dataclass(frozen=True)
class Waiting:
    """A visit that waits, what it is, and what is open about who would perform it; nothing where that is settled."""

    row: Appointment
    place: str
    treatment: str
    practitioner: str
    patient: Patient | None
    reasons: tuple[Reason, ...]


def waiting(config_version: int, now: datetime) -> list[Waiting]:
    """Return what waits, the most urgent first; at most fifty."""
    rows = requesting.waiting(now, MOST)
    patients = records.names([row.patient_id for row in rows if row.patient_id])
    return [_waiting(row, patients, config_version) for row in rows]


def _waiting(row: Appointment, patients: Mapping[UUID, Patient], config_version: int) -> Waiting:
    patient = patients.get(row.patient_id) if row.patient_id else None
    try:
        wish = reschedule.wish_of(row, config_version, Channel.STAFF)
    except PlaceGone as error:
        why = (Reason(error.code, error.sentence),)
        return Waiting(row, "", reschedule.offering_of(row).text("name"), "", patient, why)
    named = wish.practitioner.name if wish.practitioner else ""
    return Waiting(
        row, wish.place.name, _called(wish), named, patient, tuple(deciding.open_questions(row, wish))
    )


def _called(wish: Wish) -> str:
    return inside.called(wish.offering.text("name"), [one.text("name") for one in wish.add_ons])
