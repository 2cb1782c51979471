"""Place a visit: choose who and what, lock them, look again, and claim. The constraint has the last word.

Order everywhere: resources by id, then the cap, then lapse, then insert.
"""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from saas.db import session
from saas.kernel import ids
from saas.kernel.spans import Span
from saas.scheduling import availability, masks, resources
from saas.scheduling.availability import Times
from saas.scheduling.demand import Demand
from saas.scheduling.refusals import CapReached, SlotTaken
from saas.scheduling.windows import Window

_LAPSE = """
WITH gone AS (
  SELECT DISTINCT c.appointment_id AS id FROM claims c
  WHERE c.tenant_id = :tenant AND c.resource_id = ANY(:resources)
    AND c.state = 'held' AND c.held_until <= now()
    AND c.starts_at >= :reach AND c.starts_at < :until
), lapsed AS (
  UPDATE appointments a SET state = 'lapsed', held_until = NULL, version = version + 1
  FROM gone WHERE a.tenant_id = :tenant AND a.id = gone.id AND a.state = 'held' AND a.held_until <= now()
  RETURNING a.id
), uses AS (
  DELETE FROM cap_uses u USING lapsed WHERE u.tenant_id = :tenant AND u.appointment_id = lapsed.id
), freed AS (
  UPDATE claims c SET state = 'released', held_until = NULL
  FROM lapsed WHERE c.tenant_id = :tenant AND c.appointment_id = lapsed.id AND c.state = 'held'
)
SELECT config_version FROM tenants WHERE id = :tenant
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
    AND (a.state NOT IN ('held', 'confirmed') OR a.held_until <= now())
)
DELETE FROM cap_uses u USING gone WHERE u.tenant_id = :tenant AND u.appointment_id = gone.id
"""


@dataclass(frozen=True)
class Taken:
    """One resource of a placed visit, its kind, the name of its role or pool, and its spans."""

    id: UUID
    kind: str
    name: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Placement:
    """Who and what a visit takes at a start."""

    starts_at: datetime
    taken: tuple[Taken, ...]

    @property
    def practitioner_id(self) -> UUID:
        """Whoever fills the visit's first role."""
        return self.taken[0].id


def choose(demand: Demand, times: Times, granule: int, practitioner_id: UUID | None = None) -> Placement:
    """Return who and what the visit would take at *granule*; SlotTaken where it does not fit.

    Of several people the least busy is chosen, in the days that *times* looked at.
    """
    busy, window = times.busy, times.window
    taken: list[Taken] = []
    for role in demand.roles:
        free = [c.id for c in role.candidates if _fits(c.allowed & ~busy.get(c.id, 0), role.spans, granule)]
        wanted = practitioner_id if not taken else None
        used = {t.id for t in taken}
        people = [i for i in free if i not in used and wanted in (None, i)]
        if not people:
            raise SlotTaken
        least = min(people, key=lambda i: (busy.get(i, 0).bit_count(), i))
        taken.append(Taken(least, "practitioner", role.name, role.spans))
    for pool in demand.pools:
        units = [u for u in pool.units if _fits(pool.allowed & ~busy.get(u, 0), pool.spans, granule)]
        if not units:
            raise SlotTaken
        taken.append(Taken(units[0], pool.kind, pool.name, pool.spans))
    return Placement(window.instant(granule), tuple(taken))


def lock(placement: Placement, also: Mapping[UUID, str] | None = None) -> int:
    """Lock what the placement takes, and *also* others (what a move frees), and lapse expired holds.

    Returns the configuration's version as it is committed once the locks are ours.
    """
    kinds = {taken.id: taken.kind for taken in placement.taken} | dict(also or {})
    resources.lock(kinds)
    return lapse(list(kinds), placement.starts_at)


def still_free(
    placement: Placement, window: Window, granule: int, ignoring: UUID = availability.NOBODY
) -> bool:
    """Whether nothing stands in the placement's way, now that it is locked; one statement."""
    busy = availability.busy_masks([taken.id for taken in placement.taken], window, ignoring)
    return all(_fits(~busy.get(taken.id, 0), taken.spans, granule) for taken in placement.taken)


def lapse(resource_ids: Sequence[UUID], around: datetime) -> int:
    """Let expired holds go that stand in the way: a constraint cannot see the clock.

    Returns the configuration's version, read in the same statement.
    """
    day = timedelta(days=1)
    current = session.current()
    found = current.execute(text(_LAPSE), {
        "tenant": current.tenant_id, "resources": list(resource_ids), "reach": around - day, "until": around + day,
    })  # fmt: skip
    return int(found.scalar_one())


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


def claim(
    placement: Placement, appointment_id: UUID, held_until: datetime | None, *, keep: bool = True
) -> None:
    """Insert the claims, held or (without *held_until*) confirmed. SlotTaken where any collides.

    The transaction goes on after that, unless the caller does not *keep* it: its own savepoint undoes all.
    """
    current = session.current()
    rows = [
        {"id": ids.new(), "resource": taken.id,
         "starts_at": placement.starts_at + timedelta(minutes=span.start),
         "ends_at": placement.starts_at + timedelta(minutes=span.end)}
        for taken in placement.taken for span in taken.spans
    ]  # fmt: skip
    state = "held" if held_until else "confirmed"
    try:
        with current.begin_nested() if keep else nullcontext():
            current.execute(text("""
                INSERT INTO claims (tenant_id, id, resource_id, appointment_id,
                                    starts_at, ends_at, state, held_until)
                VALUES (:tenant, :id, :resource, :appointment, :starts_at, :ends_at, :state, :held_until)
            """), [{**row, "tenant": current.tenant_id, "appointment": appointment_id, "state": state,
                    "held_until": held_until} for row in rows])  # fmt: skip
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) == "23P01":
            raise SlotTaken from error
        raise


def _fits(free: int, spans: tuple[Span, ...], granule: int) -> bool:
    in_granules = [
        (s.start // masks.GRANULE_MINUTES, masks.granules(s.end) - s.start // masks.GRANULE_MINUTES)
        for s in spans
    ]
    return bool(masks.fitting(free, in_granules) >> granule & 1)
