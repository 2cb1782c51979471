"""A visit as its patient sees it: on the summary beside the steps, on the booked page, behind the link."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from saas.billing import quotes
from saas.booking import asking, calendar_file, costs, reschedule
from saas.booking.calendar_file import Entry
from saas.booking.costs import Cost
from saas.booking.views import agreeing, examining, wording
from saas.catalogue import policies
from saas.catalogue.contents import Offering
from saas.catalogue.examining import EXAMINER
from saas.kernel import clock
from saas.kernel.money import Money
from saas.kernel.tenants import Tenant
from saas.practice import places, snapshot
from saas.practice.models import Location
from saas.practice.snapshot import Practice, Practitioner
from saas.scheduling import placing, reading
from saas.scheduling.availability import NOBODY
from saas.scheduling.models import Appointment
from saas.scheduling.reading import SegmentRow
from saas.tenancy import tenants
from saas.web import render


@dataclass(frozen=True)
class Helper:
    """Somebody besides the practitioner, and what they do."""

    name: str
    does: str


@dataclass(frozen=True)
class Visit:
    """What, when (`starts_at` in `zone`), where and with whom; `id` and `version` where it is held.

    `agreed` says what holds about its time. With `on_request`, a clinician decides. `cost` is None where it
    is free of charge; `added` names the add-ons, `helpers` are who else takes part; `whole` is the treatment
    with what is added to it, in a line.
    """

    name: str
    description: str
    category: str
    modality: str
    minutes: int
    location: Location
    practitioner: Practitioner | None
    cost: Cost | None
    added: tuple[str, ...] = ()
    helpers: tuple[Helper, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    id: UUID | None = None
    version: int = 0
    state: str = ""
    agreed: tuple[agreeing.Line, ...] = ()
    on_request: bool = False

    whole = property(lambda self: " + ".join((self.name, *self.added)))
    pays = property(lambda self: bool(self.cost and self.cost.deposit and not self.on_request))
    zone = property(lambda self: self.location.time_zone)
    zone_label = property(lambda self: render.zone_label(self.location.time_zone))
    duration = property(lambda self: wording.duration(self.minutes))
    way = property(lambda self: wording.way(self.modality))
    address_lines = property(lambda self: places.address_lines(self.location))


def of(row: Appointment, config_version: int) -> Visit:
    """Return the appointment as its patient sees it."""
    offering, practice = reschedule.offering_of(row), snapshot.read(config_version)
    parts = reading.segments_of(row.id)
    agreed = agreeing.lines(policies.read_snapshot(row.policy))
    person = practice.practitioners.get(row.practitioner_id) if row.practitioner_id else None
    return Visit(
        **_facts(offering, (row.ends_at - row.starts_at) // timedelta(minutes=1)),
        location=places.get_by_id(row.location_id), practitioner=person,
        cost=_cost(row), added=_names(reschedule.add_ons_of(row)), helpers=_helpers(row, parts, practice),
        starts_at=row.starts_at, ends_at=row.ends_at, id=row.id, version=row.version, state=row.state,
        agreed=(*examining.line(offering.exam, _examiner(parts, practice)), *agreed), on_request=row.on_request,
    )  # fmt: skip


def asked(wish: asking.Wish) -> Visit:
    """Return what is being asked for, without a time yet."""
    location = places.get_by_id(wish.place.id)
    cost = costs.of_wish(wish, wish.today(clock.now()))
    facts = _facts(wish.offering, wish.timeline.patient.minutes)
    return Visit(
        **facts, location=location, practitioner=wish.practitioner, cost=cost, added=_names(wish.add_ons),
        agreed=(*examining.line(wish.offering.exam), *agreeing.lines(costs.governing(wish))),
    )  # fmt: skip


def calendar(row: Appointment, tenant: Tenant) -> bytes:
    """Return the visit as a calendar file, without a clinical word."""
    seen, host = of(row, tenant.config_version), tenants.primary_host(tenant.id)
    where = ", ".join((seen.location.name, *seen.address_lines)) if seen.modality == "in_person" else seen.way
    entry = Entry(
        uid=f"{row.id}@{host}", version=row.version, state=row.state, starts_at=row.starts_at, ends_at=row.ends_at,
        time_zone=row.time_zone, summary=str(_("Appointment at %(clinic)s", clinic=tenant.name)), location=where,
    )  # fmt: skip
    return calendar_file.build(entry, clock.now())


def _cost(row: Appointment) -> Cost | None:
    """Return what the visit costs, as it was quoted with its hold; on request it asks no deposit."""
    quoted = quotes.find(row.id)
    if quoted is None:
        return None
    found = costs.promised(quoted, datetime.fromisoformat(row.wall_start), row.time_zone, clock.now())
    return replace(found, deposit=Money.zero(quoted.currency)) if row.on_request else found


def _names(added: Sequence[Offering]) -> tuple[str, ...]:
    return tuple(one.text("name", wording.language()) for one in added)


def _examiner(parts: Sequence[SegmentRow], practice: Practice) -> str:
    """Return who makes the examination that comes first; nothing without one."""
    found = (UUID(part.takes[EXAMINER]) for part in parts if part.takes and EXAMINER in part.takes)
    person = practice.practitioners.get(next(found, NOBODY))
    return person.name if person else ""


def _helpers(row: Appointment, parts: Sequence[SegmentRow], practice: Practice) -> tuple[Helper, ...]:
    """Return who else takes part, with the segment they are there for, and who supervises."""
    found: dict[str, str] = {}
    for part in parts:
        for role, taken in (part.takes or {}).items():
            person = practice.practitioners.get(UUID(taken))
            if person is not None and person.id != row.practitioner_id:
                supervises = role.startswith(placing.SUPERVISES)
                found.setdefault(person.name, str(_("supervises")) if supervises else part.name)
    return tuple(Helper(name, does) for name, does in found.items())


def _facts(offering: Offering, minutes: int) -> dict[str, Any]:
    language = wording.language()
    return {
        "name": offering.text("name", language), "description": offering.text("description", language),
        "category": offering.category, "modality": offering.modality,
        "minutes": minutes,
    }  # fmt: skip
