"""One visit, with all that the desk wants to see of it at a glance."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from saas.booking import reschedule
from saas.catalogue.contents import Offering
from saas.desk import inside
from saas.desk.inside import NOTHING, Inside
from saas.desk.places import Place
from saas.identity import users
from saas.journal import reading as journal
from saas.journal.reading import Happening
from saas.kernel.actors import ActorKind
from saas.patients import records
from saas.patients.models import Patient
from saas.practice import snapshot
from saas.practice.snapshot import Practitioner
from saas.scheduling import appointments, reading
from saas.scheduling.models import Appointment


@dataclass(frozen=True)
class Visit:
    """A visit or a block; `rooms`, `devices` and `others` (people besides its practitioner) are what it takes."""

    row: Appointment
    place: Place
    offering: Offering | None
    patient: Patient | None
    practitioner: Practitioner | None
    rooms: tuple[str, ...]
    devices: tuple[str, ...]
    others: tuple[str, ...]
    content: Inside
    is_first: bool

    @property
    def is_block(self) -> bool:
        """Whether this is time that is blocked."""
        return self.row.kind == "block"

    @property
    def treatment(self) -> str:
        """What is done, by name."""
        return inside.called(self.offering.text("name"), self.content.add_ons) if self.offering else ""

    @property
    def free(self) -> tuple[inside.Part, ...]:
        """The parts during which its practitioner may look after somebody else."""
        return self.content.free(self.practitioner)

    def may_change(self, now: datetime) -> bool:
        """Whether it can still be moved or called off."""
        return self.row.state == "confirmed" and self.row.ends_at > now


def look_up(appointment_id: UUID, config_version: int, *, lock: bool = False) -> Visit:
    """Return the visit, with its row locked where it will be changed. NotFound."""
    row, practice = appointments.get(appointment_id, lock=lock), snapshot.read(config_version)
    patient = records.get(row.patient_id) if row.patient_id else None
    taken = {claim.resource_id for claim in reading.claims_of(row.id)}
    rooms, devices, others = (
        tuple(unit.name for unit in units if unit.id in taken and unit.id != row.practitioner_id)
        for units in (practice.rooms, practice.devices, practice.practitioners.values())
    )
    known = reading.seen_before([patient.id], row.starts_at) if patient else set()
    person = practice.practitioners.get(row.practitioner_id) if row.practitioner_id else None
    content = inside.read([row.id], practice, config_version).get(row.id, NOTHING)
    others = tuple(name for name in others if name not in content.supervisors)
    return Visit(
        row, Place(practice.places.get(row.location_id)), offering_of(row), patient, person, rooms,
        devices, others, content, patient is not None and patient.id not in known,
    )  # fmt: skip


def offering_of(row: Appointment) -> Offering | None:
    """Return what the visit was booked as; None for a block."""
    return reschedule.offering_of(row) if row.offering_version_id else None


def history(visit: Visit) -> list[tuple[Happening, str]]:
    """Return what happened to the visit, and the name of whoever of the staff did it."""
    told = journal.of_subject(visit.row.id, visit.row.created_at)
    names = {user.id: user.name for user, _ in users.list_all()} if told else {}
    return [
        (
            event,
            names.get(event.actor_id, "") if event.actor_kind == ActorKind.USER and event.actor_id else "",
        )
        for event in told
    ]
