"""A visitor reads whom a treatment is for, and is asked for the date of birth where there is an age limit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from saas.catalogue import offerings
from saas.provisioning import standing
from saas.tenancy import tenants
from tests.booking.patients import Visitor
from tests.ground import within
from tests.journeys.kit import Clinic

CALL = "/book/discovery-call"


@contextmanager
def grown_ups_only(clinic: Clinic) -> Iterator[None]:
    """Let discovery calls be for new patients of 18 years and older, for a while."""
    with within(clinic.id):
        version = offerings.get("discovery-call", tenants.config_version(clinic.id)).version_id
        said = standing.content_of(version)
    put(clinic, {**said, "patients": {"only": "new", "min_age": 18}})
    try:
        yield
    finally:
        put(clinic, said)


def put(clinic: Clinic, said: dict[str, Any]) -> None:
    """Commit what discovery calls are."""
    with within(clinic.id):
        offerings.put("discovery-call", said)
        tenants.raise_config_version(clinic.id)


def test_the_treatments_page_says_whom_it_is_for(elm: Clinic) -> None:
    assert "For whomNew patients" in Visitor(elm).look("/treatments/discovery-call").text


def test_an_age_limit_is_told_and_asked_beside_the_field(elm: Clinic) -> None:
    with grown_ups_only(elm):
        visitor = Visitor(elm)
        assert "New patients18 years and older" in visitor.look("/treatments/discovery-call").text
        about = visitor.hold(CALL)
        assert "There is an age limit for this treatment." in about.text
        asked = visitor.tell(about)
        assert (asked.status, "so we need the date of birth" in asked.errors()["birth_date"]) == (422, True)
        young = visitor.tell(about, birth_date="2015-01-01")
        assert "18 years and older" in young.errors()["birth_date"]
        assert "You are booked" in visitor.tell(about, birth_date="1990-01-01").text


def test_the_treatments_page_says_how_many_sessions_are_usual(riverstone: Clinic) -> None:
    said = Visitor(riverstone).look("/treatments/micro-needling").text
    assert "Usually3 to 6 sessions, 4 to 6 weeks apart" in said
