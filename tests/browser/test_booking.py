"""A visitor books in Chromium: on a phone and at a desk, with keys alone, and without script."""

import re

import pytest
from playwright.sync_api import Page, expect

from saas.booking import visitors
from tests.browser import kit
from tests.browser.kit import DESK, PHONE, WIDTHS, Chromium, Live

pytestmark = pytest.mark.browser
HOLD, BOOKED = re.compile(r"/book/holds/[0-9a-f-]+$"), re.compile(r"/book/booked/[0-9a-f-]+$")


def choose_first_time(page: Page) -> None:
    kit.choose_time(page)
    expect(page).to_have_url(HOLD)


def finish(page: Page) -> None:
    kit.fill_in(page)
    kit.book_button(page).click()
    expect(page).to_have_url(BOOKED)
    expect(page.get_by_role("heading", level=1)).to_have_text("You are booked")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_discovery_call_is_booked_from_a_concern(live: Live, chromium: Chromium, width: int) -> None:
    page = chromium.page(width)
    page.goto(live.url("elm"))
    page.get_by_role("link", name="Tension headache").click()
    page.get_by_role("link", name="Book", exact=True).locator("visible=true").first.click()
    expect(page.get_by_text("8 spots left")).to_be_visible()
    choose_first_time(page)
    expect(page.locator("[data-countdown]").locator("visible=true").first).to_have_text(
        re.compile(r"^(10:00|9:5\d)$")
    )
    finish(page)
    expect(page.get_by_text("Linh Castellanos").locator("visible=true")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_first_consultation_is_booked_in_phoenix(live: Live, chromium: Chromium, width: int) -> None:
    page = chromium.page(width, timezone_id="Europe/Berlin")
    page.goto(live.url("riverstone", "/treatments/first-consultation"))
    page.get_by_role("link", name=re.compile("^Riverstone Phoenix")).click()
    expect(page.get_by_text("Times are Mountain Standard Time, as in Riverstone Phoenix.")).to_be_visible()
    expect(page.get_by_text("Your device is set to Europe/Berlin")).to_be_visible()
    day = page.locator("a.day:not(.off)").nth(3)
    label = day.locator(".unseen").inner_text()
    day.click()
    expect(page.get_by_role("heading", level=2, name=label)).to_be_visible()
    expect(page).to_have_url(re.compile("day="))
    choose_first_time(page)
    expect(page.get_by_text("Mountain Standard Time").locator("visible=true")).to_be_visible()
    finish(page)


def press_until(page: Page, selector: str, key: str = "Tab") -> None:
    """Press *key* until what has the focus is *selector*."""
    for _ in range(80):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} cannot be reached by {key}")


def test_keys_alone_book(live: Live, chromium: Chromium) -> None:
    page = chromium.page(DESK)
    page.goto(live.url("elm", "/book/discovery-call"))
    press_until(page, "a.skip")
    press_until(page, "a.day:not(.off):not([aria-current])")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("day="))
    # The focus stays on the day that was pressed.
    expect(page.locator("a.day[aria-current]")).to_be_focused()
    press_until(page, "button.time")
    page.keyboard.press("Enter")
    expect(page).to_have_url(HOLD)
    for name, text in (
        ("given_name", "Ann"),
        ("family_name", "Lee"),
        ("email", "ann@mail.example"),
        ("phone", "2125550123"),
    ):
        press_until(page, f"#{name}")
        page.keyboard.type(text)
    press_until(page, "#terms")
    page.keyboard.press("Space")
    press_until(page, "button.button")
    page.keyboard.press("Enter")
    expect(page).to_have_url(BOOKED)


@pytest.mark.parametrize("width", WIDTHS)
def test_without_script_all_works(live: Live, chromium: Chromium, width: int) -> None:
    page = chromium.page(width, java_script_enabled=False)
    page.goto(live.url("elm", "/book/discovery-call"))
    page.locator("a.day:not(.off)").nth(2).click()
    choose_first_time(page)
    expect(
        page.get_by_text(re.compile("kept (for you )?until", re.IGNORECASE)).locator("visible=true").first
    ).to_be_visible()
    kit.book_button(page).click()
    expect(page.get_by_text("5 things to put right")).to_be_visible()
    finish(page)


def test_a_fault_gets_the_focus_and_going_back_is_sensible(live: Live, chromium: Chromium) -> None:
    page = chromium.page(PHONE)
    page.goto(live.url("elm", "/book/discovery-call"))
    choose_first_time(page)
    kit.fill_in(page, email="nobody")
    kit.book_button(page).click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#given_name")).to_have_value("Ann")
    finish(page)
    page.go_back()
    expect(page).to_have_url(BOOKED)


def test_a_time_taken_meanwhile_gives_fresh_ones_in_place(live: Live, chromium: Chromium) -> None:
    page, other = chromium.page(PHONE), chromium.page(DESK)
    for one in (page, other):
        one.goto(live.url("elm", "/book/discovery-call"))
    wanted = page.locator("button.time").first.get_attribute("value")
    choose_first_time(other)
    page.locator("button.time").first.click()
    expect(page.get_by_role("alert")).to_contain_text("This time has just been taken.")
    expect(page.locator(f"button.time[value='{wanted}']")).to_have_count(0)
    choose_first_time(page)
    finish(page)


@pytest.mark.parametrize("script", [True, False])
def test_a_lapsed_hold_keeps_the_answers(live: Live, chromium: Chromium, script: bool) -> None:
    page = chromium.page(PHONE, java_script_enabled=script)
    page.goto(live.url("elm", "/book/discovery-call"))
    choose_first_time(page)
    kit.fill_in(page, given_name="Zoë")
    kit.lapse(live)
    kit.book_button(page).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Please choose a time once more")
    expect(page.locator("#given_name")).to_have_value("Zoë")
    page.locator("button.day:not(.off)").nth(4).click()
    expect(page.locator("#given_name")).to_have_value("Zoë")
    page.locator("button.time").nth(2).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("About you")
    expect(page.locator("#given_name")).to_have_value("Zoë")
    expect(page.locator("#terms")).to_be_checked()
    kit.book_button(page).click()
    expect(page).to_have_url(BOOKED)


def test_many_holds_from_one_address_are_proved_by_the_browser(
    live: Live, chromium: Chromium, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitors, "TRIES", 40)  # a tenth of what it is: a proof is a proof
    for _ in range(4):
        page = chromium.page(PHONE)
        page.goto(live.url("elm", "/book/discovery-call"))
        choose_first_time(page)
    without = chromium.page(PHONE, java_script_enabled=False)
    without.goto(live.url("elm", "/book/discovery-call"))
    without.locator("button.time").first.click()
    expect(without.get_by_text("Please call us on +1 212-555-0170")).to_be_visible()
