"""The desk in Chromium: dragging, springing back, keys alone, and what appears by itself."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from saas.identity.roles import Role
from tests.browser import kit
from tests.browser.kit import DESK, PHONE, WIDTHS, Chromium, Live
from tests.desk import desk as desks
from tests.desk.desk import BO, KWABENA, TEODORA, Desk
from tests.desk.test_time_off import log_in_as
from tests.journeys import kit as journeys

pytestmark = pytest.mark.browser
# EventCalendar draws half an hour as 48 pixels.
HOUR = 96
SOON_MS = 3_000


@pytest.fixture
def desk(live: Live) -> Desk:
    return desks.lay_out(live.riverstone)


def session_cookie(live: Live) -> str:
    """Return the name of the session's cookie, which in development carries the port."""
    return f"{journeys.SESSION}_{live.port}"


def log_in(live: Live, page: Page, role: Role = Role.FRONT_DESK) -> None:
    secret = journeys.log_in_as(live.riverstone, role).cookie() or ""
    page.context.add_cookies([{"name": session_cookie(live), "value": secret, "url": live.url("riverstone")}])


def schedule(desk: Desk, live: Live, page: Page, query: str = "") -> None:
    """Open the day's schedule and wait until the calendar stands."""
    log_in(live, page)
    page.goto(live.url("riverstone", f"/staff/schedule?location=phoenix&on={desk.day}{query}"))
    expect(page.locator("#calendar")).to_have_attribute("data-ready", "")


def entry(page: Page, name: str, times: str) -> Locator:
    """Return the practitioner's entry of a visit."""
    return page.locator(".ec-event", has_text=name).filter(has_text=times).first


def drag(page: Page, what: Locator, right: float = 0, down: float = 0) -> None:
    box = what.bounding_box()
    assert box is not None
    x, y = box["x"] + 20, box["y"] + 8
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right / 2, y + down / 2, steps=4)
    page.mouse.move(x + right, y + down, steps=4)
    page.mouse.up()


def columns_between(page: Page, one: str, other: str) -> float:
    """Return how far one column lies right of another."""
    boxes = [page.locator(".ec-col-head", has_text=name).bounding_box() for name in (one, other)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    return boxes[1]["x"] - boxes[0]["x"]


def test_a_composed_visit_is_booked_with_its_add_on_and_drawn_with_its_pause(
    live: Live, chromium: Chromium, desk: Desk
) -> None:
    page = chromium.page(DESK)
    log_in(live, page)
    query = f"?location=phoenix&offering=micro-needling&practitioner={TEODORA}&on={desk.day}"
    page.goto(live.url("riverstone", f"/staff/appointments/new{query}"))
    page.get_by_label("Platelet-rich plasma").check()
    page.get_by_role("button", name="Show free times").click()
    expect(page.locator(".costing")).to_contain_text("$605.00")
    page.locator("a.time", has_text="1:00").first.click()
    page.get_by_label("Family name, e-mail or phone").fill("Okafor")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name="Book for Ann Okafor").first.click()
    expect(page.locator(".timeline")).to_contain_text("Teodora Blagoeva is free")
    schedule(desk, live, page)
    expect(page.locator(".ec-bg-event.pause")).to_contain_text("Numbing cream works · free meanwhile")
    expect(page.locator(".ec-event .wait")).to_have_count(1)
    expect(page.locator(".ec-event", has_text="Blood draw")).to_have_count(1)


def test_a_visit_is_dragged_to_another_time_and_to_a_colleague(
    live: Live, chromium: Chromium, desk: Desk
) -> None:
    page = chromium.page(DESK, timezone_id="Asia/Tokyo")
    schedule(desk, live, page)
    drag(page, entry(page, "A. Okafor", "10:00"), down=HOUR)
    expect(page.get_by_text("Moved to")).to_be_visible()
    expect(entry(page, "A. Okafor", "11:00")).to_be_visible()
    assert desk.read().starts_at == desk.at(11)
    drag(page, entry(page, "A. Okafor", "11:00"), right=columns_between(page, "Kwabena", "Teodora"))
    expect(page.locator("#panel")).to_contain_text("Teodora Blagoeva")
    expect(entry(page, "A. Okafor", "11:00")).to_contain_text("Teodora")


def test_a_refused_drop_springs_back_and_says_why_and_what_is_free(
    live: Live, chromium: Chromium, desk: Desk
) -> None:
    desk.book(desk.at(13), BO, KWABENA)
    page = chromium.page(DESK)
    schedule(desk, live, page)
    before = entry(page, "A. Okafor", "10:00").bounding_box()
    drag(page, entry(page, "A. Okafor", "10:00"), down=3 * HOUR)
    expect(page.get_by_role("alert")).to_contain_text("Kwabena Asante is taken then.")
    expect(page.locator(".offers li")).to_have_count(3)
    assert entry(page, "A. Okafor", "10:00").bounding_box() == before
    page.get_by_role("button", name=re.compile("Teodora Blagoeva is free at 1:40")).click()
    expect(page.get_by_text("Moved to")).to_be_visible()
    assert desk.read().starts_at == desk.at(13, 40)


def test_keys_alone_open_and_move_a_visit(live: Live, chromium: Chromium, desk: Desk) -> None:
    page = chromium.page(DESK)
    schedule(desk, live, page)
    entry(page, "A. Okafor", "10:00").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text("Ann Okafor")
    expect(page.locator("#panel h2")).to_be_focused()
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == "Move":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text("Move A. Okafor")
    page.get_by_label("Time").fill("15:30")
    page.get_by_label("With").select_option(TEODORA)
    page.get_by_label("With").press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Moved to")).to_be_visible()
    expect(entry(page, "A. Okafor", "3:30")).to_contain_text("Teodora")


def test_what_is_booked_elsewhere_appears_by_itself(live: Live, chromium: Chromium, desk: Desk) -> None:
    page = chromium.page(DESK)
    schedule(desk, live, page)
    desk.book(desk.at(14), BO, TEODORA)
    expect(entry(page, "B. Sato", "2:00")).to_be_visible(timeout=SOON_MS)


def test_the_practitioner_s_day_is_fresh_by_itself(live: Live, chromium: Chromium, desk: Desk) -> None:
    page = chromium.page(PHONE)
    secret = log_in_as(desk, KWABENA).cookie() or ""
    page.context.add_cookies([{"name": session_cookie(live), "value": secret, "url": live.url("riverstone")}])
    page.goto(live.url("riverstone", f"/staff/day?on={desk.day}"))
    expect(page.get_by_text("Ann Okafor")).to_be_visible()
    desk.book(desk.at(14), BO, KWABENA)
    expect(page.get_by_text("Bo Sato")).to_be_visible(timeout=SOON_MS)


def test_on_a_phone_a_visit_opens_as_a_sheet(live: Live, chromium: Chromium, desk: Desk) -> None:
    page = chromium.page(PHONE)
    schedule(desk, live, page, "&show=people")
    expect(page.locator("#panel")).to_be_hidden()
    entry(page, "A. Okafor", "10:00").click()
    expect(page.locator("#panel h2")).to_have_text("Ann Okafor")
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#panel")).to_be_hidden()


def test_without_script_a_visit_is_found_and_moved(live: Live, chromium: Chromium, desk: Desk) -> None:
    page = chromium.page(DESK, java_script_enabled=False)
    log_in(live, page)
    page.goto(live.url("riverstone", f"/staff/schedule?location=phoenix&on={desk.day}"))
    page.get_by_role("link", name=re.compile("A. Okafor")).first.click()
    page.get_by_role("link", name="Move", exact=True).click()
    page.get_by_label("Time").fill("15:30")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text("Moved to")).to_be_visible()
    assert desk.read().starts_at == desk.at(15, 30)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_desk_s_pages_are_accessible(live: Live, chromium: Chromium, desk: Desk, width: int) -> None:
    page, found = chromium.page(width), []
    log_in(live, page, Role.OWNER)
    on, visit = f"location=phoenix&on={desk.day}", f"/staff/appointments/{desk.visit}"
    new = "/staff/appointments/new?location=phoenix"
    for path in (
        f"/staff/schedule?{on}", f"/staff/schedule?{on}&view=week", f"/staff/schedule?{on}&view=agenda",
        visit, f"{visit}/move", f"{visit}/cancel", new, f"{new}&offering=first-consultation",
        f"{new}&offering=first-consultation&practitioner={KWABENA}&at={desk.wall(14)}",
        "/staff/schedule/block?location=phoenix", "/staff/time-off", "/staff/day",
    ):  # fmt: skip
        page.goto(live.url("riverstone", path))
        found += kit.inaccessible(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{path} is wider than {width}")
    assert found == []
