"""Who may do what, on pages: a person's, a location's, one answer's, and what would be."""

import pytest
from lxml.html import HtmlElement

from saas.identity.roles import Role
from saas.provisioning import exporting, standing
from saas.provisioning.views import eligibility
from tests.booking.patients import Page
from tests.ground import within
from tests.journeys.kit import Clinic
from tests.provisioning.drafting_pages import Editor, editor

RAFAEL = "/people/rafael-quintanilla"
WHAT_IF = "/eligibility/what-if?location=phoenix"


@pytest.fixture
def owner(practice: Clinic) -> Editor:
    return editor(practice)


def files(clinic: Clinic) -> dict[str, str]:
    with within(clinic.id):
        return exporting.texts(standing.read().files)


def stops(page: Page) -> list[HtmlElement]:
    """Return the links of the answers that say no."""
    return [one for one in page.all("a.verdict") if "stop" in one.get("class")]


def test_a_person_s_page_shows_what_they_hold_and_who_verified_it(owner: Editor) -> None:
    page = owner.look(RAFAEL)
    assert page.status == 200
    assert "License · physical therapist · New Jersey · PT-EX-17702 good" in page.text
    assert (
        "until Dec 31, 2034 · verified by Yesenia Duarte on Oct 12, 2026: the board's register" in page.text
    )
    assert len(page.all("svg.lifetime")) == 2


def test_it_shows_what_they_may_do_where_with_the_first_reason(owner: Editor) -> None:
    page = owner.look(RAFAEL)
    assert "In New York a physical therapist may not perform dry needling" in page.text
    assert "may not" in page.text
    links = [one.get("href") for one in stops(page)]
    assert any("offering=dry-needling" in link and "location=new-york" in link for link in links)


def test_a_cell_leads_to_its_reasons_rules_and_until_when(owner: Editor) -> None:
    page = owner.look("/eligibility/why?person=kwabena-asante&offering=dry-needling&location=phoenix")
    assert "Kwabena Asante at Riverstone Phoenix" in page.text
    assert "Rule US-AZ.dry_needling, version 1" in page.text
    assert "The answer is the same until" in page.text


def test_a_location_s_matrix_can_be_searched(owner: Editor) -> None:
    page = owner.look("/eligibility?location=phoenix")
    assert "Kwabena Asante" in page.text
    assert "Rafael Quintanilla" not in page.text
    assert "Kwabena Asante" not in owner.look("/eligibility?location=phoenix&q=teodora").text
    assert "Nothing matches" in owner.look("/eligibility?location=phoenix&q=nobody-at-all").text


def test_supposing_another_state_shows_its_answers_and_writes_nothing(
    practice: Clinic, owner: Editor
) -> None:
    before = files(practice)
    page = owner.look(f"{WHAT_IF}&state=US-CA")
    assert "As it would be in California." in page.text
    link = next(one.get("href") for one in stops(page) if "offering=dry-needling" in one.get("href"))
    assert "This is supposed" in owner.look(link.removeprefix("/staff/practice")).text
    assert files(practice) == before


def test_somebody_hired_heads_the_matrix(owner: Editor) -> None:
    page = owner.look(f"{WHAT_IF}&profession=PT&since=2015-01-01&trained=dry_needling")
    assert page.tree.xpath("//tbody//th")[0].text_content().startswith("Somebody new")


@pytest.mark.parametrize(
    "wrong", ["state=US-XX", "profession=WIZARD", "depth=-1", "depth=nan", "trained=magic", "profession=PT&since=soon"]
)  # fmt: skip
def test_what_cannot_be_supposed_is_said(owner: Editor, wrong: str) -> None:
    page = owner.look(f"{WHAT_IF}&{wrong}")
    assert page.status == 422
    assert "That cannot be supposed" in page.text


def test_who_does_not_exist_is_not_found(owner: Editor) -> None:
    why = "/eligibility/why?offering=dry-needling&location=phoenix&person="
    for path in ("/people/nobody", f"{why}nobody", f"{why}", "/eligibility?location=atlantis"):
        assert owner.look(path).status == 404, path


def test_the_desk_does_not_look_into_papers(practice: Clinic) -> None:
    desk = editor(practice, Role.FRONT_DESK)
    assert [desk.look(path).status for path in (RAFAEL, "/eligibility", WHAT_IF)] == [403, 403, 403]


def test_many_people_are_shown_page_by_page(monkeypatch: pytest.MonkeyPatch, owner: Editor) -> None:
    monkeypatch.setattr(eligibility, "PAGE", 4)
    page = owner.look("/eligibility?location=phoenix")
    assert "Page 1 of 2" in page.text
    assert "page=2" in page.tree.xpath("//nav[@aria-label='Pages']//a")[0].get("href")
    assert "Page 2 of 2" in owner.look("/eligibility?location=phoenix&page=99").text
