"""A clinic in which nurses peel under a physician, as near as the clinic wants."""

from typing import Any
from uuid import UUID

from saas.catalogue import offerings
from saas.credentials import supervising
from saas.tenancy import tenants
from tests.booking.clinic import Clinic, content, put_person, put_place
from tests.credentials.qualifying import attest

PEELING = "chemical_peel_superficial"


def set_up(tenant_id: UUID, mode: str, *, nurses: int = 2, most: int = 4, **changes: Any) -> Clinic:
    """Set up nurses n0, … who peel, and the physician `boss` who sees patients and supervises *most* visits at a time.

    *changes* are columns of what the physician is named for.
    """
    place = put_place(rooms=6)
    boss = put_person("boss", place, ("consultation",), max_supervised=most)
    people = {f"n{n}": put_person(f"n{n}", place, (PEELING,), profession="RN") for n in range(nurses)}
    attest("US.chemical_peel_superficial")
    offerings.put("visit", content())
    offerings.put("peel", content(procedures=[PEELING], category="aesthetics"))
    clinic = Clinic(tenant_id, {"boss": boss, **people})
    name(clinic, mode, **changes)
    return clinic


def name(clinic: Clinic, mode: str, **changes: Any) -> None:
    """Name the physician as every nurse's only supervisor."""
    row = {
        "supervisor_id": clinic.people["boss"], "procedures": [PEELING], "mode": mode, "protocol": "Order 7",
        "starts_on": None, "ends_on": None, **changes,
    }  # fmt: skip
    supervising.put_all({one: [row] for slug, one in clinic.people.items() if slug != "boss"})
    tenants.raise_config_version(clinic.tenant_id)
