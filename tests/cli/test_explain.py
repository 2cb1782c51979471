"""`saas explain`: a time that a search lists is free and others have a reason; a price has its trace."""

import itertools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from saas.booking import asking, blocking, hold, searching
from saas.booking.asking import Channel
from saas.booking.blocking import Blocked
from saas.booking.hold import Asked, Holder
from saas.catalogue import agreements, offerings, taxes
from saas.catalogue.agreements import Said
from saas.credentials import privileges
from saas.db import session
from saas.kernel import clock, ids
from saas.kernel.actors import Actor, ActorKind
from saas.kernel.errors import DomainError
from saas.kernel.money import Money
from saas.patients import records
from saas.tenancy import tenants
from tests.booking.clinic import ZONE, Clinic, content, set_up, set_up_composed
from tests.booking.test_hold import ANN
from tests.cli.conftest import Saas
from tests.ground import within

DESK = Actor(ActorKind.USER)
_numbers = itertools.count(1)


@dataclass
class Place:
    slug: str
    clinic: Clinic
    day: datetime


@pytest.fixture
def place(saas: Saas, urls: object) -> Place:
    """A clinic of two practitioners and one room, and its next Wednesday but one."""
    slug = f"why-{ids.new().hex[-10:]}"
    assert saas("tenant", "create", slug, "--name", "Why", "--host", f"{slug}.test").status == 0
    session.connect(urls.app)  # type: ignore[attr-defined]
    with session.scope():
        tenant = tenants.enter_by_slug(slug)
        clinic = set_up(tenant.id)
    day = clock.now().astimezone(ZoneInfo(ZONE)).replace(hour=0, minute=0, second=0, microsecond=0)
    day += timedelta(days=9 - day.weekday() + (7 if day.weekday() > 2 else 0))
    return Place(slug, clinic, day)


def explained(saas: Saas, place: Place, at: str, *more: str) -> list[str]:
    """Return what stands in the way, as codes; `free` where nothing does."""
    ended = saas(
        "explain",
        "slot",
        "--tenant",
        place.slug,
        "--location",
        "main",
        "--offering",
        "visit",
        "--at",
        at,
        *more,
    )
    assert ended.status == 0, ended.err
    if ended.lines[0].endswith(": free"):
        return ["free"]
    assert ended.lines[0].endswith(": not free")
    return [line.split(":")[0].strip() for line in ended.lines[1:]]


def at(place: Place, hour: int, minute: int = 0) -> str:
    return place.day.replace(hour=hour, minute=minute).strftime("%Y-%m-%dT%H:%M")


def test_a_free_time_is_free_with_names(saas: Saas, place: Place) -> None:
    ended = saas("explain", "slot", "--tenant", place.slug, "--location", "main", "--offering", "visit",
                 "--at", at(place, 10))  # fmt: skip
    assert ended.lines[1] == "  with p0, p1"


@pytest.mark.parametrize(
    ("hour", "minute", "code"), [(10, 7, "off_grid"), (7, 0, "closed"), (16, 45, "closed"), (23, 0, "closed")]
)
def test_the_rules_of_the_calendar_are_named(
    saas: Saas, place: Place, hour: int, minute: int, code: str
) -> None:
    assert explained(saas, place, at(place, hour, minute)) == [code]


def test_what_takes_the_time_is_named(saas: Saas, place: Place, urls: object) -> None:
    session.connect(urls.app)  # type: ignore[attr-defined]
    with within(place.clinic.tenant_id):
        for person in place.clinic.people.values():
            begins = place.day.replace(hour=10)
            asked = Blocked("main", person, begins, begins + timedelta(hours=1), "Lunch")
            blocking.block(asked, place.clinic.version(), DESK)
    assert explained(saas, place, at(place, 10)) == ["practitioner_busy"]
    assert explained(saas, place, at(place, 11)) == ["free"]
    assert explained(saas, place, at(place, 10), "--practitioner", "p0") == ["practitioner_busy"]


def test_an_add_on_names_its_people_and_the_device_that_is_missing(
    saas: Saas, place: Place, urls: object
) -> None:
    session.connect(urls.app)  # type: ignore[attr-defined]
    with within(place.clinic.tenant_id):
        clinic = set_up_composed(place.clinic.tenant_id, people=1)
        begins = place.day.replace(hour=14, minute=15)
        device = clinic.wish().practice.devices[0].id
        asked = Blocked("main", device, begins, begins + timedelta(minutes=5), "Service")
        blocking.block(asked, clinic.version(), DESK)
    asked_for = (
        "explain",
        "slot",
        "--tenant",
        place.slug,
        "--location",
        "main",
        "--offering",
        "visit",
        "--at",
    )
    ended = saas(*asked_for, at(place, 10), "--add-on", "plasma")
    assert ended.lines[0].startswith("visit + plasma at main")
    assert ended.lines[1] == "  with p0 and d0"
    ended = saas(*asked_for, at(place, 14), "--add-on", "plasma")
    assert ended.lines[1] == "  device_busy: No centrifuge is free at 14:00."
    assert "nothing cannot be added to visit." in saas(*asked_for, at(place, 10), "--add-on", "nothing").err


def test_staff_may_what_patients_may_not(saas: Saas, place: Place) -> None:
    assert explained(saas, place, at(place, 10, 5)) == ["off_grid"]
    assert explained(saas, place, at(place, 10, 5), "--staff") == ["free"]


def test_the_command_and_the_hold_give_the_same_reason(saas: Saas, place: Place, urls: object) -> None:
    times = [place.day + timedelta(minutes=minutes) for minutes in range(7 * 60, 18 * 60, 55)]
    said = {time: explained(saas, place, time.isoformat()) for time in times}
    session.connect(urls.app)  # type: ignore[attr-defined]
    with within(place.clinic.tenant_id):
        version, now = place.clinic.version(), clock.now()
        wish = asking.wish("visit", "main", version, Channel.ONLINE)
        free = {
            slot.starts_at for slot in searching.slots(wish, searching.find(wish, place.day.date(), 1, now))
        }
        for time, codes in said.items():
            assert (codes == ["free"]) is (time in free)
            assert held(time, version) == codes


def held(time: datetime, version: int) -> list[str]:
    """Hold a time; return why that was refused, `free` where it was not."""
    try:
        holder = Holder(f"h{next(_numbers)}")
        hold.hold(Asked("visit", "main", time), holder, version, DESK, clock.now())
    except DomainError as refused:
        return [reason.code for reason in refused.reasons]
    return ["free"]


def test_what_is_no_time_or_place_is_said_in_one_line(saas: Saas, place: Place) -> None:
    base = ["explain", "slot", "--tenant", place.slug, "--offering", "visit"]
    for more in (["--location", "main", "--at", "soon"], ["--location", "moon", "--at", at(place, 10)]):
        ended = saas(*base, *more)
        assert (ended.status, ended.err.startswith("saas: "), len(ended.err.splitlines())) == (1, True, 1)


def priced(saas: Saas, place: Place, *more: str) -> list[str]:
    """Return what is said about the price of a visit on the next Wednesday but one."""
    asked = (
        "--tenant",
        place.slug,
        "--location",
        "main",
        "--offering",
        "visit",
        "--on",
        f"{place.day:%Y-%m-%d}",
    )
    ended = saas("explain", "price", *asked, *more)
    assert ended.status == 0, ended.err
    return ended.lines


def put_prices(place: Place) -> None:
    rate = {
        "jurisdiction": "US-NY",
        "purpose": "aesthetic",
        "percent": Decimal("8.875"),
        "source": "Some statute",
    }
    terms = {"deposit": {"per_hour": "60.00"}, "cancellation": {"free_until_hours": 48, "fee_percent": "50"}}
    prices = [{"amount": "200.00"}, {"amount": "250.00", "practitioner": "p1"}]
    with within(place.clinic.tenant_id):
        offerings.put("visit", content(prices=prices, tax_purpose="aesthetic", **terms))
        taxes.put_all([{**rate, "valid_from": date(2026, 1, 1)}])
        tenants.raise_config_version(place.clinic.tenant_id)


def test_a_price_is_explained_level_by_level(saas: Saas, place: Place) -> None:
    put_prices(place)
    assert priced(saas, place, "--practitioner", "p1") == [
        f"visit at main with p1, {place.day:%Y-%m-%d}: 250.00 USD",
        "    patient: This patient has no price of their own.",
        "  > practitioner: p1 asks 250.00 USD. (p1)",
        "    tier: The practitioner's tier has no price.",
        "    location: The location has no price of its own.",
        "    organisation: The price everywhere is 200.00 USD.",
        "    tax: 22.19 USD, 8.875 % for aesthetic in US-NY (Some statute)",
        "  > deposit: 60.00 USD for each hour is paid when booking. The offering itself says so.",
        "  > cancellation: Cancelling is free until 48 hours before, then it costs 50 per cent of the price."
        " The offering itself says so.",
        "    deposit: 30.00 USD",
        "    cancellation: free until 48 hours before, 125.00 USD after that",
    ]
    said = priced(saas, place)
    assert said[0].endswith(": 200.00 USD")
    assert "    passed over: P1 Person asks 250.00 USD. The visit is not with them." in said


def test_a_patient_is_asked_for_what_is_agreed_with_them(saas: Saas, place: Place) -> None:
    put_prices(place)
    since = place.day.date() - timedelta(days=1)
    with within(place.clinic.tenant_id):
        offering = asking.wish("visit", "main", place.clinic.version(), Channel.STAFF).offering
        patient = records.add(ANN, DESK, since, provisional=False).id
        for said in (Said(since, "Staff", offering.id, Money(12_000, "USD")), Said(since, "Staff")):
            agreements.agree(patient, said, DESK)
    lines = priced(saas, place, "--practitioner", "p1", "--patient", str(patient))
    assert lines[0].endswith(": 120.00 USD")
    assert f"  > patient: This patient's own price is 120.00 USD. (from {since})" in lines
    assert "  > deposit: No deposit is paid. It is agreed with this patient." in lines
    assert "    deposit: 60.00 USD for each hour is paid when booking. The offering itself says so." in lines
    assert not [line for line in lines if line.startswith("    deposit: 30.00")]


def test_a_patient_nobody_knows_is_said_in_one_line(saas: Saas, place: Place) -> None:
    asked = ("explain", "price", "--tenant", place.slug, "--location", "main", "--offering", "visit")
    ended = saas(*asked, "--patient", str(ids.new()))
    assert (ended.status, len(ended.err.splitlines())) == (1, 1)


def test_what_is_free_is_said(saas: Saas, place: Place) -> None:
    assert priced(saas, place) == [f"visit at main, {place.day:%Y-%m-%d}: free of charge"]


def test_what_nobody_stated_a_tax_for_is_said(saas: Saas, place: Place) -> None:
    put_prices(place)
    with within(place.clinic.tenant_id):
        taxes.put_all([])
        tenants.raise_config_version(place.clinic.tenant_id)
    assert "    tax: for review, no rate for aesthetic in US-NY" in priced(saas, place)


def test_eligibility_is_told_role_by_role_with_its_rules(saas: Saas, place: Place) -> None:
    with within(place.clinic.tenant_id):
        offerings.put("visit", content(procedures=["dry_needling"]))
        privileges.put(
            place.clinic.people["p0"], [{"procedure": "dry_needling", "starts_on": None, "ends_on": None}]
        )
        tenants.raise_config_version(place.clinic.tenant_id)
    asked = ("--tenant", place.slug, "--offering", "visit", "--location", "main", "--on", "2027-03-10")

    def lines(who: str) -> list[str]:
        answer = saas("explain", "eligibility", *asked, "--practitioner", who)
        assert answer.status == 0, answer.out
        return answer.out.splitlines()

    assert lines("p0")[:3] == [
        "p0, visit at main (US-NY), 2027-03-10:",
        "  practitioner: review by US-NY.dry_needling v1",
        "    not_attested: The clinic has not attested what holds for dry needling in New York.",
    ]
    assert (
        lines("p1")[2].strip().startswith("not_granted: The clinic has not granted P1 Person the privilege")
    )
    assert "not the law" in lines("p0")[-1]
