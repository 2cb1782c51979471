"""The pages that say who may do what: 400 practitioners, 60 offerings, 50 locations in six states.

A page is asked for as a browser does, through gunicorn, by an owner who is signed in. Bounds are milliseconds, once
with nothing read (another configuration was just applied) and once as whoever turns pages has it.
"""

import http.client
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from bench import configuring
from bench.ground import Ground
from saas.credentials import packing
from saas.db import session
from saas.identity import sessions
from saas.identity.models import User
from saas.kernel import clock
from saas.kernel.actors import SYSTEM
from saas.provisioning import applying, reading
from saas.provisioning.canonical import Form
from saas.tenancy import tenants

HOST, SLUG = "matrix.example", "matrix"
LOCATIONS, PEOPLE, OFFERINGS = 50, 400, 60
BOUND_MILLIS, TIMES = 300, 15
STATES = ("US-AZ", "US-NY", "US-NJ", "US-WA", "US-CO", "US-CA")
PROFESSIONS = ("MD", "PT", "EST", "RN", "LAC", "NP", "DC", "MEST")
ACTS = ("consultation", "dry_needling", "microneedling", "chemical_peel_superficial")
PAGES = {
    "a location's people": "/staff/practice/eligibility?location=l7",
    "a person, where they work": "/staff/practice/people/p7",
    "a person, everywhere": "/staff/practice/people/p7?where=all",
    "what if, in another state": "/staff/practice/eligibility/what-if?location=l7&state=US-UT",
}  # fmt: skip


@dataclass(frozen=True)
class Page:
    """How long a page takes in milliseconds, the first time and then in the median."""

    name: str
    first: float
    median: float

    def __str__(self) -> str:
        return f"| {self.name} | {self.first:.0f} | {self.median:.0f} | ≤ {BOUND_MILLIS} |"


@dataclass(frozen=True)
class Outcome:
    """The pages in their order."""

    pages: Sequence[Page]

    @property
    def is_slow(self) -> bool:
        """Whether a page that is read anew or again is above the bound."""
        return any(page.median > BOUND_MILLIS for page in self.pages)

    def __str__(self) -> str:
        sizes = f"{PEOPLE} practitioners, {OFFERINGS} offerings, {LOCATIONS} locations"
        head = f"| who may do what, of {sizes} | first ms | median ms | bound |\n|---|---:|---:|---:|"
        return "\n".join([head, *map(str, self.pages)])


def run(ground: Ground) -> Outcome:
    """Lay out the clinic and ask for each page."""
    with session.scope():
        tenant_id = tenants.create(SLUG, "Matrix", SYSTEM, hosts=(HOST,))
    cookie, found = "", []
    for number, (name, path) in enumerate(PAGES.items()):
        cookie = _apply(tenant_id, f"{100 + number}.00")  # so that whoever asks first has read nothing
        found.append(_asked(ground, name, path, cookie))
    return Outcome(found)


def _asked(ground: Ground, name: str, path: str, cookie: str) -> Page:
    headers = {"Host": HOST, "Cookie": f"__Host-needlepoint_session={cookie}"}
    connection = http.client.HTTPConnection("127.0.0.1", ground.web_port, timeout=60)
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        answer = response.read()
        taken.append((time.perf_counter() - began) * 1000)
        if response.status != http.client.OK:
            raise RuntimeError(f"{path} answered {response.status}: {answer[:300]!r}")
    return Page(name, taken[0], statistics.median(taken[1:]))


def _apply(tenant_id: UUID, price: str) -> str:
    """Apply the clinic with another price; return the secret of an owner's session."""
    with session.scope(tenant_id):
        applying.apply(reading.read_form(files(price)), SYSTEM)
        owner = session.current().scalars(select(User.id).where(User.email == "p0@large.example")).one()
        return sessions.open_for(owner, "bench", "127.0.0.1", clock.now())


def files(price: str) -> Form:
    """Return the clinic's files: everybody holds what their profession needs, everything is attested."""
    found: Form = configuring.files(price, "Ada")
    kept = {name: data for name, data in found.items() if not name.startswith(("offerings/", "people/"))}
    kept["clinic.yaml"] = {**kept["clinic.yaml"], "slug": SLUG}
    for number in range(LOCATIONS):
        place = kept[f"locations/l{number}.yaml"]
        kept[f"locations/l{number}.yaml"] = {**place, "jurisdiction": STATES[number % len(STATES)]}
    kept |= {f"people/p{n}.yaml": _person(found[f"people/p{n}.yaml"], n) for n in range(PEOPLE)}
    kept |= {f"offerings/o{n}.yaml": _offering(n, price) for n in range(OFFERINGS)}
    return {**kept, "attestations.yaml": _attestations()}


def _person(data: dict[str, Any], number: int) -> dict[str, Any]:
    profession, state = PROFESSIONS[number % len(PROFESSIONS)], STATES[number % LOCATIONS % len(STATES)]
    verified = {"by": "p0", "date": "2026-11-01", "how": "the register"}
    held = [{"kind": "licence", "profession": profession, "jurisdiction": state, "number": str(number),
             "issued_on": f"20{10 + number % 12}-06-01", "expires_on": f"2030-01-{1 + number % 28:02}",
             "verified": verified},
            {"kind": "training", "procedure": "dry_needling", "hours": {"total": 20 + number % 40},
             "verified": verified}]  # fmt: skip
    return {**data, "professions": [profession], "credentials": held,
            "may_perform": [{"procedure": act} for act in ACTS]}  # fmt: skip


def _offering(number: int, price: str) -> dict[str, Any]:
    act = ACTS[number % len(ACTS)]
    depth = {"depth_mm": f"0.{1 + number % 9}"} if act == "microneedling" else {}
    return {
        "slug": f"o{number}", "name": {"en": f"Offering {number}"}, "summary": {"en": "Something."},
        "category": "aesthetics", "procedures": [act], "locations": [f"l{n}" for n in range(LOCATIONS)],
        "segments": [{"kind": "hands_on", "minutes": 30, "room": "consultation"}],
        "prices": [{"amount": price}], "tax_purpose": "therapeutic", **depth,
    }  # fmt: skip


def _attestations() -> dict[str, Any]:
    rules = [
        {"rule": one.rule, "version": one.version, "statements": sorted(one.statements()), "attested_by": "p0",
         "attested_on": "2026-11-01"}
        for one in packing.get().rules
    ]  # fmt: skip
    return {"rules": rules}
