"""What patients read about a treatment: in files, on its page for the owner, approved there, and shown in public."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from saas.db.settings import Urls
from saas.identity.roles import Role
from saas.provisioning import standing
from tests.booking.patients import Page, Visitor
from tests.ground import within
from tests.journeys import kit
from tests.journeys.kit import Clinic
from tests.provisioning.aspen import ADA, CLINIC, MAY_CONSULT, problems
from tests.provisioning.conftest import opened, put_back
from tests.provisioning.owning import MICRO_NEEDLING, Owner, owner, put

LIST = "/staff/practice/offerings"
PUBLIC = f"/treatments/{MICRO_NEEDLING}"
OFFERING = """\
slug: first
name: {en: First, "no": Første}
summary: {en: A talk, "no": En prat}
category: consultation
procedures: [consultation]
locations: [phoenix]
segments: [{kind: hands_on, minutes: 30, room: physiotherapy}]
"""
FILES = {"clinic.yaml": CLINIC, "people/ada.yaml": ADA + MAY_CONSULT}


@pytest.fixture(scope="module")
def _reading(urls: Urls) -> Clinic:
    return opened(urls)


@pytest.fixture
def practice(_reading: Clinic, database: Urls) -> Clinic:
    """A clinic of these tests' own, for what is approved stays so."""
    return put_back(_reading)


def forms(page: Page) -> list[Mapping[str, Any]]:
    """Return the forms by which a text is approved."""
    return [dict(one.fields) for one in page.tree.forms if "/texts/" in (one.get("action") or "")]


def approve(someone: Owner, digest: str, language: str = "en") -> Page:
    return Page(someone.browser.post(f"{someone.path}/texts/{language}", None, digest=digest))


def approve_what_stands(someone: Owner) -> None:
    [form] = forms(someone.open())
    assert approve(someone, form["digest"]).status == 303


def say(clinic: Clinic, how_it_works: str) -> None:
    with within(clinic.id):
        said = standing.current_versions()[MICRO_NEEDLING].content["texts"]
    put(clinic, MICRO_NEEDLING, texts={**said, "how_it_works": {"en": how_it_works}})


def read(clinic: Clinic) -> str:
    return Visitor(clinic).look(PUBLIC).text


@pytest.mark.parametrize("role", [Role.MEDICAL_DIRECTOR, Role.CLINICAL_ADMIN, Role.OWNER])
def test_a_text_is_read_by_patients_once_somebody_approved_it(practice: Clinic, role: Role) -> None:
    someone, unread = owner(practice, MICRO_NEEDLING, role), f"Not read yet, {role}"
    say(practice, unread)
    page = someone.open()
    assert unread in page.text
    assert "draft" in page.text
    assert unread not in read(practice)
    approve_what_stands(someone)
    page, said = someone.open(), read(practice)
    assert re.search(r"approved\W*by [A-Z][\w ]+ on", page.text), page.text[-1800:]
    assert forms(page) == []
    assert unread in said
    assert "The device or product is not authorised for this use." in said
    assert "21 CFR 878.4430" in said


def test_an_edit_is_a_draft_while_patients_read_what_was_approved(practice: Clinic) -> None:
    someone = owner(practice, MICRO_NEEDLING, Role.MEDICAL_DIRECTOR)
    say(practice, "The approved one.")
    approve_what_stands(someone)
    say(practice, "The edited one.")
    page, said = someone.open(), read(practice)
    assert "Until it is approved, patients read what Robin Hire approved" in page.text
    assert "The edited one." in page.text
    assert "The approved one." in page.text
    assert "The approved one." in said
    assert "The edited one." not in said


def test_what_changed_since_it_was_opened_is_not_approved(practice: Clinic) -> None:
    someone = owner(practice, MICRO_NEEDLING, Role.MEDICAL_DIRECTOR)
    say(practice, "What was seen.")
    [form] = forms(someone.open())
    say(practice, "What was not seen.")
    assert approve(someone, form["digest"]).status == 303
    page = someone.open()
    assert "nothing was approved" in page.text
    assert len(forms(page)) == 1
    assert "What was not seen." not in read(practice)


def test_others_see_the_draft_and_cannot_approve_it(practice: Clinic, elm: Clinic) -> None:
    say(practice, "A draft for all to see.")
    someone = owner(practice, MICRO_NEEDLING, Role.MANAGER)
    page = someone.open()
    assert "A draft for all to see." in page.text
    assert forms(page) == []
    [form] = forms(owner(practice, MICRO_NEEDLING).open())
    assert approve(someone, form["digest"]).status == 403
    # Another clinic has such a treatment too, and its text is another.
    assert approve(owner(elm, MICRO_NEEDLING), form["digest"]).status == 303
    assert "A draft for all to see." not in read(elm) + read(practice)


def test_the_list_names_what_waits(practice: Clinic) -> None:
    say(practice, "It waits.")
    browser = kit.log_in_as(practice, Role.OWNER)
    assert "text is a draft" in Page(browser.get(LIST)).text
    waiting = Page(browser.get(f"{LIST}?texts=waiting")).text
    assert "Micro-needling" in waiting
    assert "Discovery call" not in waiting


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ('{how_it_works: {"no": Nåler}}', "no text in 'en', the clinic's first language"),
        ("{after_care: {en: Rest, fr: Repos}}", "the clinic does not speak 'fr'"),
        ("{uses: [{text: {fr: Douleur}}]}", "the clinic does not speak 'fr'"),
        ("{uses: [{off_label: true}]}", "text"),
        ("{uses: [{text: {en: Pain}, offlabel: true}]}", "off_label"),
        ("{references: [One, One]}", "'One' is listed twice"),
        ("{benefits: Plain}", "benefits"),
    ],
)
def test_a_fault_in_a_text_is_told_where_it_stands(texts: str, said: str) -> None:
    found = problems({**FILES, "offerings/first.yaml": f"{OFFERING}texts: {texts}\n"})
    assert all(one.startswith("offerings/first.yaml:8:") for one in found), found
    assert any(said in one for one in found), found
