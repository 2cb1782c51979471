"""Small configurations without a fault, drawn at random: places, people, offerings, add-ons, prices, hours."""

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from saas.provisioning import reading
from saas.provisioning.schema import Configuration
from saas.provisioning.schema_practice import Weekday

Files = dict[str, dict[str, Any]]
ACTS = ["consultation", "microneedling", "prp_draw"]
ZONES = {"US-AZ": "America/Phoenix", "US-NY": "America/New_York", "US-NJ": "America/New_York"}
DAYS = [day.value for day in Weekday]
TEXTS = st.sampled_from(
    ["Calm", "Needles & patience", "no", "9:30", "1e3", "a: b # c", "Zoë's «best»", "- x", "{y}"]
)
AMOUNTS = st.integers(20, 900).map(lambda amount: f"{amount}.00")


def read(files: Mapping[str, Any]) -> Configuration:
    """Return the configuration that *files* say; JSON is YAML too."""
    return reading.read_files({name: json.dumps(data).encode() for name, data in files.items()})


@st.composite
def configurations(draw: DrawFn) -> Files:
    """Draw the files of a clinic."""
    companies = [f"llc-{n}" for n in range(draw(st.integers(1, 2)))]
    places = {f"loc-{name}": draw(locations(f"loc-{name}", companies)) for name in draw(names(1, 3))}
    people = {f"per-{name}": draw(employees(f"per-{name}", list(places))) for name in draw(names(1, 3))}
    # Somebody at each place may do everything, so that whatever is offered there can be performed.
    people |= {f"all-{place}": anchor(f"all-{place}", place) for place in places}
    sold = {
        f"off-{name}": draw(visits(f"off-{name}", list(places), list(people))) for name in draw(names(0, 3))
    }
    if sold and draw(st.booleans()):
        sold["off-plus"] = _add_on(list(places))
        next(iter(sold.values()))["add_ons"] = [{"offering": "off-plus", "mode": "serial"}]
    files: Files = {"clinic.yaml": draw(clinics(companies))}
    for folder, things in (("locations", places), ("people", people), ("offerings", sold)):
        files |= {f"{folder}/{slug}.yaml": data for slug, data in things.items()}
    is_taxed: bool = draw(st.booleans())
    if is_taxed and any("prices" in one for one in sold.values()):
        files["taxes.yaml"] = {"rates": [draw(rates(place)) for place in sorted(ZONES)]}
    return files


def names(least: int, most: int) -> st.SearchStrategy[list[str]]:
    """Draw distinct names; few, so that two clinics share some."""
    return st.lists(
        st.sampled_from(["ash", "birch", "cedar", "elm"]), min_size=least, max_size=most, unique=True
    )


@st.composite
def clinics(draw: DrawFn, companies: list[str]) -> dict[str, Any]:
    entities = [{"slug": slug, "name": draw(TEXTS), "currency": "USD"} for slug in companies]
    return {
        "slug": "drawn", "name": draw(TEXTS), "tagline": {"en": draw(TEXTS)}, "languages": ["en"],
        "accent": "#1f6f78", "phone": "+1 602 555 0123", "email": "desk@drawn.example", "legal_entities": entities,
        "disclaimer": {"en": draw(TEXTS)},
    }  # fmt: skip


@st.composite
def locations(draw: DrawFn, slug: str, companies: list[str]) -> dict[str, Any]:
    jurisdiction = draw(st.sampled_from(sorted(ZONES)))
    rooms = [
        {"slug": f"room-{n}", "name": draw(TEXTS), "kind": "aesthetics"}
        for n in range(draw(st.integers(1, 3)))
    ]
    pens = [{"slug": "pen", "name": "Pen", "kind": "microneedling_pen", **draw(maybe("serial", TEXTS))}]
    return {
        "slug": slug, "name": draw(TEXTS), "legal_entity": draw(st.sampled_from(companies)),
        "address": {"street": "1 Road", "city": "C", "region": "R", "postal_code": "00701", "country": "US"},
        "time_zone": ZONES[jurisdiction], "jurisdiction": jurisdiction, "phone": "+1 602 555 0124",
        "opening_hours": {day: [{"opens": "8:00", "closes": "20:00"}] for day in DAYS}, "rooms": rooms,
        "devices": draw(st.sampled_from([pens, []])),
        **draw(maybe("closures", st.permutations(["2027-01-01", "2026-12-25"]))),
        **draw(maybe("observes_holidays", st.booleans())),
    }  # fmt: skip


@st.composite
def employees(draw: DrawFn, slug: str, places: list[str]) -> dict[str, Any]:
    days = draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True))
    hours = [{"location": draw(st.sampled_from(places)), "weekdays": [day], "starts": "9:00",
              "ends": draw(st.sampled_from(["12:00", "17:30"]))} for day in days]  # fmt: skip
    return {
        **_person(slug), "given_name": draw(TEXTS), "hours": hours, **draw(maybe("tier", st.just("senior"))),
        **draw(maybe("titles", TEXTS)), **draw(maybe("max_concurrent_patients", st.integers(1, 3))),
        "may_perform": [{"procedure": act} for act in draw(st.permutations(ACTS))],
        **draw(maybe("max_supervised", st.integers(1, 3))), **draw(maybe("supervised_by", st.just(_above(places)))),
        "roles": draw(st.permutations(["practitioner", "manager"])),
    }  # fmt: skip


@st.composite
def visits(draw: DrawFn, slug: str, places: list[str], people: list[str]) -> dict[str, Any]:
    at = draw(st.lists(st.sampled_from(places), min_size=1, unique=True))
    prices: list[dict[str, Any]] = [{"amount": draw(AMOUNTS)}]
    prices += [{"amount": draw(AMOUNTS), "location": place} for place in at if draw(st.booleans())]
    prices += [{"amount": draw(AMOUNTS), "practitioner": one} for one in people[:1] if draw(st.booleans())]
    prices += [{"amount": draw(AMOUNTS), "from": "2027-01-01"}] * draw(st.integers(0, 1))
    minutes = draw(st.integers(1, 6)) * 10
    segments = [
        {
            "kind": "hands_on",
            "minutes": minutes,
            "room": "aesthetics",
            **draw(maybe("name", TEXTS.map(english))),
        },
        {"kind": "turnaround", "minutes": 5, "roles": [], "room": "aesthetics", "patient_present": False},
    ]
    return {
        **_sold(slug, at), "segments": segments[: draw(st.integers(1, 2))],
        **draw(st.sampled_from([{}, {"prices": prices, "tax_purpose": "aesthetic"}])),
        **draw(maybe("lead_minutes", st.integers(0, 300))),
        **draw(maybe("concerns", st.lists(TEXTS.map(english), max_size=2))),
        **draw(maybe("texts", public_texts())),
    }  # fmt: skip


@st.composite
def public_texts(draw: DrawFn) -> dict[str, Any]:
    uses = [{"text": english(draw(TEXTS)), **draw(maybe("off_label", st.booleans()))}]
    return {
        "uses": uses[: draw(st.integers(0, 1))], **draw(maybe("after_care", TEXTS.map(english))),
        **draw(maybe("references", st.lists(TEXTS, max_size=2, unique=True))),
    }  # fmt: skip


@st.composite
def rates(draw: DrawFn, place: str) -> dict[str, Any]:
    percent = draw(st.sampled_from(["0", "8.60", "10", "4.875"]))
    return {
        "jurisdiction": place,
        "purpose": "aesthetic",
        "rate": percent,
        "from": "2026-01-01",
        "source": "Law",
    }


@st.composite
def maybe(draw: DrawFn, key: str, value: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Draw a key with a value, or nothing."""
    return {key: draw(value)} if draw(st.booleans()) else {}


def english(text: str) -> dict[str, str]:
    return {"en": text}


def _above(places: list[str]) -> list[dict[str, Any]]:
    near = {"procedures": ["microneedling"], "mode": "on_site", "from": "2027-01-01"}
    return [{"person": f"all-{one}", **near, "protocol": "Order 7"} for one in places]


def _person(slug: str) -> dict[str, Any]:
    return {
        "slug": slug, "family_name": "Drawn", "professions": ["RN"], "email": f"{slug}@drawn.example",
        "is_practitioner": True,
    }  # fmt: skip


def anchor(slug: str, place: str) -> dict[str, Any]:
    """Return somebody who may do everything at a place, and owns the clinic."""
    hours = [{"location": place, "weekdays": ["monday", "friday"], "starts": "8:00", "ends": "20:00"}]
    may = [{"procedure": act} for act in ACTS]
    return {**_person(slug), "given_name": "Any", "roles": ["owner"], "hours": hours, "may_perform": may}


def _sold(slug: str, at: list[str]) -> dict[str, Any]:
    return {
        "slug": slug, "name": {"en": slug}, "summary": {"en": "A visit"}, "category": "aesthetics",
        "procedures": ["consultation"], "locations": at,
    }  # fmt: skip


def _add_on(places: list[str]) -> dict[str, Any]:
    return {**_sold("off-plus", places), "kind": "add_on", "segments": [{"kind": "hands_on", "minutes": 10}]}
