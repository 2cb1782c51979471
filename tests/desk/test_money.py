"""The visit's panel tells its money, to those who may know; the desk gives back, bills and takes payment."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from saas.booking import reschedule
from saas.booking.reschedule import NewTime, VisitBilled
from saas.identity.roles import Role
from saas.kernel import clock, ids
from saas.kernel.actors import Actor, ActorKind
from saas.practice.models import Person
from saas.scheduling import appointments
from saas.tenancy import tenants
from saas.web import render
from tests.desk import paying
from tests.desk.desk import BO, Desk, sentences
from tests.desk.paying import Charged
from tests.ground import within
from tests.journeys import kit
from tests.journeys.kit import Browser
from tests.web import pseudo

CLERK = Actor(ActorKind.USER)


@pytest.fixture
def charged(desk: Desk) -> Charged:
    return paying.book(desk)


@pytest.fixture
def during(charged: Charged, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The visit has begun."""
    monkeypatch.setattr(clock, "now", lambda: charged.during)
    return charged.during


def shown(browser: Browser, charged: Charged) -> str:
    """Return what the panel's money says."""
    page = browser.get(charged.path).text
    found = re.search(r'<section class="sums".*?</section>', page, re.DOTALL)
    return sentences(found.group(0)) if found else ""


def field(page: str, name: str) -> str:
    """Return a field's value as the page holds it."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert found, name
    value = re.search(r'value="([^"]*)"', found.group(0))
    return value.group(1) if value else ""


def give_back(browser: Browser, path: str, **typed: str) -> TestResponse:
    """Open the refund's form and send it with what is typed."""
    page = browser.get(path).text
    fields = {name: field(page, name) for name in ("amount", "left")}
    return browser.post(path, **{**fields, "reason": "Moved away", **typed})


@pytest.mark.parametrize("role", Role)
def test_who_may_know_sees_the_money_and_nobody_else(charged: Charged, role: Role) -> None:
    payment = charged.pay_deposit()
    said = shown(charged.browser(role), charged)
    knows = role not in (Role.PRACTITIONER, Role.MEDICAL_DIRECTOR)
    assert bool(said) is knows
    may_refund = role in (Role.OWNER, Role.MANAGER, Role.FRONT_DESK)
    assert ("Give back" in said) is may_refund
    path = f"{charged.path}/payments/{payment}/refund"
    assert charged.browser(role).get(path).status_code == (200 if may_refund else 403)


def test_the_panel_says_price_tax_deposit_card_and_what_is_due(charged: Charged) -> None:
    before = shown(charged.browser(), charged)
    assert f"Deposit not paid {render.money(charged.quoted.deposit)}" in before
    charged.pay_deposit()
    said = shown(charged.browser(), charged)
    assert f"Price Why this price {render.money(charged.quoted.net)}" in said
    assert f"Total {render.money(charged.quoted.total)}" in said
    assert f"{render.money(charged.quoted.deposit)} held" in said
    assert "Visa •••• 4242" in said
    rest = charged.quoted.total - charged.quoted.deposit
    assert f"To be paid at the visit {render.money(rest)}" in said
    assert "Receipt (PDF)" in said
    assert charged.browser().get(f"{charged.path}/receipt.pdf").status_code == 200


def test_what_is_free_of_charge_says_so(desk: Desk) -> None:
    visit = paying.book_as(desk, "discovery-call", BO)  # Ann was here at ten, and it is for new patients
    page = desk.browser().get(f"/staff/appointments/{visit}").text
    assert "Nothing is charged for this visit." in page


def test_a_deposit_is_given_back_and_the_visit_stays_booked(charged: Charged) -> None:
    payment, browser = charged.pay_deposit(), charged.browser()
    path = f"{charged.path}/payments/{payment}/refund"
    assert "The visit stays booked" in browser.get(path).text
    answer = give_back(browser, path)
    assert answer.status_code == 302
    assert "The visit stays booked." in browser.get(charged.path).text
    assert charged.desk.read(charged.visit).state == "confirmed"
    [row] = charged.refunds(payment)
    assert (row.amount_minor, row.reason, row.state) == (charged.quoted.deposit.minor, "Moved away", "asked")
    said = shown(browser, charged)
    assert "Refund on its way" in said
    assert f"To be paid at the visit {render.money(charged.quoted.total)}" in said
    assert "Give back" not in said


@pytest.mark.parametrize(
    ("status", "words"), [("succeeded", "Refund given back"), ("failed", "Refund failed")]
)
def test_a_refund_that_is_under_way_is_followed_to_its_end(charged: Charged, status: str, words: str) -> None:
    payment, browser = charged.pay_deposit(), charged.browser()
    give_back(browser, f"{charged.path}/payments/{payment}/refund")
    part = f"{charged.path}/money"
    waiting = browser.get(part, headers={"HX-Request": "true"}).text
    assert f'hx-get="{part}"' in waiting
    charged.answer(charged.refunds(payment)[0], status)
    over = browser.get(part, headers={"HX-Request": "true"}).text
    assert "hx-get" not in over
    assert words in sentences(over)
    assert ("it still counts as paid" in over) is (status == "failed")
    assert browser.get(part).status_code == 302


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": "0"}, "A refund is of more than nothing."),
        ({"amount": "-1"}, "A refund is of more than nothing."),
        ({"amount": "9999"}, "That is more than is left of what was paid."),
        ({"amount": "1.234"}, "This is not an amount that can be paid in USD."),
        ({"amount": "lots"}, "This is not an amount that can be paid in USD."),
        ({"amount": ""}, "Please say how much."),
        ({"reason": ""}, "Please say why it goes back."),
        ({"reason": "  "}, "Please say why it goes back."),
    ],
)
def test_a_refund_that_cannot_be_is_named_beside_its_field(
    charged: Charged, typed: dict[str, str], said: str
) -> None:
    payment, browser = charged.pay_deposit(), charged.browser()
    answer = give_back(browser, f"{charged.path}/payments/{payment}/refund", **typed)
    assert answer.status_code in (400, 422)
    beside = re.search(r'<p class="error" id="(\w+)-error">(.*?)</p>', answer.text, re.DOTALL)
    assert beside
    assert (beside.group(1), said in beside.group(2)) == (next(iter(typed)), True)
    assert charged.refunds(payment) == []


def test_a_form_sent_twice_gives_back_once(charged: Charged) -> None:
    payment, browser = charged.pay_deposit(), charged.browser()
    path = f"{charged.path}/payments/{payment}/refund"
    left = field(browser.get(path).text, "left")
    for status in (302, 409):
        answer = browser.post(path, amount="10.00", reason="Twice", left=left)
        assert answer.status_code == status
    assert "given back in the meantime" in answer.text
    assert [row.amount_minor for row in charged.refunds(payment)] == [1000]


def test_a_payment_of_another_visit_or_none_is_nothing(charged: Charged) -> None:
    payment, browser = charged.pay_deposit(), charged.browser()
    paths = (
        f"/staff/appointments/{charged.desk.visit}/payments/{payment}/refund",
        f"{charged.path}/payments/{ids.new()}/refund",
        f"/staff/appointments/{ids.new()}/payment",
    )
    for path in paths:
        assert browser.get(path).status_code == 404
        assert browser.post(path, amount="1", reason="x", left="1").status_code == 404
    assert charged.refunds(payment) == []


def test_before_the_visit_it_is_neither_billed_nor_paid_for(charged: Charged) -> None:
    browser = charged.browser()
    page = browser.get(charged.path).text
    assert len(re.findall(r"<button[^>]* disabled", page)) == 2
    assert "The visit is billed and paid for once it has begun." in page
    refused = browser.post(f"{charged.path}/bill")
    assert refused.status_code == 409
    assert "once it has begun" in refused.text
    assert charged.bill_number() is None


def test_a_visit_is_billed_paid_for_and_settled(charged: Charged, during: datetime) -> None:
    payment, browser = charged.pay_deposit(), charged.browser()
    assert "Please issue it first" in browser.get(f"{charged.path}/payment").text
    assert browser.post(f"{charged.path}/bill").status_code == 302
    assert browser.post(f"{charged.path}/bill").status_code == 302
    number, rest = charged.bill_number(), charged.quoted.total - charged.quoted.deposit
    said = shown(browser, charged)
    assert f"Due {render.money(rest)} Bill no. {number}" in said
    spent = browser.get(f"{charged.path}/payments/{payment}/refund").text
    assert "spent on the bill" in spent
    form = browser.get(f"{charged.path}/payment").text
    assert field(form, "amount") == render.money(rest, "plain")
    act = field(form, "act")
    for _twice in range(2):
        paid = browser.post(f"{charged.path}/payment", amount=field(form, "amount"), tender="cash", act=act)
        assert paid.status_code == 302
    settled = shown(browser, charged)
    assert "Cash" in settled
    assert "Paid in full" in settled
    assert "Nothing is due." in browser.get(f"{charged.path}/payment").text


@pytest.mark.parametrize("typed", ["0", "-5", "100000", "x"])
def test_taking_what_is_not_due_is_refused_beside_the_amount(
    charged: Charged, during: datetime, typed: str
) -> None:
    charged.issue(during)
    browser = charged.browser()
    answer = browser.post(f"{charged.path}/payment", amount=typed, tender="cash", act=str(ids.new()))
    assert answer.status_code in (400, 409, 422)
    assert 'id="amount-error"' in answer.text
    assert "Cash" not in shown(browser, charged)


def test_a_billed_visit_is_not_called_off(charged: Charged, during: datetime) -> None:
    charged.issue(during)
    browser = charged.browser()
    assert "Cancel the visit" not in browser.get(charged.path).text
    version = str(charged.desk.read(charged.visit).version)
    answer = browser.post(f"{charged.path}/cancel", who="patient", version=version)
    assert answer.status_code == 409
    assert "it can no longer be cancelled" in answer.text
    assert charged.desk.read(charged.visit).state == "confirmed"


def test_a_billed_visit_is_not_moved(charged: Charged, during: datetime) -> None:
    charged.issue(during)
    row = charged.desk.read(charged.visit)
    with within(charged.desk.clinic.id), pytest.raises(VisitBilled):
        to = NewTime(row.starts_at + timedelta(days=1))
        locked = appointments.get(row.id, lock=True)
        reschedule.reschedule(locked, to, tenants.config_version(charged.desk.clinic.id), CLERK, during)


def test_lists_carry_a_word_on_the_money_for_those_who_may_know(charged: Charged) -> None:
    path = f"/staff/schedule?location=phoenix&on={charged.desk.day}&view=agenda"
    assert "no deposit" in sentences(charged.browser().get(path).text)
    charged.pay_deposit()
    assert "deposit paid" in sentences(charged.browser().get(path).text)
    assert "deposit paid" not in charged.browser(Role.PRACTITIONER).get(path).text
    charged.issue(charged.during)
    rest = charged.quoted.total - charged.quoted.deposit
    assert f"{render.money(rest)} due" in sentences(charged.browser().get(path).text)


def test_the_same_part_is_a_page_and_a_panel(charged: Charged) -> None:
    payment = charged.pay_deposit()
    for path in (charged.path, f"{charged.path}/payments/{payment}/refund", f"{charged.path}/payment"):
        panel = charged.browser().get(path, headers={"HX-Request": "true"}).text
        assert "data-focus" in panel
        assert "<html" not in panel


@pytest.fixture
def both(charged: Charged) -> Iterator[Browser]:
    """Whoever treats Ann, who stands at the desk as well."""
    clinic, person = charged.desk.clinic, charged.desk.read(charged.visit).practitioner_id
    with within(clinic.id) as current:
        hired, _email = kit.hire_here(Role.PRACTITIONER, Role.FRONT_DESK)
        current.flush()
        before = current.scalars(select(Person.user_id).where(Person.id == person)).one()
        current.execute(update(Person).where(Person.id == person).values(user_id=hired))
        browser = kit.visit(clinic)
        secret = kit.sessions.open_for(hired, "a test", browser.address, clock.now())
    browser.take_cookie(kit.SESSION, secret)
    yield browser
    with within(clinic.id) as current:
        current.execute(update(Person).where(Person.id == person).values(user_id=before))


def test_the_day_tells_of_money_and_anew_once_it_moves(charged: Charged, both: Browser) -> None:
    path = f"/staff/day?on={charged.desk.day}"
    first = both.get(path)
    assert "no deposit" in sentences(first.text)
    tag = {"If-None-Match": first.headers["ETag"]}
    assert both.get(path, headers=tag).status_code == 304
    charged.pay_deposit()
    fresh = both.get(path, headers=tag)
    assert fresh.status_code == 200
    assert "deposit paid" in sentences(fresh.text)


def test_every_word_is_translated(charged: Charged) -> None:
    payment, clinic = charged.pay_deposit(), charged.desk.clinic
    give_back(charged.browser(), f"{charged.path}/payments/{payment}/refund", amount="10.00")
    browser = kit.log_in_as(clinic, Role.FRONT_DESK, PSEUDO_LOCALE=True)
    words = pseudo.own_words(clinic.configuration, {"Mountain Standard Time"})
    words |= {"Ann Okafor", "A. Okafor", "ann@example.com", "Moved away", "Visa", "Robin Hire", "RH"}
    for part in ("", "/cancel", "/payment", f"/payments/{payment}/refund"):
        assert pseudo.untranslated(browser.get(charged.path + part).text, words) == [], part
