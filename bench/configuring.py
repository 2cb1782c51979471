"""A large clinic group is planned and applied: 50 locations, 400 practitioners, 300 offerings.

Planning only reads; applying from nothing writes all of it in one transaction. Bounds are seconds, for an owner
waits for a page, and statements, which do not grow with what stays the same.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import event

from bench.ground import Ground
from saas.db import session
from saas.kernel import clock
from saas.kernel.actors import SYSTEM
from saas.provisioning import applying, planning, reading
from saas.provisioning.canonical import Form
from saas.provisioning.schema import Configuration
from saas.tenancy import tenants

LOCATIONS, PEOPLE, OFFERINGS = 50, 400, 300
PLAN_SECONDS, APPLY_SECONDS = 2.0, 10.0
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"]


@dataclass(frozen=True)
class Step:
    """What was done, how long it took and with how many statements; a bound of None is none."""

    name: str
    seconds: float
    statements: int
    bound: float | None

    def __str__(self) -> str:
        bound = f"≤ {self.bound:g} s" if self.bound else ""
        return f"| {self.name} | {self.seconds:.2f} | {self.statements} | {bound} |"


@dataclass(frozen=True)
class Outcome:
    """The steps in their order."""

    steps: Sequence[Step]

    @property
    def is_slow(self) -> bool:
        """Whether a step is above its bound."""
        return any(step.bound and step.seconds > step.bound for step in self.steps)

    def __str__(self) -> str:
        sizes = f"{LOCATIONS} locations, {PEOPLE} practitioners, {OFFERINGS} offerings"
        head = f"| configuration of {sizes} | s | statements | bound |\n|---|---:|---:|---:|"
        return "\n".join([head, *map(str, self.steps)])


def run(ground: Ground) -> Outcome:
    """Plan and apply a large configuration from nothing, then one in which every person and offering differs."""
    assert ground.urls.app  # this process is connected there
    with session.scope():
        tenant_id = tenants.create("large", "Large", SYSTEM)
    first, second = reading.read_form(files("100.00", "Ada")), reading.read_form(files("101.00", "Bea"))

    def plan(wanted: Configuration) -> Callable[[], object]:
        return lambda: _within(tenant_id, lambda: planning.plan(wanted, clock.now()))

    def apply(wanted: Configuration) -> Callable[[], object]:
        return lambda: _within(tenant_id, lambda: applying.apply(wanted, SYSTEM))

    return Outcome([
        timed("plan from nothing", plan(first), PLAN_SECONDS),
        timed("apply from nothing", apply(first), APPLY_SECONDS),
        timed("plan, nothing to do", plan(first), PLAN_SECONDS),
        timed("plan, 700 things differ", plan(second), PLAN_SECONDS),
        timed("apply, 700 things differ", apply(second), APPLY_SECONDS),
    ])  # fmt: skip


def _within(tenant_id: UUID, act: Callable[[], object]) -> object:
    with session.scope(tenant_id):
        return act()


def timed(name: str, act: Callable[[], object], bound: float | None) -> Step:
    """Do something; return how long it took."""
    counted: list[str] = []

    def note(*told: Any) -> None:
        counted.append(told[2])

    event.listen(session.engine(), "before_cursor_execute", note)
    began = time.perf_counter()
    try:
        act()
        return Step(name, time.perf_counter() - began, len(counted), bound)
    finally:
        event.remove(session.engine(), "before_cursor_execute", note)


def files(price: str, given_name: str) -> Form:
    """Return a large clinic group's files; everybody has that name, and everything that price."""
    found: Form = {"clinic.yaml": _clinic()}
    found |= {f"locations/l{n}.yaml": _location(n) for n in range(LOCATIONS)}
    found |= {f"people/p{n}.yaml": _person(n, given_name) for n in range(PEOPLE)}
    return found | {f"offerings/o{n}.yaml": _offering(n, price) for n in range(OFFERINGS)}


def _clinic() -> dict[str, Any]:
    return {
        "slug": "large", "name": "Large", "tagline": {"en": "Large"}, "languages": ["en"], "accent": "#1f6f78",
        "phone": "+1 602 555 0123", "email": "desk@large.example", "disclaimer": {"en": "None."},
        "legal_entities": [{"slug": "llc", "name": "Large LLC", "currency": "USD"}],
    }  # fmt: skip


def _location(number: int) -> dict[str, Any]:
    address = {"street": "1 Road", "city": "Phoenix", "region": "AZ", "postal_code": "85001", "country": "US"}
    return {
        "slug": f"l{number}", "name": f"Place {number}", "legal_entity": "llc", "address": address,
        "time_zone": "America/Phoenix", "jurisdiction": "US-AZ", "phone": "+1 602 555 0124",
        "opening_hours": {day: [{"opens": "8:00", "closes": "20:00"}] for day in DAYS},
        "rooms": [{"slug": f"r{n}", "name": f"Room {n}", "kind": "consultation"} for n in range(4)],
        "devices": [{"slug": "pen", "name": "Pen", "kind": "microneedling_pen"}],
    }  # fmt: skip


def _person(number: int, given_name: str) -> dict[str, Any]:
    return {
        "slug": f"p{number}", "given_name": given_name, "family_name": f"Number {number}", "professions": ["MD"],
        "email": f"p{number}@large.example", "is_practitioner": True,
        "roles": ["practitioner"] if number else ["owner", "practitioner"],
        "may_perform": [{"procedure": "consultation"}, {"procedure": "dry_needling"}],
        "credentials": [{"kind": "licence", "profession": "MD", "jurisdiction": "US-AZ", "number": str(number),
                         "issued_on": "2015-06-01"}],
        "hours": [{"location": f"l{number % LOCATIONS}", "weekdays": DAYS, "starts": "9:00", "ends": "17:00"}],
    }  # fmt: skip


def _offering(number: int, price: str) -> dict[str, Any]:
    places = [f"l{(number + n) % LOCATIONS}" for n in range(10)]
    return {
        "slug": f"o{number}", "name": {"en": f"Offering {number}"}, "summary": {"en": "Something."},
        "category": "consultation", "procedures": ["consultation"], "locations": places,
        "segments": [{"kind": "hands_on", "minutes": 30, "room": "consultation"}],
        "prices": [{"amount": price}, {"amount": "120.00", "location": places[0]}], "tax_purpose": "therapeutic",
    }  # fmt: skip
