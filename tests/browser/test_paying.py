"""A visitor pays a deposit in Chromium, on the payment page itself: good cards and bad, in time and too late."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from saas.kernel import clock
from saas.ledger import verifying
from saas.payments import reconcile
from tests.booking import work
from tests.browser import kit
from tests.browser.kit import DESK, PHONE, Chromium, Live
from tests.ground import within
from tests.sandbox.driving import DECLINED, GOOD, SECURED

pytestmark = pytest.mark.browser
HOLD, PAY = re.compile(r"/book/holds/[0-9a-f-]+$"), re.compile(r"/book/holds/[0-9a-f-]+/pay$")
PAYMENT_PAGE, BOOKED = re.compile(r"/c/pay/cs_test_"), re.compile(r"/book/booked/[0-9a-f-]+$")
NEEDLING = "/book/micro-needling?location=phoenix"


def to_pay_step(live: Live, page: Page) -> None:
    """Choose the first time and say who comes."""
    page.goto(live.url("riverstone", NEEDLING))
    kit.choose_time(page)
    expect(page).to_have_url(HOLD)
    kit.fill_in(page)
    page.get_by_role("button", name=re.compile("^Continue")).locator("visible=true").click()
    expect(page).to_have_url(PAY)


def to_payment_page(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^(Pay|Back to the payment page)")).locator(
        "visible=true"
    ).click()
    expect(page).to_have_url(PAYMENT_PAGE)


def type_card(page: Page, number: str) -> None:
    for name, text in (("number", number), ("expiry", "12 / 40"), ("cvc", "123")):
        page.fill(f"[name={name}]", text)
    page.get_by_role("button", name=re.compile("^Pay")).click()


@pytest.fixture
def tying(live: Live) -> Iterator[None]:
    """What the test does leaves the books and the payment service's own record as far apart as they were.

    Other tests in these clinics post payments that no payment service knows.
    """
    before = apart(live)
    yield
    for _ in range(4):
        work.run_jobs(live.riverstone.id, "payments", "booking")
    assert apart(live) == before


def apart(live: Live) -> set[tuple[str, str, int]]:
    """Return what does not tie, and by how much; the books themselves are sound."""
    with within(live.riverstone.id):
        assert verifying.verify() == []
    with within(live.riverstone.id):
        found = reconcile.run(clock.now()).findings
    return {(one.code, one.about, one.ours_minor - one.theirs_minor) for one in found}


@pytest.mark.usefixtures("tying")
@pytest.mark.parametrize(("width", "script"), [(PHONE, True), (DESK, True), (DESK, False)])
def test_a_declined_card_then_a_good_one(live: Live, chromium: Chromium, width: int, script: bool) -> None:
    page = chromium.page(width, java_script_enabled=script)
    to_pay_step(live, page)
    expect(page.get_by_text("your time is kept for 35 minutes, once")).to_be_visible()
    to_payment_page(page)
    type_card(page, DECLINED)
    expect(page.get_by_text("declined").first).to_be_visible()
    page.get_by_role("link", name=re.compile("Back")).click()
    expect(page.get_by_text("Nothing was paid, and your time is still kept.")).to_be_visible()
    to_payment_page(page)
    type_card(page, GOOD)
    expect(page).to_have_url(BOOKED)
    expect(page.get_by_role("heading", level=1)).to_have_text("You are booked")


def test_the_banks_own_question_is_answered_and_the_visit_booked(live: Live, chromium: Chromium) -> None:
    page = chromium.page(PHONE)
    to_pay_step(live, page)
    to_payment_page(page)
    type_card(page, SECURED)
    page.get_by_role("button").first.click()
    expect(page).to_have_url(BOOKED)


def test_who_leaves_and_comes_back_finds_the_same_payment_page(live: Live, chromium: Chromium) -> None:
    page = chromium.page(DESK)
    to_pay_step(live, page)
    to_payment_page(page)
    address = page.url
    page.goto(live.url("riverstone"))
    page.go_back()
    page.go_back()
    expect(page).to_have_url(PAY)
    page.reload()
    to_payment_page(page)
    assert page.url == address


@pytest.mark.usefixtures("tying")
def test_who_pays_when_the_time_is_gone_hears_so_and_is_refunded(live: Live, chromium: Chromium) -> None:
    late, other = chromium.page(PHONE), chromium.page(DESK)
    to_pay_step(live, late)
    to_payment_page(late)
    kit.lapse(live)
    to_pay_step(live, other)
    to_payment_page(other)
    type_card(other, GOOD)
    expect(other).to_have_url(BOOKED)
    type_card(late, GOOD)
    expect(late.get_by_role("heading", level=1)).to_have_text("The time was gone, and your deposit goes back")


def test_the_pages_of_paying_are_accessible(live: Live, chromium: Chromium) -> None:
    page = chromium.page(PHONE)
    to_pay_step(live, page)
    assert kit.inaccessible(page) == []
    to_payment_page(page)
    page.get_by_role("link", name=re.compile("Back")).click()
    expect(page).to_have_url(PAY)
    assert kit.inaccessible(page) == []
