"""Free times: on which starts of a window can a visit happen, with whom, in which room.

The cost is one index-only read of claims; the rest is arithmetic on integers (`masks`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from struct import Struct
from uuid import UUID
from zoneinfo import ZoneInfo

from saas.db import session
from saas.scheduling import masks, staffing
from saas.scheduling.demand import Demand, PoolDemand
from saas.scheduling.staffing import Crew
from saas.scheduling.windows import Window

# One row a resource: all its claims in the window, each as two four-byte integers, the seconds from its start;
# there are thousands, and an array takes twice as long to read. Only leakproof operators, so that the index is
# used under row level security. Only a held claim has held_until; not saying `state = 'held'` keeps the planner
# off the exclusion constraint's own index, which cannot look up a range.
_CLAIMS = """
SELECT resource_id,
       string_agg(int4send((date_part('epoch', starts_at) - %(epoch)s)::int)
                  || int4send((date_part('epoch', ends_at) - %(epoch)s)::int), '')
FROM claims
WHERE tenant_id = %(tenant)s AND resource_id = ANY(%(resources)s)
  AND starts_at >= %(reach)s AND starts_at < %(until)s AND ends_at > %(begins)s
  AND (state = 'confirmed' OR held_until > now()) AND appointment_id <> %(except)s
GROUP BY resource_id
"""
_CAPS = """
SELECT u.week, count(*) FROM cap_uses u
JOIN appointments a ON a.tenant_id = u.tenant_id AND a.id = u.appointment_id
WHERE u.tenant_id = %(tenant)s AND u.offering_id = %(offering)s AND u.week >= %(first)s AND u.week <= %(last)s
  AND (a.held_until IS NULL OR a.held_until > now()) AND u.appointment_id <> %(except)s
GROUP BY u.week
"""
PAIR = Struct("!ii")
NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Times:
    """The answer: per practitioner the mask of starts, and what it was found from.

    `crews` divides these starts by who fills the roles; `free` is the practitioner's free time; `busy` what
    was read, the claimed time of each resource, and when it is out of use. `on_request` are those of the starts
    at which nobody may without a clinician's word, so that the visit is to be asked for.
    """

    demand: Demand
    window: Window
    by_practitioner: Mapping[UUID, int]
    free: Mapping[UUID, int]
    places_left: Mapping[date, int]
    busy: Mapping[UUID, int]
    crews: Mapping[UUID, tuple[tuple[Crew, int], ...]]
    on_request: int = 0

    def sides(self, practitioner_id: UUID) -> tuple[str, str]:
        """Return, as digits by granule, which starts leave no useless gap before, and which none after."""
        whole = (1 << self.window.size) - 1
        length = masks.granules(self.demand.roles[0].spans[-1].end)
        shortest = masks.granules(self.demand.shortest_minutes)
        before, after = masks.tidy(self.free[practitioner_id], length, shortest)
        return masks.digits_of(before & whole | whole + 1), masks.digits_of(after & whole | whole + 1)


def find(demand: Demand, window: Window, *, ignoring: UUID = NOBODY) -> Times:
    """Return the free starts of *demand* in *window*, as if appointment *ignoring* were not there."""
    busy = busy_masks(demand.resources(), window, ignoring)
    return fit(demand, window, busy, places_left(demand, window, ignoring))


def find_each(
    demands: Sequence[Demand], window: Window, *, also: UUID | None = None, ignoring: UUID = NOBODY
) -> list[Times]:
    """Return the same for several ways of one visit, which share its weekly limit; claims are read once.

    The claims of a resource that is *also* asked for are among what is `busy`.
    """
    asked = {resource for demand in demands for resource in demand.resources()} | ({also} if also else set())
    busy = busy_masks(sorted(asked), window, ignoring)
    left = places_left(demands[0], window, ignoring)
    return [fit(demand, window, busy, left) for demand in demands]


def fit(demand: Demand, window: Window, busy: Mapping[UUID, int], left: Mapping[date, int]) -> Times:
    """Return the starts that *busy* resources and the *left* places of each week leave free. Pure."""
    if demand.outages:
        busy = {**busy, **{unit: busy.get(unit, 0) | out for unit, out in demand.outages.items()}}
    common = demand.starts & pools_mask(demand.pools, busy) & _weeks_with_places(left, window)
    crews = staffing.crews(demand.roles, busy, common)
    asked = _to_ask_for(demand, busy, common & ~_any_start(crews))
    crews = {
        lead: crews.get(lead, ()) + asked.get(lead, ()) for lead in (*crews, *(asked.keys() - crews.keys()))
    }
    found = {lead: masks.any_of(when for _, when in parts) for lead, parts in crews.items()}
    free = {
        one.id: (one.allowed | one.on_request) & ~busy.get(one.id, 0)
        for one in demand.roles[0].candidates if one.id in found
    }  # fmt: skip
    return Times(demand, window, found, free, left, busy, crews, _any_start(asked))


def _to_ask_for(demand: Demand, busy: Mapping[UUID, int], common: int) -> staffing.Crews:
    """Return the crews about whom a clinician has to be asked, at starts where nobody else is there."""
    if not demand.may_ask:
        return {}
    return staffing.crews([role.asking() for role in demand.roles], busy, common & demand.requests)


def _any_start(crews: staffing.Crews) -> int:
    return masks.any_of(when for parts in crews.values() for _, when in parts)


def busy_masks(resources: Sequence[UUID], window: Window, ignoring: UUID = NOBODY) -> dict[UUID, int]:
    """Return the mask of claimed time of each resource that has any; one statement."""
    current = session.current()
    rows = current.connection().exec_driver_sql(_CLAIMS, {
        "tenant": current.tenant_id, "resources": list(resources), "except": ignoring,
        "reach": window.begins_at - timedelta(days=1), "begins": window.begins_at, "until": window.ends_at,
        "epoch": window.epoch,
    })  # fmt: skip
    size = window.size
    return {resource: masks.of_busy(PAIR.iter_unpack(pairs), size) for resource, pairs in rows}


def pools_mask(pools: Sequence[PoolDemand], busy: Mapping[UUID, int]) -> int:
    """Return the starts at which every pool has a unit free for all its spans."""
    mask = -1
    for pool in pools:
        spans = masks.widened(pool.spans)
        mask &= masks.any_of(masks.fitting(~busy.get(unit, 0), spans) for unit in pool.units)
    return mask


def places_left(demand: Demand, window: Window, ignoring: UUID = NOBODY) -> dict[date, int]:
    """Return how many places of the weekly cap are left, by Monday of each local week of the window."""
    if demand.cap is None:
        return {}
    weeks = sorted({monday(day) for day in window.dates()})
    current = session.current()
    rows = current.connection().exec_driver_sql(_CAPS, {
        "tenant": current.tenant_id, "offering": demand.cap.offering_id, "except": ignoring,
        "first": weeks[0], "last": weeks[-1],
    })  # fmt: skip
    used: dict[date, int] = dict(rows.all())
    return {week: max(0, demand.cap.places - used.get(week, 0)) for week in weeks}


def monday(day: date) -> date:
    """Return the Monday of *day*'s week."""
    return day - timedelta(days=day.weekday())


def local_day(window: Window, granule: int) -> date:
    """Return the location's own calendar day of a granule."""
    return window.instant(granule).astimezone(ZoneInfo(window.zone)).date()


def _weeks_with_places(left: Mapping[date, int], window: Window) -> int:
    if not left:
        return -1
    return window.of_dates([(week, week + timedelta(days=6)) for week, places in left.items() if places])
