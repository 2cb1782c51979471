"""A practitioner's own days: shifts, visits, breaks and absences, at every location."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from saas.catalogue.contents import Offering
from saas.desk import board, rules
from saas.desk.places import Place
from saas.patients import records
from saas.patients.models import Patient
from saas.practice.snapshot import Practice, Practitioner
from saas.scheduling import reading
from saas.scheduling.reading import AppointmentRow

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stop:
    """One thing of the day, at its place. `kind` is visit, block, break or away."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    place: Place
    row: AppointmentRow | None = None
    offering: Offering | None = None
    patient: Patient | None = None
    is_first: bool = False

    @property
    def treatment(self) -> str:
        """What is done, by name."""
        return self.offering.text("name") if self.offering else ""

    @property
    def is_by_phone(self) -> bool:
        """Whether the patient is not there in person."""
        return self.offering is not None and self.offering.modality != "in_person"


@dataclass(frozen=True)
class OwnDay:
    """One day: when and where at work, and what happens, in order."""

    on: date
    shifts: tuple[tuple[datetime, datetime, Place], ...]
    stops: tuple[Stop, ...]

    @property
    def visits(self) -> list[Stop]:
        """The day's visits."""
        return [stop for stop in self.stops if stop.kind == "visit"]

    def coming(self, now: datetime) -> Stop | None:
        """Return the visit that is on, or else the next."""
        return next((stop for stop in self.visits if stop.ends_at > now), None)


def span(home: Place, first: date, days: int) -> tuple[datetime, datetime]:
    """Return from when to when some days are, by the clock of *home*."""
    return home.midnight(first), home.midnight(first + days * DAY)


def read(
    person: Practitioner, home: Place, practice: Practice, config_version: int, first: date, days: int
) -> list[OwnDay]:
    """Return the person's *days* days from *first*."""
    rows = reading.of_person(person.id, *span(home, first, days))
    known = board.treatments(rows, config_version)
    certain = sorted({row.patient_id for row in rows if row.patient_id and row.state == "confirmed"})
    names, seen = records.names(certain), _seen(rows)
    stops = [_stop(row, practice, known, names, seen) for row in rows]
    return [_day(person, home, practice, first + n * DAY, stops) for n in range(days)]


def _seen(rows: tuple[AppointmentRow, ...]) -> dict[UUID, datetime]:
    """Return when each patient's first visit among *rows* is, for those who had none before."""
    first: dict[UUID, datetime] = {}
    for row in rows:
        if row.patient_id and row.state == "confirmed":
            first.setdefault(row.patient_id, row.starts_at)
    if not first:
        return {}
    before = reading.seen_before(list(first), min(first.values()))
    return {patient: at for patient, at in first.items() if patient not in before}


def _stop(row: AppointmentRow, practice: Practice, known: dict[UUID, Offering], names: dict[UUID, Patient],
          new: dict[UUID, datetime]) -> Stop:  # fmt: skip
    patient = names.get(row.patient_id) if row.patient_id else None
    offering = known.get(row.offering_version_id) if row.offering_version_id else None
    is_first = patient is not None and new.get(patient.id) == row.starts_at
    place = Place(practice.places.get(row.location_id))
    return Stop(row.kind, row.starts_at, row.ends_at, place, row, offering, patient, is_first)


def _day(person: Practitioner, home: Place, practice: Practice, on: date, stops: list[Stop]) -> OwnDay:
    whole = span(home, on, 1)
    shifts = sorted(_shifts(person, practice, on), key=lambda shift: shift[0])
    mine = [stop for stop in stops if whole[0] <= stop.starts_at < whole[1]]
    away = (rules.within(absence, whole) for absence in person.time_off)
    mine += [Stop("away", *part, home) for part in away if part]
    mine += _breaks(shifts)
    return OwnDay(on, tuple(shifts), tuple(sorted(mine, key=lambda stop: (stop.starts_at, stop.kind))))


def _shifts(person: Practitioner, practice: Practice, on: date) -> Iterator[tuple[datetime, datetime, Place]]:
    for location_id in person.hours:
        place = Place(practice.places.get(location_id))
        for part in rules.shared(board.working(place, person, on), board.opening(place, on)):
            yield (*part, place)


def _breaks(shifts: list[tuple[datetime, datetime, Place]]) -> list[Stop]:
    pairs = itertools.pairwise(shifts)
    return [Stop("break", a[1], b[0], a[2]) for a, b in pairs if a[1] < b[0]]
