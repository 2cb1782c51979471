"""From nothing to a clinic that can be booked: a few answers become the files of a first configuration. Pure.

What is asked is what nobody can guess. The rest begins as most clinics have it and is changed afterwards on
the pages of each thing.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from saas.kernel import resources
from saas.provisioning.schema_practice import DeviceKind, RoomKind
from saas.provisioning.schema_types import SLUG_CHARACTERS

Data = dict[str, Any]

# The zone in which most of a state lives; the others can be chosen on the location's page.
_STATES = {
    "America/New_York": "CT DE DC FL GA IN KY ME MD MA MI NH NJ NY NC OH PA RI SC VT VA WV",
    "America/Chicago": "AL AR IL IA KS LA MN MS MO NE ND OK SD TN TX WI",
    "America/Denver": "CO ID MT NM UT WY", "America/Los_Angeles": "CA NV OR WA", "America/Phoenix": "AZ",
    "America/Anchorage": "AK", "Pacific/Honolulu": "HI", "America/Puerto_Rico": "PR", "America/St_Thomas": "VI",
    "Pacific/Guam": "GU", "Pacific/Saipan": "MP", "Pacific/Pago_Pago": "AS",
}  # fmt: skip
ZONES = {state: zone for zone, states in _STATES.items() for state in states.split()}
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday")
HOURS = {
    "office": (WEEK, "9:00", "17:00"), "long": (WEEK, "8:00", "18:00"),
    "six": ((*WEEK, "saturday"), "9:00", "17:00"),
}  # fmt: skip
ACCENT = "#1f6f78"
ROOMS = {"physiotherapy": "Treatment room", "aesthetics": "Skin room", "consultation": "Consultation room"}
DEVICES = {
    "microneedling_pen": "Micro-needling pen",
    "centrifuge": "Centrifuge",
    "electrostimulator": "Stimulator",
}
# How an add-on joins what it can be added to, where both are offered.
JOINS: Mapping[str, Mapping[str, Data]] = {
    "micro-needling": {
        "prp": {
            "mode": "parallel",
            "with": "processing",
            "rest_before": "finish",
            "excludes": ["superficial-peel"],
        },
        "superficial-peel": {"mode": "serial", "before": "finish"},
    }
}


@dataclass(frozen=True)
class Place:
    """Where it is: an address in the United States, and one of the usual weeks (`HOURS`)."""

    street: str
    city: str
    state: str
    postal_code: str
    hours: str = "office"


@dataclass(frozen=True)
class Practitioner:
    """Who treats there, and the procedures they may perform."""

    given_name: str
    family_name: str
    email: str
    professions: Sequence[str]
    procedures: Sequence[str]
    is_owner: bool = True


@dataclass(frozen=True)
class Beginning:
    """The answers: who the clinic is, where, what it offers at which price (empty: free of charge), and who treats."""

    slug: str
    name: str
    phone: str
    email: str
    place: Place
    offered: Mapping[str, str]
    people: Sequence[Practitioner]


@lru_cache(maxsize=1)
def starters() -> Mapping[str, Data]:
    """Return the offerings that a clinic can begin with, by slug: what is booked by itself, then add-ons."""
    folder = resources.PACKAGE / "provisioning" / "starters"
    found = {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))
    }
    return dict(sorted(found.items(), key=lambda one: one[1].get("kind", "visit") == "add_on"))


def slug_of(text: str, otherwise: str = "thing") -> str:
    """Return a short name made from *text*, or *otherwise* where nothing of it can stand in one."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lstrip("0123456789 ")).strip("-")
    return words[:SLUG_CHARACTERS].rstrip("-") if words[:1].isalpha() else otherwise


def procedures_of(offered: Sequence[str]) -> list[str]:
    """Return the procedures that someone has to perform for these offerings."""
    return list(dict.fromkeys(act for slug in offered for act in starters()[slug]["procedures"]))


def files(begun: Beginning) -> dict[str, Data]:
    """Return the files of a first configuration."""
    place = slug_of(begun.place.city, "main")
    found = {"clinic.yaml": _clinic(begun), f"locations/{place}.yaml": _location(begun, place)}
    found |= {f"offerings/{slug}.yaml": _offering(slug, begun, place) for slug in begun.offered}
    for person in begun.people:
        slug = slug_of(f"{person.given_name} {person.family_name}", "person")
        found[f"people/{slug}.yaml"] = _person(person, slug, place, begun)
    return found


def _clinic(begun: Beginning) -> Data:
    return {
        "slug": begun.slug, "name": begun.name, "tagline": {"en": begun.name}, "languages": ["en"], "accent": ACCENT,
        "phone": begun.phone, "email": begun.email,
        "legal_entities": [{"slug": slug_of(begun.name, "company"), "name": begun.name, "currency": "USD"}],
        "disclaimer": {"en": "What stands here is general information and no medical advice."},
    }  # fmt: skip


def _location(begun: Beginning, slug: str) -> Data:
    place, entity = begun.place, slug_of(begun.name, "company")
    days, opens, closes = HOURS[place.hours]
    segments = [part for offering in begun.offered for part in starters()[offering]["segments"]]
    rooms = [kind.value for kind in RoomKind if any(part.get("room") == kind for part in segments)]
    devices = [kind.value for kind in DeviceKind if any(kind in part.get("devices", ()) for part in segments)]
    return {
        "slug": slug, "name": f"{begun.name} {place.city}", "legal_entity": entity, "phone": begun.phone,
        "address": {
            "street": place.street, "city": place.city, "region": place.state, "postal_code": place.postal_code,
            "country": "US",
        },
        "time_zone": ZONES[place.state], "jurisdiction": f"US-{place.state}", "observes_holidays": True,
        "opening_hours": {day: [{"opens": opens, "closes": closes}] for day in days},
        "rooms": [{"slug": f"{kind}-1", "name": ROOMS[kind], "kind": kind} for kind in rooms],
        "devices": [{"slug": slug_of(kind), "name": DEVICES[kind], "kind": kind} for kind in devices],
    }  # fmt: skip


def _offering(slug: str, begun: Beginning, place: str) -> Data:
    data, price = {"slug": slug, **starters()[slug], "locations": [place]}, begun.offered[slug]
    joins = {name: how for name, how in JOINS.get(slug, {}).items() if name in begun.offered}
    if joins:
        data["add_ons"] = [{"offering": name, **_fitting(how, joins)} for name, how in joins.items()]
    if price:
        data["prices"] = [{"amount": price}]
    return data


def _fitting(how: Data, joins: Mapping[str, Data]) -> Data:
    """Return how an add-on joins, without those it excludes that are not there."""
    excluded = [name for name in how.get("excludes", ()) if name in joins]
    return {key: value for key, value in how.items() if key != "excludes"} | (
        {"excludes": excluded} if excluded else {}
    )


def _person(person: Practitioner, slug: str, place: str, begun: Beginning) -> Data:
    days, starts, ends = HOURS[begun.place.hours]
    return {
        "slug": slug, "given_name": person.given_name, "family_name": person.family_name, "email": person.email,
        "professions": list(person.professions), "is_practitioner": bool(person.professions),
        "roles": ["owner", "practitioner"] if person.is_owner else ["practitioner"],
        "may_perform": [{"procedure": act} for act in person.procedures],
        "hours": [{"location": place, "weekdays": list(days), "starts": starts, "ends": ends}],
    }  # fmt: skip
