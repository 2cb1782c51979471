"""The owner's page of why something costs what it does, and the policies on an offering's page."""

import html

from saas.identity.roles import Role
from tests.desk.desk import sentences
from tests.journeys import kit
from tests.journeys.kit import Clinic
from tests.provisioning.owning import MICRO_NEEDLING, owner


def why(clinic: Clinic, query: str = "", slug: str = MICRO_NEEDLING) -> str:
    page = owner(clinic, slug).open(f"/why{query}")
    assert page.status == 200
    return html.unescape(sentences(page.response.text))


def test_the_offering_leads_there(practice: Clinic) -> None:
    page = owner(practice, MICRO_NEEDLING).open()
    assert page.tree.xpath(f"//main//a[@href='/staff/practice/offerings/{MICRO_NEEDLING}/why']")


def test_the_place_s_price_decides_without_a_practitioner(practice: Clinic) -> None:
    said = why(practice, "?location=new-york")
    assert "$340.00 before tax" in said
    assert "The price at Riverstone New York is $340.00. decides" in said
    assert "Priyanka Raghavan asks $420.00. The visit is not with them." in said
    assert "Practitioners of the tier senior ask $325.00. The practitioner is not of that tier." in said


def test_a_practitioner_s_own_price_comes_first(practice: Clinic) -> None:
    said = why(practice, "?location=new-york&practitioner=priyanka-raghavan")
    assert "Priyanka Raghavan asks $420.00. decides" in said
    assert (
        "The price at Riverstone New York is $340.00. It is passed over, for the practitioner's price comes first."
        in said
    )


def test_a_variant_has_its_own_list(practice: Clinic) -> None:
    said = why(practice, "?location=phoenix&variant=face-and-neck")
    assert "The price everywhere is $395.00. decides It is for Face and neck." in said
    assert "$295.00" not in said


def test_nonsense_in_the_address_is_read_as_nothing(practice: Clinic) -> None:
    said = why(practice, "?location=moon&practitioner=nobody&on=someday&visit=third")
    assert "before tax" in said


def test_an_add_on_has_prices_and_what_is_free_says_so(practice: Clinic) -> None:
    said = why(practice, slug="prp")
    assert "before tax" in said
    assert "Not coming" not in said
    assert "It is free of charge." in why(practice, slug="discovery-call")


def test_the_policies_of_an_offering_are_told_with_whence_they_come(practice: Clinic) -> None:
    said = sentences(owner(practice, MICRO_NEEDLING).open().response.text)
    assert "Deposit 25 per cent of the price is paid when booking. The offering itself says so." in said
    assert "Not coming Not coming costs 50 per cent of the price. The rule for: aesthetics." in said
    assert "counts as missed after 15. The rule for every visit." in said
    assert "until 12 hours before, 3 times at most. The rule for: aesthetics." in said


def test_who_may_not_see_the_practice_sees_no_prices(practice: Clinic) -> None:
    path = f"/staff/practice/offerings/{MICRO_NEEDLING}/why"
    assert kit.log_in_as(practice, Role.FRONT_DESK).get(path).status_code == 403
