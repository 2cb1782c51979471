"""A practitioner's own days: shifts, visits, breaks and absences, at every location."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from saas.catalogue import varying
from saas.catalogue.contents import Offering
from saas.desk import board, inside, rules
from saas.desk.inside import NOTHING, Inside
from saas.desk.places import Place
from saas.patients import records
from saas.patients.models import Patient
from saas.practice.snapshot import Practice, Practitioner
from saas.scheduling import reading
from saas.scheduling.reading import AppointmentRow

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stop:
    """One thing of the day, at its place. `kind` is visit, block, break or away.

    Who only takes part in a visit has their own minutes in it as its time, and `own` and `lead`: what they do,
    and whose visit it is. `free` are the parts during which whose visit it is may look after somebody else, and `lost`
    who may no longer perform the visit on its day, by name.
    """

    kind: str
    starts_at: datetime
    ends_at: datetime
    place: Place
    row: AppointmentRow | None = None
    offering: Offering | None = None
    patient: Patient | None = None
    is_first: bool = False
    content: Inside = NOTHING
    own: tuple[inside.Part, ...] = ()
    lead: str = ""
    free: tuple[inside.Part, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def treatment(self) -> str:
        """What is done, by name."""
        return inside.called(self.offering.text("name"), self.content.add_ons) if self.offering else ""

    @property
    def told(self) -> tuple[inside.Part, ...]:
        """The parts worth naming: none of a visit that one person does alone, without a pause."""
        several = {name for part in self.content.parts for name in part.people}
        return self.content.parts if self.free or len(several) > 1 else ()

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
    person: Practitioner, home: Place, practice: Practice, config_version: int, asked: tuple[date, int], now: datetime
) -> list[OwnDay]:  # fmt: skip
    """Return the person's own days as *asked*: so many from a first one."""
    first, days = asked
    rows = reading.of_person(person.id, *span(home, first, days))
    known = board.treatments(rows, config_version)
    certain = sorted({row.patient_id for row in rows if row.patient_id and row.state in board.NAMED})
    names, seen = records.names(certain), _seen(rows)
    found = inside.read([row.id for row in rows if row.kind == "visit"], practice, config_version)
    lost = inside.lost(rows, found, config_version, now)
    stops = [
        replace(
            _narrowed(_stop(row, practice, known, names, seen), person, practice, found.get(row.id, NOTHING)),
            lost=lost.get(row.id, ()),
        )
        for row in rows
    ]
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
    booked = known.get(row.offering_version_id) if row.offering_version_id else None
    offering = varying.as_known(booked, row.variant) if booked else None
    is_first = patient is not None and new.get(patient.id) == row.starts_at
    place = Place(practice.places.get(row.location_id))
    return Stop(row.kind, row.starts_at, row.ends_at, place, row, offering, patient, is_first)


def _narrowed(stop: Stop, person: Practitioner, practice: Practice, content: Inside) -> Stop:
    """Return the stop with what is inside; of somebody else's visit no more than what takes the *person*."""
    assert stop.row is not None
    leading = stop.row.practitioner_id
    own = content.of(person.id)
    if leading in (person.id, None) or not own:
        return replace(stop, content=content, free=content.free(person))
    starts, ends = min(part.starts_at for part in own), max(part.ends_at for part in own)
    lead = practice.practitioners.get(leading) if leading else None
    return replace(
        stop, content=content, own=own, lead=lead.name if lead else "", starts_at=starts, ends_at=ends
    )


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
