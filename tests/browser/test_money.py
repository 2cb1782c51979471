"""Money at the desk in Chromium: the panel follows a refund by itself, and every page of it is accessible."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from saas.identity.roles import Role
from saas.payments.models import Refund
from tests.browser import kit
from tests.browser.kit import DESK, WIDTHS, Chromium, Live
from tests.browser.test_desk import log_in
from tests.desk import desk as desks
from tests.desk import paying
from tests.desk.paying import Charged

pytestmark = pytest.mark.browser


@pytest.fixture
def charged(live: Live) -> Charged:
    return paying.book(desks.lay_out(live.riverstone))


def opened(live: Live, page: Page, path: str, role: Role = Role.FRONT_DESK) -> None:
    log_in(live, page, role)
    page.goto(live.url("riverstone", path))


def test_the_panel_follows_a_refund_to_its_end(live: Live, chromium: Chromium, charged: Charged) -> None:
    payment, page = charged.pay_deposit(), chromium.page(DESK)
    opened(live, page, f"/staff/schedule?location=phoenix&on={charged.desk.day}&view=agenda")
    page.locator("a.entry", has_text="Micro-needling").first.click()
    panel = page.locator("#panel")
    expect(panel.locator(".sums")).to_contain_text("Visa •••• 4242")
    panel.get_by_role("link", name="Give back").click()
    panel.get_by_label("Reason").fill("Moved away")
    panel.get_by_role("button", name="Give it back").click()
    expect(panel.locator(".sums .back .tag")).to_have_text("on its way")
    expect(panel).to_contain_text("The visit stays booked.")
    charged.answer(charged.refunds(payment)[0], "succeeded")
    expect(panel.locator(".sums .back .tag")).to_have_text("given back")
    assert not page.locator(".sums[hx-get]").count()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_money_are_accessible(
    live: Live, chromium: Chromium, charged: Charged, width: int
) -> None:
    payment, page, found = charged.pay_deposit(), chromium.page(width), []
    charged.answer(_asked(charged, live, page, payment), "failed")
    paths = [charged.path, f"{charged.path}/cancel", f"{charged.path}/payments/{payment}/refund"]
    for path in paths:
        opened(live, page, path)
        found += kit.inaccessible(page)
    page.get_by_role("button", name="Give it back").click()
    found += kit.inaccessible(page)
    charged.issue(charged.during + timedelta(days=1))
    for path in (charged.path, f"{charged.path}/payment"):
        opened(live, page, path)
        found += kit.inaccessible(page)
    opened(live, page, "/staff/ledger/review", Role.OWNER)
    expect(page.get_by_text("Refund failed").first).to_be_visible()
    assert found + kit.inaccessible(page) == []


def _asked(charged: Charged, live: Live, page: Page, payment: UUID) -> Refund:
    """Give ten dollars back by the form, and return the refund."""
    opened(live, page, f"{charged.path}/payments/{payment}/refund")
    page.get_by_label("Amount").fill("10.00")
    page.get_by_label("Reason").fill("By mistake")
    page.get_by_role("button", name="Give it back").click()
    expect(page).to_have_url(re.compile(f"{charged.visit}$"))
    return charged.refunds(payment)[0]
