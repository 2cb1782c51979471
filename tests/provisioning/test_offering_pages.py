"""The list of what is offered and one offering's page: what they show, of whom, and to whom."""

import pytest
from lxml.html import HtmlElement

from saas.catalogue import offerings
from saas.db import session
from saas.identity.roles import Role
from saas.provisioning import standing
from saas.tenancy import tenants
from tests.booking.patients import Page
from tests.desk.desk import sentences
from tests.ground import within
from tests.journeys import kit
from tests.journeys.kit import Browser, Clinic
from tests.provisioning.owning import MICRO_NEEDLING, Owner, owner
from tests.web import pseudo

LIST = "/staff/practice/offerings"


def listed(clinic: Clinic, query: str = "") -> Page:
    return Page(kit.log_in_as(clinic, Role.MANAGER).get(LIST + query))


def test_the_practice_leads_to_what_it_offers(practice: Clinic) -> None:
    page = Page(kit.log_in_as(practice, Role.OWNER).get("/staff/practice"))
    assert page.tree.xpath(f"//main//a[@href='{LIST}']")


def test_the_list_names_offerings_and_add_ons_with_minutes_and_prices(practice: Clinic) -> None:
    said = listed(practice).text
    assert "Micro-needling" in said
    assert "Platelet-rich plasma add-on" in said
    assert "95 min" in said
    assert "$295.00 – $540.00" in said


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("?q=plasma", "Platelet-rich plasma", "Dry needling"), ("?q=scars", "Micro-needling", "Dry needling"),
        ("?category=physiotherapy", "Dry needling", "Micro-needling"),
        ("?category=aesthetics&q=peel", "Superficial peel", "Platelet-rich plasma"),
        ("?q=nothing-like-it", "Nothing matches", "Micro-needling"),
    ],
)  # fmt: skip
def test_the_list_is_searched_and_filtered_by_its_address(
    practice: Clinic, query: str, there: str, gone: str
) -> None:
    said = listed(practice, query).text
    assert there in said
    assert gone not in said


def test_a_page_draws_the_visit_in_lanes_and_the_practitioner_as_free(practice: Clinic) -> None:
    page = owner(practice, MICRO_NEEDLING).open()
    lanes = [one.text_content() for one in page.all("lane-name")]
    assert lanes == ["Patient", "Practitioner", "Room", "Micro-needling pen"]
    assert len(page.all("rect.bar free")) == 1
    assert "The patient is here for 95 minutes" in page.text


def _toggles(page: Page) -> list[HtmlElement]:
    """Return the choices of add-ons, without those of variants."""
    return [one for one in page.all("a.toggle") if "area" not in one.get("class")]


def test_a_variant_that_is_chosen_redraws_the_visit_and_stays_chosen(practice: Clinic) -> None:
    page = owner(practice, MICRO_NEEDLING).open("?variant=face-and-neck")
    assert "The patient is here for 110 minutes" in page.text
    assert [one.text_content() for one in page.all("a.area") if one.get("aria-current")] == ["Face and neck"]
    assert all("variant=face-and-neck" in one.get("href") for one in _toggles(page))
    assert "Face and neck · Everybody" in page.text


def test_an_add_on_that_is_chosen_redraws_the_visit(practice: Clinic) -> None:
    page = owner(practice, MICRO_NEEDLING).open("?add_on=prp")
    lanes = [one.text_content() for one in page.all("lane-name")]
    assert lanes == ["Patient", "Practitioner", "Phlebotomist", "Room", "Micro-needling pen", "Centrifuge"]
    assert "The patient is here for 110 minutes" in page.text
    [chosen] = [one for one in _toggles(page) if one.get("aria-current")]
    assert "Platelet-rich plasma" in chosen.text_content()


def test_choices_lead_to_allowed_combinations_alone(practice: Clinic) -> None:
    plain = owner(practice, MICRO_NEEDLING)
    links = [one.get("href") for one in _toggles(plain.open("?add_on=prp"))]
    assert links == [f"{plain.path}#timeline", f"{plain.path}?add_on=superficial-peel#timeline"]
    assert plain.open("?add_on=prp&add_on=superficial-peel").status == 422
    assert plain.open("?add_on=unknown").status == 200


def test_a_page_says_who_may_what_it_costs_and_what_is_for_review(practice: Clinic) -> None:
    said = sentences(owner(practice, MICRO_NEEDLING).open("?add_on=prp").response.text)
    assert "MSN, FNP-C Practitioner, Phlebotomist" in said
    assert "Priyanka Raghavan one practitioner always $420.00" in said
    assert "25 per cent of the price" in said
    assert "Tax, Riverstone New York for review" in said
    assert "It begins together with “Numbing cream works”." in said


def test_an_add_on_has_a_page_that_leads_to_what_it_is_added_to(practice: Clinic) -> None:
    page = owner(practice, "prp").open()
    assert page.tree.xpath(f"//main//a[@href='{LIST}/{MICRO_NEEDLING}?add_on=prp']")
    assert "Added to Micro-needling" in sentences(page.response.text)


def test_another_clinic_s_offering_is_not_there(practice: Clinic, elm: Clinic) -> None:
    # Both clinics offer the same things, so this is one that only the first has.
    with within(practice.id):
        offerings.put("taping", standing.current_versions()["dry-needling"].content)
        tenants.raise_config_version(practice.id)
    assert owner(practice, "taping").open().status == 200
    there = owner(elm, "taping")
    answers = {"version": str(version_of(practice, "dry-needling"))}
    assert there.open().status == 404
    assert kit.log_in_as(elm, Role.OWNER).get(f"{there.path}/edit").status_code == 404
    assert there.review(answers).status == there.save(answers).status == 404
    # A version of another clinic's is as unknown as none.
    assert owner(elm, "dry-needling").review(answers).status == 404


def version_of(clinic: Clinic, slug: str) -> object:
    with within(clinic.id):
        assert session.current().tenant_id == clinic.id
        return offerings.get(slug, tenants.config_version(clinic.id)).version_id


@pytest.mark.parametrize(
    ("role", "looks", "writes"),
    [(Role.OWNER, 200, 200), (Role.MANAGER, 200, 200), (Role.FRONT_DESK, 403, 403), (Role.PRACTITIONER, 403, 403)],
)  # fmt: skip
def test_owners_and_managers_alone_look_and_change(
    practice: Clinic, role: Role, looks: int, writes: int
) -> None:
    someone = owner(practice, MICRO_NEEDLING, role)
    assert someone.open().status == looks
    assert someone.browser.get(f"{someone.path}/edit").status_code == writes


def test_every_word_is_translated(practice: Clinic) -> None:
    browser = kit.log_in_as(practice, Role.OWNER, PSEUDO_LOCALE=True)
    words = pseudo.own_words(practice.configuration, set()) | {"USD", "Robin Hire", "RH", "Phlebotomist"}
    someone = Owner(browser, MICRO_NEEDLING)
    answers = someone.form()
    pages = {
        "list": listed_by(browser), "offering": someone.open("?add_on=prp"), "add-on": Owner(browser, "prp").open(),
        "form": Page(browser.get(f"{someone.path}/edit")), "refused": someone.review(answers, minutes_0="0"),
        "review": someone.review(answers, minutes_0="12", price_0="300", price_1="341"),
    }  # fmt: skip
    assert someone.save(answers, price_0="301").status == 302
    pages |= {"stale": someone.review(answers), "history": someone.open()}
    found = {name: pseudo.untranslated(page.response.text, words) for name, page in pages.items()}
    assert {name: said for name, said in found.items() if said} == {}


def listed_by(browser: Browser) -> Page:
    return Page(browser.get(LIST))
