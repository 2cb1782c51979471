"""Place a visit: choose who and what, lock them, look again, and claim. The constraint has the last word.

Order everywhere: resources by id, then lapse what has run out; then the cap and what is inserted, all of it locked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from saas.db import session
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from saas.kernel.spans import Span, merged
from saas.scheduling import availability, joining, masks, resources, staffing
from saas.scheduling.availability import Times
from saas.scheduling.demand import Demand, Overseer, RoleDemand
from saas.scheduling.refusals import CapReached, SlotTaken
from saas.scheduling.windows import Window

# What may stand in the way: what is certain within the visit's time, and holds, run out or not. Only a held claim
# has held_until; as in a search, not saying `state = 'held'` keeps the planner on the index by time.
_LOOK = """
SELECT t.config_version, c.resource_id, c.starts_at, c.ends_at, c.held_until <= now() AS is_over
FROM tenants t LEFT JOIN claims c ON c.tenant_id = %(tenant)s AND c.resource_id = ANY(%(resources)s)
  AND c.starts_at >= %(reach)s AND c.starts_at < %(until)s AND c.ends_at > %(starts_at)s
  AND (c.state = 'confirmed' AND c.starts_at < %(ends_at)s OR c.held_until IS NOT NULL)
  AND c.appointment_id <> %(except)s
WHERE t.id = %(tenant)s
"""
_LAPSE = """
WITH gone AS (
  SELECT DISTINCT c.appointment_id AS id, a.state = 'pending' AS was_asked FROM claims c
  JOIN appointments a ON a.tenant_id = c.tenant_id AND a.id = c.appointment_id
  WHERE c.tenant_id = %(tenant)s AND c.resource_id = ANY(%(resources)s)
    AND c.state = 'held' AND c.held_until <= now()
    AND c.starts_at >= %(reach)s AND c.starts_at < %(until)s
), lapsed AS (
  UPDATE appointments a SET state = 'lapsed', held_until = NULL, version = version + 1
  FROM gone WHERE a.tenant_id = %(tenant)s AND a.id = gone.id AND a.held_until <= now()
  RETURNING a.id, gone.was_asked
), uses AS (
  DELETE FROM cap_uses u USING lapsed WHERE u.tenant_id = %(tenant)s AND u.appointment_id = lapsed.id
)
UPDATE claims c SET state = 'released', held_until = NULL
FROM lapsed WHERE c.tenant_id = %(tenant)s AND c.appointment_id = lapsed.id AND c.state = 'held'
RETURNING c.appointment_id, lapsed.was_asked
"""
_CLAIM = """
INSERT INTO claims (tenant_id, resource_id, appointment_id, starts_at, ends_at, state, held_until)
VALUES (%(tenant)s, %(resource)s, %(appointment)s, %(starts_at)s, %(ends_at)s, %(state)s, %(held_until)s)
"""
_TAKE_PLACE = """
INSERT INTO cap_uses (tenant_id, id, offering_id, week, place, places, appointment_id)
SELECT :tenant, :id, :offering, :week, place, :places, :appointment
FROM generate_series(1, :places) AS place
WHERE NOT EXISTS (SELECT 1 FROM cap_uses u WHERE u.tenant_id = :tenant AND u.offering_id = :offering
                  AND u.week = :week AND u.place = place.place)
ORDER BY place LIMIT 1
"""
_LAPSE_PLACES = """
WITH gone AS (
  SELECT a.id FROM cap_uses u JOIN appointments a ON a.tenant_id = u.tenant_id AND a.id = u.appointment_id
  WHERE u.tenant_id = :tenant AND u.offering_id = :offering AND u.week = :week
    AND (a.state NOT IN ('held', 'pending', 'confirmed') OR a.held_until <= now())
)
DELETE FROM cap_uses u USING gone WHERE u.tenant_id = :tenant AND u.appointment_id = gone.id
"""


# What a supervisor takes part as: these words and the role of whom they supervise, so that it is no role's name.
SUPERVISES = "supervisor of "
DAY = timedelta(days=1)  # no claim, and no visit, is longer


@dataclass(frozen=True)
class Taken:
    """One resource of a placed visit, its kind, the name of its role or pool, and its spans.

    Without spans, they fill the role besides another, which has them.
    """

    id: UUID
    kind: str
    name: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Watched:
    """Who supervises whoever fills a role of a placed visit, and when."""

    role: str
    supervisor_id: UUID
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Placement:
    """Who and what a visit takes at a start, and who supervises; `on_request`, once a clinician says that they may."""

    starts_at: datetime
    taken: tuple[Taken, ...]
    watched: tuple[Watched, ...] = ()
    on_request: bool = False

    @property
    def practitioner_id(self) -> UUID:
        """Whoever fills the visit's first role."""
        return self.taken[0].id

    def claims(self) -> list[tuple[UUID, datetime, datetime]]:
        """Return which resource is taken from when until when."""
        return [
            (taken.id, self.starts_at + timedelta(minutes=span.start), self.starts_at + timedelta(minutes=span.end))
            for taken in self.taken for span in taken.spans
        ]  # fmt: skip


def choose(demand: Demand, times: Times, granule: int, practitioner_id: UUID | None = None) -> Placement:
    """Return who and what the visit would take at *granule*; SlotTaken where it does not fit.

    Of several practitioners the least busy is chosen, in the days that *times* looked at.
    """
    busy = times.busy
    able = [
        person for person, starts in times.by_practitioner.items()
        if starts >> granule & 1 and practitioner_id in (None, person)
    ]  # fmt: skip
    if not able:
        raise SlotTaken
    lead = min(able, key=lambda person: (busy.get(person, 0).bit_count(), person))
    crew = next(crew for crew, when in times.crews[lead] if when >> granule & 1)
    taken = [
        one for role, person in joining.filled(demand.roles, crew)
        for one in _filling(role, person, granule, busy)
    ]  # fmt: skip
    taken += [Taken(crew[0], "practitioner", name, ()) for name in joining.besides(demand.roles, crew)]
    for pool in demand.pools:
        unit = _first_free(pool.units, pool.spans, granule, busy)
        taken.append(Taken(unit, pool.kind, pool.name, pool.spans))
    above = list(_overseers(demand, crew, granule, busy))
    taken += _merged(one for role, found in above for one in _watching(role, found, granule, busy))
    watched = tuple(Watched(role, found.id, found.spans) for role, found in above)
    return Placement(
        times.window.instant(granule), tuple(taken), watched, bool(times.on_request >> granule & 1)
    )


def _overseers(
    demand: Demand, crew: staffing.Crew, granule: int, busy: Mapping[UUID, int]
) -> Iterator[tuple[str, Overseer]]:
    """Yield who supervises whoever fills a role, for each role in which somebody has to."""
    for role, person in zip(demand.roles, crew, strict=True):
        candidate = next(one for one in role.candidates if one.id == person)
        if candidate.alone != -1 and (found := staffing.overseer(candidate, role, busy, crew, granule)):
            yield role.name, found


def _watching(role: str, one: Overseer, granule: int, busy: Mapping[UUID, int]) -> Iterator[Taken]:
    """Yield what is taken of who supervises: their own time beside the patient, or a seat."""
    if one.is_beside:
        yield Taken(one.id, "practitioner", f"{SUPERVISES}{role}", one.spans)
    elif one.seats:
        seat = _first_free(one.seats, one.spans, granule, busy)
        yield Taken(seat, "seat", f"{SUPERVISES}{role}", one.spans)


def _merged(some: Iterable[Taken]) -> list[Taken]:
    """Return what is taken, each once: who supervises two roles of a visit does so together."""
    found: dict[UUID, Taken] = {}
    for one in some:
        before = found.get(one.id)
        found[one.id] = replace(one, spans=merged((*before.spans, *one.spans))) if before else one
    return list(found.values())


def _filling(role: RoleDemand, person: UUID, granule: int, busy: Mapping[UUID, int]) -> Iterator[Taken]:
    """Yield what is taken of whoever fills a role: their own time, and a seat where they have any."""
    candidate = next(one for one in role.candidates if one.id == person)
    yield Taken(person, "practitioner", role.name, staffing.bound(candidate, role))
    if candidate.seats:
        seat = _first_free(candidate.seats, (role.whole,), granule, busy)
        yield Taken(seat, "seat", role.name, (role.whole,))


def _first_free(
    units: Sequence[UUID], spans: tuple[Span, ...], granule: int, busy: Mapping[UUID, int]
) -> UUID:
    needed = _needed(spans, granule)
    found = next((unit for unit in units if not needed & busy.get(unit, 0)), None)
    if found is None:
        raise SlotTaken
    return found


def lock(placement: Placement, also: Mapping[UUID, str] | None = None) -> None:
    """Lock what the placement takes, and *also* others (what a move frees), until the transaction ends.

    Whoever supervises is locked too, so that they cannot be sent home at the same time.
    """
    above = {one.supervisor_id: "practitioner" for one in placement.watched}
    resources.lock({taken.id: taken.kind for taken in placement.taken} | above | dict(also or {}))


def look(
    placement: Placement, also: Iterable[UUID] = (), ignoring: UUID = availability.NOBODY
) -> tuple[int, bool]:
    """Look again, now that it is locked; holds that ran out, of it and of *also* others, are let go.

    Returns the configuration's version as it is committed by now, and whether nothing stands in the way.
    """
    current, wanted = session.current(), placement.claims()
    locked = [*{resource_id for resource_id, _, _ in wanted}, *also]
    rows = current.connection().exec_driver_sql(_LOOK, {
        "tenant": current.tenant_id, "resources": locked, "except": ignoring,
        "starts_at": placement.starts_at, "ends_at": max(ends for _, _, ends in wanted),
        "reach": placement.starts_at - DAY, "until": placement.starts_at + DAY,
    }).all()  # fmt: skip
    if any(row.is_over for row in rows):
        lapse(locked, placement.starts_at)
    is_taken = any(
        row.resource_id == resource_id and row.starts_at < ends and row.ends_at > begins
        for row in rows if not row.is_over
        for resource_id, begins, ends in wanted
    )  # fmt: skip
    return rows[0].config_version, not is_taken


def lapse(resource_ids: Sequence[UUID], around: datetime) -> None:
    """Let expired holds and requests go that stand in the way: a constraint cannot see the clock."""
    current = session.current()
    gone = current.connection().exec_driver_sql(_LAPSE, {
        "tenant": current.tenant_id, "resources": list(resource_ids), "reach": around - DAY, "until": around + DAY,
    }).all()  # fmt: skip
    for asked_for in {row.appointment_id for row in gone if row.was_asked}:
        book.tell(EventKind.APPOINTMENT_LAPSED, asked_for, SYSTEM)


def take_place(demand: Demand, placement: Placement, window: Window, appointment_id: UUID) -> None:
    """Take a place of the weekly cap, the last one once. CapReached."""
    if demand.cap is None:
        return
    current = session.current()
    week = availability.monday(availability.local_day(window, window.granule(placement.starts_at)))
    values = {"tenant": current.tenant_id, "offering": demand.cap.offering_id, "week": week}
    current.execute(
        text("SELECT id FROM offerings WHERE tenant_id = :tenant AND id = :offering FOR NO KEY UPDATE"),
        values,
    )
    current.execute(text(_LAPSE_PLACES), values)
    made = current.execute(
        text(_TAKE_PLACE),
        {**values, "id": ids.new(), "places": demand.cap.places, "appointment": appointment_id},
    )
    if made.rowcount == 0:  # type: ignore[attr-defined]  # an INSERT has one
        raise CapReached


def claim(placement: Placement, appointment_id: UUID, held_until: datetime | None) -> None:
    """Insert the claims, held or (without *held_until*) confirmed.

    SlotTaken where any collides; the transaction goes on.
    """
    with colliding(), session.current().begin_nested():
        write_claims(placement, appointment_id, held_until)


@contextmanager
def colliding() -> Iterator[None]:
    """Raise SlotTaken where the constraint says within the block that the time is somebody else's."""
    try:
        yield
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) == "23P01":
            raise SlotTaken from error
        raise


def write_claims(placement: Placement, appointment_id: UUID, held_until: datetime | None) -> None:
    """Insert the claims; the caller has a savepoint of its own, and hears of what is `colliding`."""
    current, state = session.current(), "held" if held_until else "confirmed"
    rows = [
        {"tenant": current.tenant_id, "resource": resource_id, "appointment": appointment_id,
         "starts_at": begins, "ends_at": ends, "state": state, "held_until": held_until}
        for resource_id, begins, ends in placement.claims()
    ]  # fmt: skip
    current.connection().exec_driver_sql(_CLAIM, rows)


def _needed(spans: tuple[Span, ...], granule: int) -> int:
    """Return the mask of what *spans* take from *granule* on, widened to whole granules."""
    return masks.any_of(((1 << length) - 1) << (granule + first) for first, length in masks.widened(spans))
