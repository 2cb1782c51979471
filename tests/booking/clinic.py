"""A small clinic for tests of booking, set up through the rooms' own verbs."""

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

VISITOR = Actor(ActorKind.VISITOR)
ZONE = "America/New_York"
# A Monday of next year without a change of clocks near. Ahead of the database's clock, by which holds end.
MONDAY = date(clock.now().year + 1, 9, 7)
MONDAY -= timedelta(days=MONDAY.weekday())
NOW = datetime.combine(MONDAY, time(6), ZoneInfo(ZONE))
TUESDAY = MONDAY + timedelta(days=1)
WEEKDAYS = range(5)


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


def at(hour: int, minute: int = 0, day: date = TUESDAY) -> datetime:
    """Return a wall-clock time of the clinic."""
    return datetime.combine(day, time(hour, minute), ZoneInfo(ZONE))


def set_up(tenant_id: UUID, people: int = 2, rooms: int = 1, **offering: object) -> Clinic:
    """Set up one place with *people* practitioners, Monday to Friday 9 to 17, and *rooms* rooms."""
    entity, _ = configuring.put_legal_entity("llc", name="LLC", currency="USD")
    hours = [Span(day, time(9), time(17)) for day in WEEKDAYS]
    hanging = Hanging(
        hours, (), {f"room-{n}": {"name": f"Room {n}", "kind": "consultation"} for n in range(rooms)}
    )
    place, _ = configuring.put_location(
        "main", hanging, name="Main", legal_entity_id=entity, street="1 Way", city="New York", region="NY",
        postal_code="10001", country="US", time_zone=ZONE, jurisdiction="US-NY", phone="+12125550100",
        observes_holidays=False,
    )  # fmt: skip
    ids = {f"p{n}": _person(f"p{n}", place) for n in range(people)}
    offerings.put("visit", content(**offering))
    tenants.raise_config_version(tenant_id)
    return Clinic(tenant_id, ids)


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


def _person(slug: str, place: UUID) -> UUID:
    hours = [Span(day, time(9), time(17), place) for day in WEEKDAYS]
    person, _ = configuring.put_person(
        slug, hours, user_id=None, given_name=slug.upper(), family_name="Person", titles="", professions=["PT"],
        is_practitioner=True, bio={},
    )  # fmt: skip
    privileges.put(person, [{"procedure": "consultation", "starts_on": None, "ends_on": None}])
    return person
