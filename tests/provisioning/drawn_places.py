"""Locations, drawn: their hours and what is different from them, rooms and devices with their maintenance."""

from uuid import NAMESPACE_URL, uuid5

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.provisioning.drawing import COIN, DAYS, NAMES, Data, chosen, counted, maybe, sites, some, spoken

ZONES = {"US-AZ": "America/Phoenix", "US-NY": "America/New_York", "US-NJ": "America/New_York"}
PLACES = st.sampled_from(sorted(ZONES))
WEEKS = st.sampled_from([
    [{"opens": "8:00", "closes": "20:00"}],
    [{"opens": "13:00", "closes": "20:00"}, {"opens": "8:00", "closes": "13:00"}],
])  # fmt: skip
EXCEPTIONS = [
    {"from": "2027-02-01"}, {"from": "2027-02-08", "until": "2027-02-10"},
    {"from": "2027-02-15", "hours": [{"opens": "13:00", "closes": "14:00"}, {"opens": "9:00", "closes": "11:30"}]},
]  # fmt: skip
MAINTENANCE = [
    {"starts": "2026-12-01T8:00", "ends": "2026-12-01T9:00"},
    {"starts": "2026-12-01T08:30", "ends": "2026-12-02T08:00"},
    {"starts": "2027-03-01T08:00", "ends": "2027-03-03T10:30"},
]  # fmt: skip
CLOSURES = ["2027-01-01", "2026-12-25"]
DEPTHS = st.sampled_from(["1.50", "0.5", "2"])
COLOURS = st.sampled_from(["#1f6f78", "#1F6F78"])
AGES = st.integers(0, 22)
COUNTRIES = st.sampled_from(["US", "PR"])


def identity(slug: str) -> str:
    """Return an id that nothing else has, the same for the same slug."""
    return str(uuid5(NAMESPACE_URL, slug))


def identified(draw: DrawFn, slug: str, among: str = "") -> Data:
    """Draw the slug, perhaps with an id that its author chose."""
    return {"slug": slug, **maybe(draw, "id", st.just(identity(f"{among}/{slug}")))}


def clinics(draw: DrawFn, companies: list[str]) -> Data:
    """Draw `clinic.yaml`."""
    entities = [{**identified(draw, slug), "name": draw(NAMES), "currency": "USD"} for slug in companies]
    return {
        "slug": "drawn", "name": draw(NAMES), "tagline": spoken(draw), "languages": ["en", "es"],
        "accent": draw(COLOURS), "phone": "+1 602 555 0123", "email": "desk@drawn.example",
        "legal_entities": entities[::-1] if draw(COIN) else entities, "disclaimer": spoken(draw),
        **maybe(draw, "booking_terms", spoken),
    }  # fmt: skip


def location(draw: DrawFn, slug: str, companies: list[str]) -> Data:
    """Draw a location; it is open every day, and has at least a room."""
    jurisdiction = draw(PLACES)
    return {
        **identified(draw, slug), "name": draw(NAMES), "legal_entity": companies[counted(draw, 1, len(companies)) - 1],
        "address": {
            "street": draw(NAMES), "city": "C", "region": "R", "postal_code": "00701", "country": draw(COUNTRIES),
        },
        "time_zone": ZONES[jurisdiction], "jurisdiction": jurisdiction, "phone": "+1 602 555 0124",
        "opening_hours": dict.fromkeys(DAYS, draw(WEEKS)),
        "rooms": [room(draw, slug, n) for n in range(counted(draw, 1, 3))], "devices": devices(draw, slug),
        **some(draw, closures=lambda draw: chosen(draw, CLOSURES), exceptions=exceptions, observes_holidays=COIN),
    }  # fmt: skip


def exceptions(draw: DrawFn) -> list[Data]:
    return [{**one, **maybe(draw, "reason", spoken)} for one in chosen(draw, EXCEPTIONS)]


def services(draw: DrawFn) -> list[Data]:
    return [{**one, **maybe(draw, "reason", NAMES)} for one in chosen(draw, MAINTENANCE)]


def room(draw: DrawFn, place: str, number: int) -> Data:
    kind = "consultation" if number > 1 else "aesthetics"
    return {**identified(draw, f"room-{number}", place), "name": draw(NAMES), "kind": kind,
            **maybe(draw, "maintenance", services)}  # fmt: skip


def devices(draw: DrawFn, place: str) -> list[Data]:
    """Draw the units of a place; a slug may be there twice in the clinic, but not at one place."""
    pen = {
        **identified(draw, "pen", place), "name": "Pen", "kind": "microneedling_pen",
        **some(draw, model=NAMES, serial=NAMES, maintenance=services, evaluated_depth_mm=DEPTHS),
    }  # fmt: skip
    if "model" in pen:
        pen |= some(draw, label_sites=sites, label_min_age=AGES)
    spin = {**identified(draw, f"spin-{place}"), "name": "Spin", "kind": "centrifuge"}
    return chosen(draw, [pen, spin])


def models(places: dict[str, Data]) -> list[str]:
    """Return the models of the devices that there are."""
    units = (unit for place in places.values() for unit in place.get("devices", ()))
    return sorted({unit["model"] for unit in units if "model" in unit})
