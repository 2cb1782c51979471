"""Calling off says for each way what it does, and then does just that."""

import re
from datetime import datetime, timedelta

import pytest
from werkzeug.test import TestResponse

from saas.billing import bills
from saas.identity.roles import Role
from saas.kernel import clock
from saas.web import render
from tests.desk import paying
from tests.desk.desk import Desk, sentences
from tests.desk.paying import Charged
from tests.ground import within
from tests.journeys.kit import Browser


@pytest.fixture
def charged(desk: Desk) -> Charged:
    return paying.book(desk)


@pytest.fixture
def late(charged: Charged, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The free time is over."""
    now = charged.desk.at(11) - timedelta(hours=5)
    monkeypatch.setattr(clock, "now", lambda: now)
    return now


def call_off(browser: Browser, charged: Charged, **typed: str) -> TestResponse:
    version = str(charged.desk.read(charged.visit).version)
    return browser.post(f"{charged.path}/cancel", version=version, **typed)


def ended(charged: Charged) -> tuple[str, int, int]:
    """Return the visit's state, what was kept of what was paid, and what went back or is to."""
    with within(charged.desk.clinic.id):
        stands = bills.standing(charged.visit)
        assert stands is not None
        return charged.desk.read(charged.visit).state, stands.kept.minor, stands.refunded.minor


def test_each_way_says_its_own_consequence(charged: Charged, late: datetime) -> None:
    charged.pay_deposit()
    page = charged.browser().get(f"{charged.path}/cancel").text
    ways = dict(re.findall(r'value="(\w+)"[^>]*><span><b>[^<]*</b><span class="muted">([^<]*)<', page))
    deposit = render.money(charged.quoted.deposit)
    assert "kept as the cancellation fee" in ways["patient"]
    assert ways["clinic"] == f"All of the {deposit} goes back to the card."
    assert "No fee is kept" in ways["waived"]
    assert ways.keys() == {"patient", "clinic", "waived"}


def test_where_nothing_was_paid_there_is_one_way(charged: Charged) -> None:
    page = charged.browser().get(f"{charged.path}/cancel").text
    assert 'type="radio"' not in page
    assert "No money is held for it" in page
    assert call_off(charged.browser(), charged).status_code == 302
    assert ended(charged) == ("cancelled", 0, 0)


def test_in_time_no_fee_can_be_waived_and_all_goes_back(charged: Charged) -> None:
    charged.pay_deposit()
    browser, deposit = charged.browser(), charged.quoted.deposit
    page = browser.get(f"{charged.path}/cancel").text
    assert "No fee is due." in page
    assert 'value="waived"' not in page
    assert call_off(browser, charged, who="patient").status_code == 302
    assert ended(charged) == ("cancelled", 0, deposit.minor)
    said = sentences(browser.get(charged.path).text)
    assert f"{render.money(deposit)} goes back to the card." in said


def test_late_the_fee_is_kept(charged: Charged, late: datetime) -> None:
    charged.pay_deposit(20_000)
    browser = charged.browser()
    assert call_off(browser, charged, who="patient").status_code == 302
    fee = (charged.quoted.net.minor + 2) // 4
    assert ended(charged) == ("cancelled", fee, 20_000 - fee)
    said = sentences(browser.get(charged.path).text)
    assert "Kept as the fee" in said
    assert "The visit was cancelled late." in said
    assert "Cancellation fee kept" in said


@pytest.mark.parametrize("typed", [{"who": "clinic"}, {"who": "waived", "waiver": "Bereavement"}])
def test_the_clinic_or_a_waiver_gives_all_of_it_back(
    charged: Charged, late: datetime, typed: dict[str, str]
) -> None:
    charged.pay_deposit()
    assert call_off(charged.browser(), charged, **typed).status_code == 302
    assert ended(charged) == ("cancelled", 0, charged.quoted.deposit.minor)


@pytest.mark.parametrize("waiver", ["", "  "])
def test_a_waiver_without_a_reason_is_asked_for_it(charged: Charged, late: datetime, waiver: str) -> None:
    charged.pay_deposit()
    answer = call_off(charged.browser(), charged, who="waived", waiver=waiver)
    assert answer.status_code == 422
    assert re.search(r'id="waiver-error">.*?Please say why the fee is waived\.', answer.text, re.DOTALL)
    assert 'value="waived" checked' in answer.text
    assert ended(charged)[0] == "confirmed"


def test_who_may_give_nothing_back_waives_nothing(charged: Charged, late: datetime) -> None:
    charged.pay_deposit()
    admin = charged.browser(Role.CLINICAL_ADMIN)
    assert 'value="waived"' not in admin.get(f"{charged.path}/cancel").text
    assert call_off(admin, charged, who="waived", waiver="A friend").status_code == 422
    assert ended(charged)[0] == "confirmed"


def test_an_old_page_calls_nothing_off(charged: Charged) -> None:
    charged.pay_deposit()
    answer = charged.browser().post(f"{charged.path}/cancel", version="0", who="patient")
    assert answer.status_code == 409
    assert ended(charged) == ("confirmed", 0, 0)
