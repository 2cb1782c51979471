"""An empty clinic becomes one that can be booked, in a few pages; and an owner makes micro-needling with plasma."""

import re

import pytest
from playwright.sync_api import Page, expect

from saas.db import session
from saas.identity import users
from saas.identity.roles import Role
from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from saas.tenancy import tenants
from tests.browser import kit
from tests.browser.kit import DESK, PHONE, Chromium, Live
from tests.browser.test_desk import log_in as journey
from tests.browser.test_owner import desk, look
from tests.desk.desk import Desk
from tests.journeys.kit import CHEAP_HASH, PASSWORD

__all__ = ["desk"]
pytestmark = pytest.mark.browser
MOST_FIELDS, MOST_PAGES = 25, 12


@pytest.fixture
def lark(live: Live) -> str:
    """An empty clinic group with an owner; its name, by which it is found."""
    name = f"lark-{ids.new().hex[-10:]}"
    with session.scope():
        tenants.create(name, "Lark Clinic", SYSTEM, (f"{name}.localhost",))
        user_id, _ = users.put("ada@lark.example", "Ada Verhulst", [Role.OWNER], SYSTEM)
        users.get(user_id).password_hash = CHEAP_HASH
    return name


class Counting:
    """A page whose typing and turning is counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.typed, self.pages = page, 0, 0
        page.on("load", self._turned)

    def _turned(self, _page: Page) -> None:
        self.pages += 1

    def type(self, label: str, text: str) -> None:
        self.page.get_by_label(re.compile(f"^{label}")).locator("visible=true").first.fill(text)
        self.typed += 1

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).locator("visible=true").first.click()


def log_in(live: Live, name: str, at: Counting) -> None:
    at.page.goto(live.url(name, "/staff"))
    at.type("E-mail", "ada@lark.example")
    at.type("Password", PASSWORD)
    at.press("Sign in")
    at.page.get_by_role("link", name="Open your doors").click()


def answer(at: Counting) -> None:
    """Say who, where, what and with whom."""
    at.type("Phone", "+1 602 555 0142")
    at.press("Next")
    for label, text in (("Street", "12 Mesa Way"), ("City", "Phoenix"), ("ZIP code", "85001")):
        at.type(label, text)
    at.page.get_by_label(re.compile("^State")).select_option("AZ")
    at.press("Next")
    at.page.fill("#price_first-consultation", "90")
    at.typed += 1
    at.press("Next")
    at.page.get_by_label("Profession").locator("visible=true").first.select_option("PT")
    at.press("See your clinic")


def book(live: Live, name: str, at: Counting) -> None:
    at.page.goto(live.url(name, "/book/first-consultation"))
    kit.choose_time(at.page)
    kit.fill_in(at.page)
    at.typed += 4
    at.page.get_by_role("button", name=re.compile("^Book")).locator("visible=true").click()
    expect(at.page.get_by_role("heading", level=1)).to_have_text("You are booked")


def test_an_empty_clinic_is_booked_after_a_few_questions(live: Live, chromium: Chromium, lark: str) -> None:
    at, found = Counting(chromium.page(PHONE)), list[str]()
    log_in(live, lark, at)
    look(at.page, found)
    answer(at)
    expect(at.page.get_by_role("heading", level=1)).to_have_text("What this changes")
    look(at.page, found)
    at.press("Apply")
    expect(at.page.get_by_text("Lark Clinic Phoenix").first).to_be_visible()
    book(live, lark, at)
    assert found == []
    assert at.typed <= MOST_FIELDS
    assert at.pages <= MOST_PAGES


def make(live: Live, page: Page, like: str, name: str, price: str) -> None:
    """Fill the form of a new offering at Phoenix, as far as it differs from a usual one."""
    page.goto(live.url("riverstone", "/staff/practice/offerings"))
    page.get_by_role("link", name="Add an offering").click()
    page.get_by_role("link", name=like, exact=True).click()
    page.get_by_label(re.compile("^Name")).first.fill(name)
    page.get_by_label("Riverstone Phoenix").check()
    page.locator("button[value='add:prices']").click()
    page.get_by_label(re.compile("^Amount")).first.fill(price)


def apply(page: Page) -> None:
    page.get_by_role("button", name="See what this changes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What this changes")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Applied. It holds for whoever books from now on.")).to_be_visible()


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.long)])
def test_an_owner_makes_micro_needling_with_plasma_and_a_patient_books_it(
    live: Live, chromium: Chromium, desk: Desk, script: bool
) -> None:
    page = chromium.page(DESK, java_script_enabled=script)
    journey(live, page, Role.OWNER)
    make(live, page, "Platelet-rich plasma", "Plasma boost", "150")
    apply(page)
    make(live, page, "Micro-needling", "Collagen needling", "280")
    page.locator("button[value='add:add_ons']").click()
    added = page.locator("#add_ons-0")
    added.get_by_label(re.compile("^Add-on")).select_option(label="Plasma boost")
    added.get_by_label(re.compile("^How it joins")).select_option("parallel")
    added.get_by_label(re.compile("^Together with")).select_option("processing")
    added.get_by_text("More").click()
    added.get_by_label(re.compile("^What is left")).select_option("finish")
    apply(page)
    page.goto(live.url("riverstone", "/book/collagen-needling?add_on=plasma-boost&location=phoenix"))
    expect(page.get_by_text("Collagen needling + Plasma boost takes")).to_be_visible()
    kit.choose_time(page)
    kit.fill_in(page)
    kit.book_button(page).locator("visible=true").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are booked")
