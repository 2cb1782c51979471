"""The rules a clinic relies on, its word for them, and what follows from it at once."""

from dataclasses import replace
from datetime import date

import pytest

from saas.booking import asking
from saas.booking.asking import Channel
from saas.credentials import eligibility, packing
from saas.identity.roles import Role
from saas.practice import snapshot
from saas.provisioning import relying, standing
from saas.tenancy import tenants
from tests.booking.patients import Page
from tests.ground import within
from tests.journeys.kit import Clinic
from tests.provisioning.drafting_pages import PRACTICE, Editor, editor

RULE = "US-AZ.dry_needling"
ON = date(2026, 11, 20)


def at(clinic: Clinic, role: Role = Role.OWNER) -> Editor:
    return editor(clinic, role)


def send(at: Editor, **answers: object) -> Page:
    return at.post(f"{PRACTICE}/rules/{RULE}", {"version": "1", **answers}, follow_redirects=True)


def attested(clinic: Clinic) -> dict[str, object]:
    with within(clinic.id):
        rules = standing.read().files["attestations.yaml"]["rules"]
        return next(one for one in rules if one["rule"] == RULE)


def may_needle(clinic: Clinic) -> bool:
    """Whether Ingrid may be booked for dry needling in Phoenix."""
    with within(clinic.id):
        version = tenants.config_version(clinic.id)
        wish = asking.wish("dry-needling", "phoenix", version, Channel.STAFF, "ingrid-halvorsen")
        practice = snapshot.read(version)
        asked = eligibility.question(
            practice, wish.place, practice.practitioner("ingrid-halvorsen"), wish.roles[0]
        )
        return bool(eligibility.periods(asked, version))


def test_the_rules_that_offerings_rest_on_are_named_with_their_places_and_sources(practice: Clinic) -> None:
    page = at(practice).look("/rules")
    assert "Dry needling in Arizona" in page.text
    assert "Riverstone Phoenix" in page.text
    assert page.tree.xpath("//section[@id='US-AZ-dry_needling']//a[starts-with(@href, 'https://')]")
    assert "not the law" in page.text


def test_a_statement_taken_back_stops_the_search_within_a_request(practice: Clinic) -> None:
    assert may_needle(practice)
    page = send(at(practice), note="The letters are missing")
    assert "attested in part" in page.text
    assert attested(practice).get("statements") is None
    assert not may_needle(practice)
    send(at(practice), statements=["filed"])
    assert may_needle(practice)


def test_an_attestation_says_who_and_what_and_is_a_page_s_version(practice: Clinic) -> None:
    send(at(practice), statements=["filed", "made-up"], note="Seen on file")
    said = attested(practice)
    assert said["statements"] == ["filed"]
    assert said["note"] == "Seen on file"
    assert "on a page" in editor(practice).look("/configuration").text


def test_another_version_than_the_one_shown_is_not_attested(practice: Clinic) -> None:
    before = attested(practice)
    assert send(at(practice), version="0").status == 422
    assert attested(practice) == before


@pytest.mark.parametrize("role", [Role.MANAGER, Role.FRONT_DESK])
def test_who_may_not_attest_changes_nothing(practice: Clinic, role: Role) -> None:
    before = attested(practice)
    assert send(at(practice, role), statements=[]).status == 403
    assert attested(practice) == before


def test_a_rule_nobody_relies_on_cannot_be_attested(practice: Clinic) -> None:
    page = at(practice).post(f"{PRACTICE}/rules/US-UT.dry_needling", {"version": "1"})
    assert page.status == 404


def test_an_act_without_a_rule_is_said_and_an_old_attestation_does_not_count(practice: Clinic) -> None:
    with within(practice.id):
        version = tenants.config_version(practice.id)
        places = list(snapshot.read(version).places.values())
        offered = [asking.wish("dry-needling", "phoenix", version, Channel.STAFF).offering]
    here = [replace(place, jurisdiction="XX") for place in places]
    pack = packing.get()
    _rules, unruled = relying.relied_on(pack, here, offered, [], ON)
    assert {one.act for one in unruled} == {"dry_needling"}
    [old, *_others], _ = relying.relied_on(pack, places, offered, [{"rule": RULE, "version": "0"}], ON)
    assert (old.is_current, old.missing) == (False, tuple(old.rule.statements()))
