"""Which visits to come keep the price they were quoted, and whose bills another company would have written.

A quote is frozen with its hold: nothing here changes what anybody pays. It is for the owner to know.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from saas.billing import quoting
from saas.billing.quoting import QuoteLine
from saas.catalogue import pricing, varying
from saas.catalogue.contents import Offering
from saas.catalogue.pricing import Circumstances, Level, NoPrice
from saas.db import session
from saas.kernel.errors import Reason
from saas.kernel.impacts import Impact
from saas.kernel.money import Money
from saas.kernel.text import N_
from saas.practice.snapshot import Practice
from saas.scheduling import stranding, touched
from saas.scheduling.states import State

ROOM = "billing"
KEPT = N_(
    "%(name)s: visits to come that keep their price: %(visits)s, holds: %(holds)s; %(kept)s in all, where the new "
    "prices come to %(new)s; first %(first)s."
)
FORMER = N_(
    "%(name)s: visits to come that the former company still bills: %(visits)s, holds: %(holds)s; %(kept)s in all."
)
STRANDED = N_(
    "%(name)s: visits to come whose company or currency would no longer be there to bill them: %(visits)s, "
    "holds: %(holds)s; %(kept)s in all."
)  # fmt: skip

_QUOTED = f"""
SELECT a.id, a.state, a.location_id, a.practitioner_id, a.wall_start, a.offering_id, a.offering_version_id, a.variant, (
  SELECT json_agg(json_build_array(x.offering_id, x.offering_version_id)) FROM appointment_add_ons x
  WHERE x.tenant_id = a.tenant_id AND x.appointment_id = a.id
) AS added, q.legal_entity_id, q.currency, q.content->'lines' AS lines
FROM appointments a
LEFT JOIN quotes q ON q.tenant_id = a.tenant_id AND q.appointment_id = a.id
WHERE {touched.TO_COME} AND a.kind = 'visit' AND a.location_id = ANY(%(places)s) AND (
  a.location_id = ANY(%(moved)s) OR q.legal_entity_id = ANY(%(gone)s) OR a.offering_id = ANY(%(offerings)s) OR EXISTS (
    SELECT 1 FROM appointment_add_ons x
    WHERE x.tenant_id = a.tenant_id AND x.appointment_id = a.id AND x.offering_id = ANY(%(offerings)s)
  )
)
ORDER BY a.starts_at, a.id
"""


@dataclass(frozen=True)
class Quoted:
    """A visit or hold to come: the versions it was booked with, by offering, and what was quoted.

    Without a legal entity nothing is charged for it.
    """

    id: UUID
    state: str
    location_id: UUID
    practitioner_id: UUID | None
    wall_start: str
    versions: Mapping[UUID, UUID]
    legal_entity_id: UUID | None = None
    currency: str = ""
    lines: tuple[QuoteLine, ...] = ()
    variant: str | None = None

    def net_of(self, offering_id: UUID, currency: str) -> Money:
        """Return what was quoted for one of its offerings before tax; nothing, in *currency*, where it was free."""
        version = self.versions[offering_id]
        found = [line.net for line in self.lines if line.offering_version_id == version]
        return Money.total(found, found[0].currency if found else currency)


@dataclass(frozen=True)
class Sold:
    """What is sold, where and by which companies (ids)."""

    practice: Practice
    offerings: Mapping[UUID, Offering]
    companies: frozenset[UUID]


def of(before: Sold, after: Sold, now: datetime) -> Iterator[Impact]:
    """Yield who keeps which price, and who is billed by whom; at most one statement."""
    rows = _quoted(before, repriced(before, after), _moved(before, after), _gone(before, after), now)
    yield from kept(before, after, rows)
    yield from rebilled(before, after, rows)


def repriced(before: Sold, after: Sold) -> set[UUID]:
    """Return the offerings in use whose price may differ, for anybody."""
    had, will = before.practice.practitioners, after.practice.practitioners
    tiers = any(one.tier != will[one.id].tier for one in had.values() if one.id in will)
    return {
        one.id
        for one in before.offerings.values()
        if one.id in after.offerings
        and (one.prices != after.offerings[one.id].prices or (tiers and _asks_tiers(one)))
    }


def kept(before: Sold, after: Sold, rows: Iterable[Quoted]) -> Iterator[Impact]:
    """Yield for each offering and currency which visits keep another price than they would have now. Pure."""
    changed = repriced(before, after)
    found: dict[tuple[UUID, str, str], list[tuple[Quoted, Money, Money]]] = {}
    for row in rows:
        for offering_id in changed & row.versions.keys():
            was, new = _price(before, offering_id, row), _price(after, offering_id, row)
            if was is None or new is None or was == new:
                continue
            net = row.net_of(offering_id, new.currency)
            if net != new:
                found.setdefault((offering_id, net.currency, new.currency), []).append((row, net, new))
    for (offering_id, currency, other), some in sorted(found.items()):
        visits = [row for row, _, _ in some]
        params = {
            "kept": Money.total((net for _, net, _ in some), currency),
            "new": Money.total((new for _, _, new in some), other),
            "first": stranding.first_walls(row.wall_start for row in visits),
        }
        name = after.offerings[offering_id].text("name")
        yield _impact("price_kept", KEPT, name, visits, params, is_unsafe=False)


def rebilled(before: Sold, after: Sold, rows: Iterable[Quoted]) -> Iterator[Impact]:
    """Yield for each place which quotes name a company that goes, or that the place no longer belongs to. Pure."""
    moved, gone = set(_moved(before, after)), _gone(before, after)
    found: dict[tuple[UUID, bool, str], list[Quoted]] = {}
    for row in rows:
        place = after.practice.places.get(row.location_id)
        if row.legal_entity_id is None or place is None:
            continue
        is_lost = row.legal_entity_id in gone
        if place.id in moved and row.legal_entity_id == place.legal_entity_id:
            is_lost = row.currency != place.currency
        elif place.id not in moved and not is_lost:
            continue
        if is_lost or row.legal_entity_id != place.legal_entity_id:
            found.setdefault((place.id, is_lost, row.currency), []).append(row)
    for (place_id, is_lost, currency), some in sorted(found.items()):
        nets = (line.net + line.tax for row in some for line in row.lines)
        code, sentence = ("billing_lost", STRANDED) if is_lost else ("billed_by_former", FORMER)
        name = after.practice.places[place_id].name
        yield _impact(code, sentence, name, some, {"kept": Money.total(nets, currency)}, is_unsafe=is_lost)


def _impact(
    code: str,
    sentence: str,
    name: str,
    rows: Sequence[Quoted],
    more: Mapping[str, object],
    *,
    is_unsafe: bool,
) -> Impact:
    holds = sum(row.state == State.HELD for row in rows)
    params = {"name": name, "visits": len(rows) - holds, "holds": holds, **more}
    return Impact(ROOM, Reason(code, sentence, params), tuple(row.id for row in rows), is_unsafe)


def _price(sold: Sold, offering_id: UUID, row: Quoted) -> Money | None:
    """Return what the visit would be quoted; None where it could not be had, or has no price there and then."""
    place, offering = sold.practice.places.get(row.location_id), sold.offerings.get(offering_id)
    if place is None or offering is None:
        return None
    person = sold.practice.practitioners.get(row.practitioner_id) if row.practitioner_id else None
    asked = Circumstances(
        location=place.slug, practitioner=person.slug if person else None, tier=person.tier if person else None,
        on=date.fromisoformat(row.wall_start[:10]), currency=place.currency,
    )  # fmt: skip
    try:
        found = pricing.resolve(varying.as_known(offering, row.variant), asked)
    except NoPrice:
        return None
    return found.amount if found else Money.zero(place.currency)


def _asks_tiers(offering: Offering) -> bool:
    return any(pricing.level_of(rule) is Level.TIER for rule in offering.prices)


def _moved(before: Sold, after: Sold) -> list[UUID]:
    there = after.practice.places
    return [
        one.id
        for one in before.practice.places.values()
        if one.id in there
        and (one.legal_entity_id, one.currency) != (there[one.id].legal_entity_id, there[one.id].currency)
    ]


def _gone(before: Sold, after: Sold) -> frozenset[UUID]:
    return before.companies - after.companies


def _quoted(
    before: Sold, offerings: set[UUID], moved: list[UUID], gone: frozenset[UUID], now: datetime
) -> list[Quoted]:
    if not (offerings or moved or gone):
        return []
    current = session.current()
    values = {
        "tenant": current.tenant_id, "now": now, "since": now - touched.REACH, "offerings": list(offerings),
        "moved": moved, "gone": list(gone), "places": list(before.practice.places),
    }  # fmt: skip
    return [_read(row) for row in current.connection().exec_driver_sql(_QUOTED, values)]


def _read(row: Any) -> Quoted:
    versions = {row.offering_id: row.offering_version_id} | {
        UUID(one): UUID(version) for one, version in row.added or ()
    }
    lines = quoting.read_lines(row.lines, row.currency) if row.lines else ()
    return Quoted(row.id, row.state, row.location_id, row.practitioner_id, row.wall_start, versions,
                  row.legal_entity_id, row.currency or "", lines, row.variant)  # fmt: skip
