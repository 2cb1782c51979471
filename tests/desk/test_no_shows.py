"""That nobody came: said before it is done, done once, waived for a reason, taken back on the same day."""

from datetime import datetime, timedelta

import pytest

from saas.billing import bills
from saas.identity.roles import Role
from saas.kernel import clock
from saas.web import render
from tests.desk import paying
from tests.desk.desk import Desk, sentences
from tests.desk.paying import Charged
from tests.ground import within
from tests.journeys.kit import Browser

NOTE, UNDO = "The patient did not come", "They came after all"


@pytest.fixture
def charged(desk: Desk) -> Charged:
    return paying.book(desk)


@pytest.fixture
def begun(charged: Charged, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Half an hour after its start, nobody is there."""
    now = charged.desk.at(11) + timedelta(minutes=30)
    monkeypatch.setattr(clock, "now", lambda: now)
    return now


def note(browser: Browser, charged: Charged, **typed: str) -> int:
    version = str(charged.desk.read(charged.visit).version)
    return browser.post(f"{charged.path}/no-show", version=version, **typed).status_code


def ended(charged: Charged) -> tuple[str, int, int]:
    """Return the visit's state, what was kept of what was paid, and what went back or is to."""
    with within(charged.desk.clinic.id):
        stands = bills.standing(charged.visit)
        assert stands is not None
        return charged.desk.read(charged.visit).state, stands.kept.minor, stands.refunded.minor


def test_before_the_visit_it_is_neither_offered_nor_done(charged: Charged) -> None:
    browser = charged.browser()
    assert NOTE not in browser.get(charged.path).text
    assert "This can be noted from" in browser.get(f"{charged.path}/no-show").text
    assert note(browser, charged) == 409
    assert ended(charged)[0] == "confirmed"


def test_it_says_what_is_kept_and_does_that(charged: Charged, begun: datetime) -> None:
    charged.pay_deposit()
    browser, deposit = charged.browser(), charged.quoted.deposit
    assert NOTE in browser.get(charged.path).text
    said = browser.get(f"{charged.path}/no-show").text
    assert f"The {render.money(deposit)} that was paid is kept as the fee for not coming." in said
    assert note(browser, charged) == 302
    assert ended(charged) == ("no_show", deposit.minor, 0)
    page = browser.get(charged.path).text
    assert "did not come" in page
    assert UNDO in page


def test_waived_for_a_reason_all_of_it_goes_back(charged: Charged, begun: datetime) -> None:
    charged.pay_deposit()
    browser = charged.browser()
    assert note(browser, charged, waive="y", waiver=" ") == 422
    assert note(browser, charged, waive="y", waiver="In hospital") == 302
    assert ended(charged) == ("no_show", 0, charged.quoted.deposit.minor)


def test_who_may_not_give_money_back_waives_nothing(charged: Charged, begun: datetime) -> None:
    charged.pay_deposit()
    browser = charged.browser(Role.CLINICAL_ADMIN)
    assert "waive" not in browser.get(f"{charged.path}/no-show").text
    assert note(browser, charged, waive="y", waiver="In hospital") == 302
    assert ended(charged) == ("no_show", charged.quoted.deposit.minor, 0)


def test_it_is_taken_back_on_the_same_day(
    charged: Charged, begun: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    charged.pay_deposit()
    browser = charged.browser()
    assert note(browser, charged) == 302
    monkeypatch.setattr(clock, "now", lambda: begun + timedelta(hours=1))
    assert browser.post(f"{charged.path}/came").status_code == 302
    assert ended(charged)[0] == "confirmed"
    assert "The visit is confirmed again" in sentences(browser.get(charged.path).text)
    assert note(browser, charged) == 302
    monkeypatch.setattr(clock, "now", lambda: begun + timedelta(days=1))
    browser = charged.browser()
    assert browser.post(f"{charged.path}/came").status_code == 409
    assert UNDO not in browser.get(charged.path).text
