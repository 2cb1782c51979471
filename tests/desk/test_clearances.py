"""Without the examination that a treatment asks for nobody is checked in; noted, they are; ended, they are not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from saas.booking.hold import Asked
from saas.desk import appointing
from saas.desk.appointing import Guest
from saas.identity.roles import Role
from saas.journal.models import AuditEntry
from saas.kernel import clock
from saas.kernel.actors import SYSTEM
from saas.tenancy import tenants
from tests.desk.desk import KWABENA, Desk, sentences
from tests.desk.test_time_off import log_in_as
from tests.ground import within
from tests.journeys.kit import Browser

NEEDED = "Examination needed first"


@dataclass(frozen=True)
class Needling:
    """Ann's dry needling at two o'clock with Kwabena, on a morning of which it is noon."""

    desk: Desk
    visit: UUID

    @property
    def path(self) -> str:
        return f"/staff/appointments/{self.visit}"

    @property
    def clearances(self) -> str:
        return f"/staff/patients/{self.desk.ann}/clearances"

    def kwabena(self) -> Browser:
        return log_in_as(self.desk, KWABENA)

    def note(self, browser: Browser, **other: str) -> int:
        typed = {
            "procedures": "dry_needling", "examiner": f"{KWABENA}:PT", "location": "phoenix",
            "examined_on": self.desk.day.isoformat(), "result": "cleared",
        }  # fmt: skip
        return browser.post(self.clearances, **{**typed, **other}).status_code


@pytest.fixture
def needling(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Needling:
    with within(desk.clinic.id):
        asked = Asked("dry-needling", "phoenix", desk.at(14), KWABENA)
        version = tenants.config_version(desk.clinic.id)
        row = appointing.book(asked, Guest(desk.ann), version, SYSTEM, clock.now())
        visit = row.id
    now: datetime = desk.at(12)
    monkeypatch.setattr(clock, "now", lambda: now)
    return Needling(desk, visit)


@pytest.fixture(autouse=True)
def _fresh_patient(needling: Needling) -> None:
    forget_examinations(needling.desk)


def forget_examinations(desk: Desk) -> None:
    """End what an earlier test noted of Ann and did not end itself."""
    browser, path = desk.browser(Role.MEDICAL_DIRECTOR), f"/staff/patients/{desk.ann}/clearances"
    for part in browser.get(path).text.split(f'action="{path}/')[1:]:
        browser.post(f"{path}/{part.split('/')[0]}/end", reason="mistake")


def test_without_an_examination_check_in_is_refused_with_the_sentence_and_with_it_not(
    needling: Needling,
) -> None:
    desk, kwabena = needling.desk.browser(), needling.kwabena()
    assert NEEDED in desk.get(needling.path).text
    answer = desk.post(f"{needling.path}/check-in")
    assert (answer.status_code, "is needed" in sentences(answer.text)) == (409, True)
    assert needling.desk.read(needling.visit).checked_in_at is None
    assert needling.note(kwabena) == 303
    assert ">cleared<" in desk.get(needling.path).text
    assert desk.post(f"{needling.path}/check-in").status_code == 302
    assert needling.desk.read(needling.visit).checked_in_at is not None


def test_an_end_with_a_reason_takes_it_away(needling: Needling) -> None:
    kwabena = needling.kwabena()
    needling.note(kwabena)
    page = kwabena.get(needling.clearances).text
    [part] = page.split(f'action="{needling.clearances}/')[1:]
    path = f"{needling.clearances}/{part.split('/')[0]}/end"
    assert kwabena.post(path, reason="boredom").status_code == 422
    assert kwabena.post(path, reason="new_medication", note="Anticoagulant").status_code == 303
    assert kwabena.post(path, reason="new_medication").status_code == 409
    assert "A new medication" in kwabena.get(needling.clearances).text
    answer = needling.desk.browser().post(f"{needling.path}/check-in")
    assert "ended early" in sentences(answer.text)


def test_the_practitioner_s_day_says_who_is_cleared(needling: Needling) -> None:
    kwabena, day = needling.kwabena(), f"/staff/day?on={needling.desk.day}"
    assert sentences(kwabena.get(day).text).count(NEEDED) >= 1
    needling.note(kwabena, result="conditional", conditions="Not the neck")
    page = sentences(kwabena.get(day).text)
    assert (NEEDED in page, "cleared" in page) == (False, True)
    assert "Not the neck" in sentences(kwabena.get(needling.path).text)
    assert "Not the neck" not in needling.desk.browser().get(needling.path).text


def test_one_notes_one_s_own_examinations_and_a_director_everybody_s(needling: Needling) -> None:
    kwabena = needling.kwabena()
    assert needling.note(kwabena, examiner="teodora-blagoeva:NP", procedures="microneedling") == 422
    director = needling.desk.browser(Role.MEDICAL_DIRECTOR)
    assert needling.note(director, examiner="teodora-blagoeva:NP", procedures="microneedling") == 303
    assert needling.note(director, procedures="microneedling") == 422


def test_what_is_refused_says_why_and_notes_nothing(needling: Needling) -> None:
    kwabena = needling.kwabena()
    later = (needling.desk.day + timedelta(days=1)).isoformat()
    for other in ({"examined_on": later}, {"procedures": "bungee"}, {"result": "fine"}, {"telehealth": "y"}):
        assert needling.note(kwabena, **other) == 422
    assert NEEDED in needling.desk.browser().get(needling.path).text


def test_the_front_desk_sees_the_flag_and_not_the_examinations(needling: Needling) -> None:
    browser = needling.desk.browser()
    assert browser.get(needling.clearances).status_code == 403
    assert needling.note(browser) == 403
    assert needling.clearances not in browser.get(needling.path).text


def test_opening_the_examinations_is_noted(needling: Needling) -> None:
    with within(needling.desk.clinic.id) as current:
        before = current.query(AuditEntry).count()
    needling.kwabena().get(needling.clearances)
    with within(needling.desk.clinic.id) as current:
        assert current.query(AuditEntry).count() == before + 1


def test_nobody_and_no_result_is_chosen_beforehand_and_the_way_back_leads_to_the_visit(
    needling: Needling,
) -> None:
    director = needling.desk.browser(Role.MEDICAL_DIRECTOR)
    page = director.get(f"{needling.clearances}?visit={needling.visit}").text
    assert f'href="{needling.path}"' in page
    radios = [one for one in page.split("<input") if 'name="result"' in one]
    assert len(radios) == 3
    assert not any("checked" in one.partition(">")[0] for one in radios)
    assert needling.note(director, examiner="", result="") == 422
    assert "Choose who examined." in director.post(needling.clearances, procedures="dry_needling").text
