"""The owner in Chromium: an offering is looked at, changed and looked at again, on a phone and at a desk."""

import pytest
from playwright.sync_api import Page, expect

from saas.identity.roles import Role
from saas.kernel.actors import SYSTEM
from saas.provisioning import applying
from tests.browser import kit
from tests.browser.kit import DESK, WIDTHS, Chromium, Live
from tests.browser.test_desk import log_in
from tests.desk import desk as desks
from tests.desk.desk import BO, Desk
from tests.ground import within

pytestmark = pytest.mark.browser
PATH = "/staff/practice/offerings"


@pytest.fixture
def desk(live: Live) -> Desk:
    """The clinic as its files say, with two first consultations close to each other."""
    with within(live.riverstone.id):
        applying.apply(live.riverstone.configuration, SYSTEM)
    laid = desks.lay_out(live.riverstone)
    laid.book(laid.at(10, 40), BO)
    return laid


def look(page: Page, found: list[str]) -> None:
    """Note what axe finds, and whether the page is wider than its window."""
    found += kit.inaccessible(page)
    page.emulate_media(color_scheme="light")
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{page.url} is wider than its window")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("script", [True, False])
def test_an_owner_changes_minutes_and_a_price(
    live: Live, chromium: Chromium, desk: Desk, width: int, script: bool
) -> None:
    page = chromium.page(width, java_script_enabled=script)
    log_in(live, page, Role.OWNER)
    page.goto(live.url("riverstone", PATH))
    page.get_by_role("link", name="First consultation").click()
    page.get_by_role("link", name="Change minutes and prices").click()
    page.get_by_label("Consultation", exact=True).fill("forty")
    page.get_by_role("button", name="See what this changes").click()
    expect(page.get_by_role("alert")).to_contain_text("Please write the minutes as a whole number")
    page.get_by_label("Consultation", exact=True).fill("40")
    page.get_by_label("Everybody", exact=True).fill("130")
    page.get_by_role("button", name="See what this changes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What this changes")
    expect(page.get_by_text("2 booked visits keep their price and their minutes.")).to_be_visible()
    expect(page.locator(".misfits li")).to_contain_text("A. Okafor")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It holds for whoever books from now on.")).to_be_visible()
    expect(page.get_by_text("$120.00 → $130.00").first).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_owner_s_pages_are_accessible(live: Live, chromium: Chromium, desk: Desk, width: int) -> None:
    page, found = chromium.page(width), list[str]()
    log_in(live, page, Role.OWNER)
    for path in ("", "?q=nothing-like-it", "/micro-needling?add_on=prp", "/prp", "/first-consultation/edit"):
        page.goto(live.url("riverstone", PATH + path))
        look(page, found)
    page.get_by_label("Consultation", exact=True).fill("0")
    page.get_by_role("button", name="See what this changes").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look(page, found)
    page.get_by_label("Consultation", exact=True).fill("45")
    page.get_by_role("button", name="See what this changes").click()
    expect(page.locator(".misfits li").first).to_be_visible()
    look(page, found)
    assert found == []


def test_the_list_is_searched_while_typing(live: Live, chromium: Chromium, desk: Desk) -> None:
    page = chromium.page(DESK)
    log_in(live, page, Role.OWNER)
    page.goto(live.url("riverstone", PATH))
    page.get_by_label("Search the offerings").press_sequentially("plasma")
    expect(page.get_by_role("link", name="Dry needling")).to_be_hidden()
    expect(page.get_by_role("link", name="Platelet-rich plasma")).to_be_visible()
    assert page.url.endswith("q=plasma")
