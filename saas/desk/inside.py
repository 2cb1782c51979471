"""What is inside visits: their parts, with whom and what each takes by name, and the add-ons they belong to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from saas.booking import flagging
from saas.catalogue import offerings
from saas.catalogue.contents import SegmentKind
from saas.desk import rules
from saas.desk.rules import Stretch
from saas.practice.snapshot import Practice, Practitioner
from saas.scheduling import insides, placing, reading
from saas.scheduling.reading import AppointmentRow, SegmentRow


@dataclass(frozen=True)
class Part:
    """A part of a visit; `add_on` is a name, empty for the visit's own, and `takes` whom and what it needs."""

    kind: str
    name: str
    starts_at: datetime
    ends_at: datetime
    add_on: str = ""
    takes: frozenset[UUID] = frozenset()
    people: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    supervisors: tuple[str, ...] = ()

    @property
    def stretch(self) -> Stretch:
        """From when to when it is."""
        return self.starts_at, self.ends_at

    @property
    def is_processing(self) -> bool:
        """Whether time does the work: nobody's hands are needed."""
        return self.kind == SegmentKind.PROCESSING


@dataclass(frozen=True)
class Inside:
    """A visit's parts in order, its add-ons by name, and whom and what it takes, by role and by kind."""

    parts: tuple[Part, ...] = ()
    add_ons: tuple[str, ...] = ()
    takes: Mapping[str, UUID] = field(default_factory=dict, compare=False)

    @property
    def supervisors(self) -> tuple[str, ...]:
        """Who has to be near, by name."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.supervisors))

    @property
    def is_told(self) -> bool:
        """Whether it was written down whom and what the parts take."""
        return any(part.takes for part in self.parts)

    def of(self, resource_id: UUID) -> tuple[Part, ...]:
        """Return the parts that take a person, room or device."""
        return tuple(part for part in self.parts if resource_id in part.takes)

    def idle(self, person_id: UUID) -> tuple[Part, ...]:
        """Return the processing parts during which the person has nothing to do in the visit.

        Of a visit that does not tell who does what all of its processing is.
        """
        if not self.is_told:
            return tuple(part for part in self.parts if part.is_processing)
        own = [part.stretch for part in self.of(person_id)]
        if not own:
            return ()
        waiting = (part for part in self.parts if part.is_processing and not part.takes & {person_id})
        whole = min(own)[0], max(ends for _, ends in own)
        return tuple(
            part for part in waiting
            if rules.within(part.stretch, whole) and not rules.shared([part.stretch], own)
            and not self._lies_in_another(part)
        )  # fmt: skip

    def free(self, person: Practitioner | None) -> tuple[Part, ...]:
        """Return during which parts another patient may be with the person; none for one after another."""
        return self.idle(person.id) if person and person.max_concurrent_patients > 1 else ()

    def _lies_in_another(self, part: Part) -> bool:
        return any(
            other != part and other.is_processing
            and other.starts_at <= part.starts_at and part.ends_at <= other.ends_at
            for other in self.parts
        )  # fmt: skip


NOTHING = Inside()


def called(treatment: str, add_ons: Iterable[str]) -> str:
    """Return what a visit is by name, with its add-ons."""
    return " + ".join([treatment, *add_ons])


def read(visits: Sequence[UUID], practice: Practice, config_version: int) -> dict[UUID, Inside]:
    """Return what is inside each of the *visits*; one statement, however many."""
    rows: dict[UUID, list[SegmentRow]] = {}
    for row in reading.segments_of_all(visits):
        rows.setdefault(row.appointment_id, []).append(row)
    names = dict(_names(rows, config_version))
    people = {one.id: one.name for one in practice.practitioners.values()}
    devices = {one.id: one.name for one in practice.devices}
    return {visit: _inside(found, names, people, devices) for visit, found in rows.items()}


def lost(
    rows: Iterable[AppointmentRow], within: Mapping[UUID, Inside], config_version: int, now: datetime
) -> dict[UUID, tuple[str, ...]]:
    """Return who may no longer perform which visit to come, by name; *within* is what is inside them."""
    takes = {visit: one.takes for visit, one in within.items()}
    with_add_ons = {visit for visit, one in within.items() if one.add_ons}
    return flagging.of(rows, takes, with_add_ons, config_version, now)


def _inside(
    rows: Sequence[SegmentRow],
    names: Mapping[UUID, str],
    people: Mapping[UUID, str],
    devices: Mapping[UUID, str],
) -> Inside:
    added = dict.fromkeys(row.add_on_id for row in rows if row.add_on_id)
    parts = tuple(_part(row, names, people, devices) for row in rows)
    takes = {name: UUID(one) for row in rows for name, one in (row.takes or {}).items()}
    return Inside(parts, tuple(names[one] for one in added), takes)


def _part(
    row: SegmentRow, names: Mapping[UUID, str], people: Mapping[UUID, str], devices: Mapping[UUID, str]
) -> Part:
    takes = {UUID(one): role for role, one in (row.takes or {}).items()}
    above = {one for one, role in takes.items() if role.startswith(placing.SUPERVISES)}
    return Part(
        row.kind, row.name, row.starts_at, row.ends_at, names[row.add_on_id] if row.add_on_id else "",
        frozenset(takes), tuple(people[one] for one in takes if one in people and one not in above),
        tuple(devices[one] for one in takes if one in devices),
        tuple(people[one] for one in takes if one in people and one in above),
    )  # fmt: skip


def _names(rows: Mapping[UUID, Sequence[SegmentRow]], config_version: int) -> Iterator[tuple[UUID, str]]:
    """Yield the add-ons' names by id; one that is archived is read as it was booked."""
    known = {one.id: one.text("name") for one in offerings.list_add_ons(config_version).values()}
    for visit, found in rows.items():
        if any(row.add_on_id and row.add_on_id not in known for row in found):
            for version in insides.add_ons_of(visit):
                booked = offerings.get_version(version)
                yield booked.id, booked.text("name")
    yield from known.items()
