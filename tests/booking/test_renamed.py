"""What was booked means things, not words: it stays what it is when an add-on, a place or a person is renamed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from saas.booking import reschedule, suitable
from saas.booking.asking import Channel
from saas.booking.reschedule import NewTime
from saas.catalogue import offerings
from saas.catalogue.models import OfferingRow
from saas.db import session
from saas.desk import inside
from saas.kernel.actors import SYSTEM
from saas.practice import putting, snapshot
from saas.practice.models import Location, Person
from saas.scheduling import appointments, insides
from saas.scheduling.models import Appointment
from saas.tenancy import tenants
from tests.booking.clinic import (
    JOINED,
    LONG,
    NOW,
    PLASMA,
    TUESDAY,
    Clinic,
    at,
    content,
    set_up,
    set_up_composed,
)
from tests.booking.test_suitable import book, known

BEFORE: dict[str, Any] = {
    "segments": LONG, "add_ons": [JOINED],
    "prices": [{"amount": "80.00", "location": "main", "practitioner": "p0"}, {"amount": "70.00"}],
}  # fmt: skip


@pytest.fixture
def clinic(tenant: UUID) -> Clinic:
    return set_up_composed(tenant)


def rename(clinic: Clinic, table: Any, **slugs: str) -> None:
    """Give things of a table other slugs, each by the one it has."""
    current = session.current()
    rows = {row.slug: row.id for row in current.query(table).filter(table.archived_at.is_(None))}
    putting.bring(table, {rows[was]: {"slug": slug} for was, slug in slugs.items()}, (), NOW)
    tenants.raise_config_version(clinic.tenant_id)


def booked(clinic: Clinic) -> Appointment:
    """Book a visit with plasma, and then give everything in it another name."""
    offerings.put("visit", content(**BEFORE))
    tenants.raise_config_version(clinic.tenant_id)
    row = clinic.hold_with(at(10), "plasma")
    appointments.confirm(row, SYSTEM, NOW)
    session.current().flush()
    rename(clinic, OfferingRow, plasma="prp", visit="call")
    rename(clinic, Location, main="centre")
    rename(clinic, Person, p0="ada")
    return row


def test_a_visit_moves_with_its_add_on_after_all_of_it_was_renamed(clinic: Clinic) -> None:
    row = booked(clinic)
    reschedule.reschedule(row, NewTime(at(13), "ada"), clinic.version(), SYSTEM, NOW)
    assert (row.starts_at, insides.crew_of(row.id).add_ons) == (at(13), ("prp",))


def test_its_version_speaks_of_things_by_the_names_they_have_now(clinic: Clinic) -> None:
    wish = reschedule.wish_of(booked(clinic), clinic.version(), Channel.STAFF)
    [join], [priced, plain] = wish.offering.add_ons, wish.offering.prices
    assert (wish.offering.slug, wish.offering.locations, join.offering) == ("call", ("centre",), "prp")
    assert (priced.location, priced.practitioner) == ("centre", "ada")
    assert (plain.location, plain.practitioner) == (None, None)


def test_the_desk_names_the_add_on_of_a_visit(clinic: Clinic) -> None:
    row = booked(clinic)
    drawn = inside.read([row.id], snapshot.read(clinic.version()), clinic.version())[row.id]
    assert drawn.add_ons == ("Plasma",)
    assert {part.add_on for part in drawn.parts} == {"", "Plasma"}


def test_a_word_that_another_thing_has_now_is_not_taken_for_it(clinic: Clinic) -> None:
    row = booked(clinic)
    offerings.put("plasma", {**PLASMA, "name": {"en": "Something else"}, "locations": ["centre"]})
    tenants.raise_config_version(clinic.tenant_id)
    wish = reschedule.wish_of(row, clinic.version(), Channel.STAFF)
    assert [one.slug for one in wish.add_ons] == ["prp"]
    assert len(wish.timeline.placed) == len(LONG) + len(PLASMA["segments"])


def test_days_between_two_treatments_are_kept_when_one_is_renamed(tenant: UUID) -> None:
    clinic = set_up(tenant)
    offerings.put("peel", content())
    offerings.put("visit", content(intervals=[{"days": 14, "offering": "peel"}]))
    tenants.raise_config_version(tenant)
    ann = known()
    book(clinic, ann, TUESDAY)
    row = book(clinic, ann, TUESDAY + timedelta(days=20), "peel")
    rename(clinic, OfferingRow, peel="light-peel")
    offerings.put("visit", content())
    tenants.raise_config_version(tenant)
    with pytest.raises(suitable.NotForPatient):
        reschedule.reschedule(
            row, NewTime(at(10, day=TUESDAY + timedelta(days=6))), clinic.version(), SYSTEM, NOW
        )
