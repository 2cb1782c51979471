"""Why a visit costs what it does, told at the desk from what was frozen with it."""

import html
from datetime import timedelta

import psycopg
import pytest

from saas.billing import quotes
from saas.catalogue import agreements, offerings
from saas.catalogue.agreements import Said
from saas.db.settings import Urls
from saas.identity.roles import Role
from saas.kernel.actors import SYSTEM
from saas.kernel.money import Money
from saas.tenancy import tenants
from saas.web import render
from tests.desk import paying
from tests.desk.desk import BO, Desk, sentences
from tests.desk.paying import Charged
from tests.ground import within


@pytest.fixture
def charged(desk: Desk) -> Charged:
    return paying.book(desk)


def why(charged: Charged, role: Role = Role.FRONT_DESK) -> str:
    return html.unescape(sentences(charged.browser(role).get(f"{charged.path}/why-price").text))


def test_the_link_stands_beside_the_price_and_leads_to_the_levels(charged: Charged) -> None:
    assert f"{charged.path}/why-price" in charged.browser().get(charged.path).text
    said = why(charged)
    assert f"Why {render.money(charged.quoted.net)}?" in said
    assert "This patient has no price of their own." in said
    assert "The location has no price of its own." in said
    assert said.count(" decides ") == 4  # a price, a deposit, cancelling, not coming


def test_policies_say_which_rule_decided(charged: Charged) -> None:
    said = why(charged)
    assert "25 per cent of the price is paid when booking. decides The offering itself says so." in said
    assert "Not coming costs 50 per cent of the price. decides The rule for: aesthetics." in said


def test_an_agreed_price_and_no_deposit_are_told_as_such(desk: Desk) -> None:
    with within(desk.clinic.id):
        version = tenants.config_version(desk.clinic.id)
        offering = offerings.get("micro-needling", version).id
        since = desk.day - timedelta(days=1)
        made = [
            agreements.agree(desk.ann, one, SYSTEM).id
            for one in (Said(since, "Staff", offering, Money(20_000, "USD")), Said(since, "Staff"))
        ]
    try:
        said = why(paying.book(desk))
    finally:
        with within(desk.clinic.id):
            for one in made:
                agreements.end(one, since, SYSTEM)
    assert "This patient's own price is $200.00. decides It is agreed from" in said
    assert "The price everywhere is $295.00." in said
    assert "It is passed over, for the patient's own price comes first." in said
    assert "No deposit is paid. decides It is agreed with this patient." in said
    assert "The offering itself says so. What is agreed comes first." in said


def test_a_quote_of_before_rules_were_kept_says_so(charged: Charged, database: Urls) -> None:
    with psycopg.connect(database.superuser) as connection:
        connection.execute(
            "UPDATE quotes SET content = content - 'rulings' WHERE appointment_id = %s", [charged.visit]
        )
    with within(charged.desk.clinic.id):
        quoted = quotes.find(charged.visit)
        assert quoted is not None
        assert not quoted.decided
    said = why(charged)
    assert "25 per cent of the price is paid when booking. It was not kept which rule decided" in said


def test_what_is_free_of_charge_has_no_such_page(desk: Desk) -> None:
    visit = paying.book_as(desk, "discovery-call", BO)
    assert desk.browser().get(f"/staff/appointments/{visit}/why-price").status_code == 404


@pytest.mark.parametrize("role", Role)
def test_it_is_for_who_may_see_the_money(charged: Charged, role: Role) -> None:
    knows = role not in (Role.PRACTITIONER, Role.MEDICAL_DIRECTOR)
    assert charged.browser(role).get(f"{charged.path}/why-price").status_code == (200 if knows else 403)
