"""What axe finds on every page a patient sees, in light and in dark: nothing serious."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from saas.booking import links
from saas.kernel import ids
from saas.scheduling import appointments
from tests.browser import kit
from tests.browser.kit import WIDTHS, Chromium, Live
from tests.ground import within

pytestmark = pytest.mark.browser
PUBLIC = ("/", "/treatments", "/treatments/first-consultation", "/people", "/locations",
          "/disclaimer", "/book/first-consultation", "/book/first-consultation?location=phoenix",
          "/staff/log-in", "/nothing")  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
def test_the_public_pages_are_accessible(live: Live, chromium: Chromium, width: int) -> None:
    page, found = chromium.page(width), []
    for path in PUBLIC:
        page.goto(live.url("riverstone", path))
        found += kit.inaccessible(page)
    assert found == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_a_booking_are_accessible(live: Live, chromium: Chromium, width: int) -> None:
    page = chromium.page(width)
    assert [fault for _ in steps_of_a_booking(live, page) for fault in kit.inaccessible(page)] == []


def steps_of_a_booking(live: Live, page: Page) -> Iterator[None]:
    """Walk through a booking and all that can come after it, stopping at each page."""
    page.goto(live.url("elm", "/book/discovery-call"))
    page.locator("button.time").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("About you")
    yield
    kit.book_button(page).click()
    page.wait_for_selector(".error-summary")
    yield
    kit.lapse(live)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Please choose a time once more")
    yield
    page.locator(".day:not(.off)").last.click()  # so far ahead that it may still be moved
    expect(page.locator(".day:not(.off)").last).to_have_attribute("aria-current", "date")
    page.locator("button.time").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("About you")
    kit.fill_in(page)
    kit.book_button(page).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are booked")
    yield
    yield from steps_of_a_move(live, page)


def steps_of_a_move(live: Live, page: Page) -> Iterator[None]:
    """Open the mailed link, move the visit, and open the link again."""
    secret = link_to(live, page.url.rsplit("/", 1)[1])
    page.goto(live.url("elm", f"/m/{secret}"))
    yield
    page.get_by_role("link", name="Move the visit").click()
    page.locator("a.day:not(.off)").nth(3).click()
    yield
    page.locator("button.time").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Move it to this time?")
    yield
    page.get_by_role("button", name="Move the visit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your visit is moved")
    yield
    page.goto(live.url("elm", f"/m/{secret}"))
    yield


def link_to(live: Live, appointment_id: str) -> str:
    found = ids.parse(appointment_id)
    assert found is not None
    with within(live.elm.id):
        return links.mint(appointments.get(found))
