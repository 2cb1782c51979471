"""At the desk a visit can be booked that begins with the examination: the patient comes, is examined, is treated."""

from datetime import timedelta
from uuid import UUID

import pytest

from saas.booking import clearing
from saas.booking.clearing import ClearanceMissing
from saas.kernel import clock
from saas.tenancy import tenants
from tests.desk.desk import KWABENA, Desk, sentences
from tests.desk.test_clearances import NEEDED, forget_examinations
from tests.desk.test_time_off import log_in_as
from tests.ground import within

TOLD = "The visit begins with the examination. Note its result before treating."


def may_be_treated(desk: Desk, visit: UUID) -> bool:
    row = desk.read(visit)
    with within(desk.clinic.id):
        try:
            clearing.require(row, tenants.config_version(desk.clinic.id))
        except ClearanceMissing:
            return False
    return True


def test_the_patient_comes_and_is_treated_once_the_examination_found_them_fit(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_examinations(desk)
    browser, day = desk.browser(), desk.day
    asked = f"/staff/appointments/new?location=phoenix&offering=dry-needling&practitioner={KWABENA}&on={day}"
    assert "20 min longer" in sentences(browser.get(asked).text)
    assert "65 min" in sentences(browser.get(f"{asked}&exam=in_visit").text).replace("1 h 5 min", "65 min")
    answer = browser.post(f"{asked}&exam=in_visit&at={desk.wall(14)}", patient=str(desk.ann))
    assert answer.status_code == 302, sentences(answer.text)
    path = answer.headers["Location"]
    visit = UUID(path.rpartition("/")[2])
    row = desk.read(visit)
    assert row.ends_at - row.starts_at == timedelta(minutes=65)
    page = sentences(browser.get(path).text)
    assert (TOLD in page, NEEDED in page) == (True, False)

    noon = desk.at(12)
    monkeypatch.setattr(clock, "now", lambda: noon)
    browser = desk.browser()
    assert browser.post(f"{path}/check-in").status_code == 302
    assert not may_be_treated(desk, visit)
    typed = {
        "procedures": "dry_needling", "examiner": f"{KWABENA}:PT", "location": "phoenix",
        "examined_on": day.isoformat(), "result": "cleared",
    }  # fmt: skip
    kwabena = log_in_as(desk, KWABENA)
    assert kwabena.post(f"/staff/patients/{desk.ann}/clearances", **typed).status_code == 303
    assert may_be_treated(desk, visit)
    assert ">cleared<" in browser.get(path).text
