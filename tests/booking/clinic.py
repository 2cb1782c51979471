"""A small clinic for tests of booking, set up through the rooms' own verbs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from saas.booking import hold
from saas.booking.asking import Channel, Wish, wish
from saas.catalogue import offerings
from saas.credentials import privileges
from saas.kernel import clock
from saas.kernel.actors import Actor, ActorKind
from saas.practice import configuring
from saas.practice.configuring import Hanging, Span
from saas.scheduling.models import Appointment
from saas.tenancy import tenants
from tests.credentials.qualifying import attest, licensed

VISITOR = Actor(ActorKind.VISITOR)
ZONE = "America/New_York"
# A Monday of next year without a change of clocks near. Ahead of the database's clock, by which holds end.
MONDAY = date(clock.now().year + 1, 9, 7)
MONDAY -= timedelta(days=MONDAY.weekday())
NOW = datetime.combine(MONDAY, time(6), ZoneInfo(ZONE))
TUESDAY = MONDAY + timedelta(days=1)
WEEKDAYS = range(5)
_ROOM = {"room": "consultation"}
# Ten minutes together, half an hour alone, forty together, and ten to clean the room.
LONG = [
    {"kind": "prep", "minutes": 10, **_ROOM}, {"kind": "processing", "minutes": 30, **_ROOM},
    {"kind": "hands_on", "minutes": 30, **_ROOM}, {"kind": "finish", "minutes": 10, **_ROOM},
    {"kind": "turnaround", "minutes": 10, "roles": [], "patient_present": False, **_ROOM},
]  # fmt: skip
# Five minutes at either end, and an hour alone between.
DRIP = [
    {"kind": "prep", "minutes": 5, **_ROOM}, {"kind": "processing", "minutes": 60, **_ROOM},
    {"kind": "finish", "minutes": 5, **_ROOM},
]  # fmt: skip
JOINED = {"offering": "plasma", "mode": "parallel", "beside": "processing", "rest_before": "finish"}
# Drawn by a colleague and spun while the patient waits; ten minutes more before the visit ends.
PLASMA = {
    "kind": "add_on", "name": {"en": "Plasma"}, "category": "aesthetics",
    "procedures": ["prp_draw", "prp_administer"], "locations": ["main"],
    "segments": [
        {"kind": "hands_on", "minutes": 5, "roles": ["phlebotomist"], "procedures": ["prp_draw"], **_ROOM},
        {"kind": "processing", "minutes": 15, "devices": ["centrifuge"]},
        {"kind": "hands_on", "minutes": 10, "procedures": ["prp_administer"], **_ROOM},
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Clinic:
    """The ids a test needs; it works in the session that is current."""

    tenant_id: UUID
    people: dict[str, UUID]

    def version(self) -> int:
        return tenants.config_version(self.tenant_id)

    def wish(
        self, offering: str = "visit", practitioner: str | None = None, channel: Channel = Channel.ONLINE
    ) -> Wish:
        return wish(offering, "main", self.version(), channel, practitioner)

    def hold(self, starts_at: datetime, holder: str = "me", offering: str = "visit", practitioner: str | None = None,
             now: datetime = NOW) -> Appointment:  # fmt: skip
        asked = hold.Asked(offering, "main", starts_at, practitioner)
        return hold.hold(asked, hold.Holder(holder), self.version(), VISITOR, now)

    def wish_with(self, *add_ons: str, practitioner: str | None = None) -> Wish:
        return wish("visit", "main", self.version(), Channel.ONLINE, practitioner, add_ons)

    def hold_with(self, starts_at: datetime, *add_ons: str, holder: str = "me") -> Appointment:
        asked = hold.Asked("visit", "main", starts_at, None, add_ons)
        return hold.hold(asked, hold.Holder(holder), self.version(), VISITOR, NOW)


def at(hour: int, minute: int = 0, day: date = TUESDAY) -> datetime:
    """Return a wall-clock time of the clinic."""
    return datetime.combine(day, time(hour, minute), ZoneInfo(ZONE))


def set_up(tenant_id: UUID, people: int = 2, rooms: int = 1, **offering: object) -> Clinic:
    """Set up one place with *people* practitioners, Monday to Friday 9 to 17, and *rooms* rooms."""
    place = put_place(rooms)
    ids = {f"p{n}": put_person(f"p{n}", place, ("consultation",)) for n in range(people)}
    offerings.put("visit", content(**offering))
    tenants.raise_config_version(tenant_id)
    return Clinic(tenant_id, ids)


def set_up_composed(
    tenant_id: UUID, people: int = 1, rooms: int = 1, drawers: int = 1, centrifuges: int = 1, most: int = 1
) -> Clinic:
    """Set up a place where a visit with half an hour of processing can have plasma added to it.

    Practitioners (p0, …) look after *most* patients at a time and apply plasma; d0, … draw blood alone.
    """
    place = put_place(rooms, centrifuges)
    ids = {
        f"p{n}": put_person(f"p{n}", place, ("consultation", "prp_administer"), most) for n in range(people)
    }
    ids |= {f"d{n}": put_person(f"d{n}", place, ("prp_draw",)) for n in range(drawers)}
    offerings.put("plasma", PLASMA)
    attest("US-NY.prp")
    offerings.put("visit", content(segments=LONG, add_ons=[JOINED]))
    offerings.put("short", content(grid_minutes=5))
    offerings.put("drip", content(segments=DRIP, grid_minutes=5))
    tenants.raise_config_version(tenant_id)
    return Clinic(tenant_id, ids)


def put_place(rooms: int, centrifuges: int = 0) -> UUID:
    """Put the place, in New York, with rooms and centrifuges."""
    entity, _ = configuring.put_legal_entity("llc", name="LLC", currency="USD")
    hours = [Span(day, time(9), time(17)) for day in WEEKDAYS]
    units = {f"room-{n}": {"name": f"Room {n}", "kind": "consultation"} for n in range(rooms)}
    devices = {
        f"centrifuge-{n}": {"name": f"Centrifuge {n}", "kind": "centrifuge", "model": None, "serial": None}
        for n in range(centrifuges)
    }
    place, _ = configuring.put_location(
        "main", Hanging(hours, (), units, devices), name="Main", legal_entity_id=entity, street="1 Way",
        city="New York", region="NY", postal_code="10001", country="US", time_zone=ZONE, jurisdiction="US-NY",
        phone="+12125550100", observes_holidays=False,
    )  # fmt: skip
    return place


def content(**changes: object) -> dict[str, object]:
    """Return the content of an offering: half an hour, and ten minutes to clean the room."""
    hands_on = {"kind": "hands_on", "minutes": 30, "room": "consultation"}
    turnaround = {
        "kind": "turnaround",
        "minutes": 10,
        "roles": [],
        "room": "consultation",
        "patient_present": False,
    }
    plain: dict[str, object] = {
        "name": {"en": "Visit"}, "summary": {"en": "A visit"}, "category": "consultation",
        "procedures": ["consultation"], "locations": ["main"], "segments": [hands_on, turnaround],
        "grid_minutes": 15, "lead_minutes": 120, "horizon_days": 30,
    }  # fmt: skip
    return {**plain, **changes}


def put_person(
    slug: str, place: UUID, acts: Sequence[str], most: int = 1, profession: str = "MD", **more: object
) -> UUID:
    """Put a licensed person who works there Monday to Friday 9 to 17 and may perform *acts*."""
    hours = [Span(day, time(9), time(17), place) for day in WEEKDAYS]
    person, _ = configuring.put_person(
        slug, hours, user_id=None, given_name=slug.upper(), family_name="Person", titles="", professions=[profession],
        is_practitioner=True, bio={}, max_concurrent_patients=most, **more,
    )  # fmt: skip
    licensed(person, profession, "US-NY")
    privileges.put(person, [{"procedure": act, "starts_on": None, "ends_on": None} for act in acts])
    return person
