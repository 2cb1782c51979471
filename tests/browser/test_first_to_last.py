"""From the first page to the confirmation in Chromium, at both clinics: micro-needling with plasma, paid for."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser import kit
from tests.browser.kit import DESK, PHONE, Chromium, Live
from tests.browser.test_paying import BOOKED, HOLD, PAY, to_payment_page, type_card
from tests.sandbox.driving import GOOD

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Way:
    """How somebody with scars comes to micro-needling with plasma at a clinic, and what it says."""

    clinic: str
    location: str
    added: str
    deposit: str
    with_whom: tuple[str, ...]


WAYS = {
    "riverstone": Way("riverstone", "Riverstone Phoenix", "+ $280.00 · 15 min longer", "$151.25",
                      ("Teodora Blagoeva", "Blood draw")),
    "elm": Way("elm", "", "+ $260.00 · 15 min longer", "$80.00",
               ("Odalys Brannigan", "Emeka Lindqvist", "Blood draw")),
}  # fmt: skip
CASES = [
    ("riverstone", PHONE),
    pytest.param("riverstone", DESK, marks=pytest.mark.long),
    pytest.param("elm", PHONE, marks=pytest.mark.long),
    pytest.param("elm", DESK, marks=pytest.mark.long),
]


def to_times(page: Page, way: Way) -> None:
    """From the front page, by what brings one in, to the treatment's free times."""
    page.get_by_role("link", name="Scars and texture").click()
    page.get_by_role("link", name="Micro-needling").locator("visible=true").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Micro-needling")
    label = re.compile(f"^{way.location}") if way.location else re.compile("^(Book|Choose a time)")
    page.get_by_role("link", name=label).locator("visible=true").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("When suits you?")


def add_plasma(page: Page, way: Way) -> None:
    expect(page.get_by_text(way.added)).to_be_visible()
    page.locator("#add-on-prp").click()
    expect(page.locator("#add-on-prp")).to_contain_text("Added")
    expect(
        page.get_by_text(re.compile(r"Micro-needling( · Face)? \+ Platelet-rich plasma takes"))
    ).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.screen.width"), (
        "wider than the screen"
    )


@pytest.mark.parametrize(("clinic", "width"), CASES)
def test_plasma_joins_micro_needling_from_the_first_page_to_the_confirmation(
    live: Live, chromium: Chromium, clinic: str, width: int
) -> None:
    way, page = WAYS[clinic], chromium.page(width)
    page.goto(live.url(clinic))
    to_times(page, way)
    add_plasma(page, way)
    kit.choose_time(page)
    expect(page).to_have_url(HOLD)
    card = page.get_by_role("region", name="Your visit").locator("visible=true")
    for words in ("+ Platelet-rich plasma", *way.with_whom):
        expect(card).to_contain_text(words)
    kit.fill_in(page)
    page.get_by_role("button", name=re.compile("^Continue")).locator("visible=true").click()
    expect(page).to_have_url(PAY)
    expect(page.get_by_role("row", name="To pay now")).to_contain_text(way.deposit)
    to_payment_page(page)
    type_card(page, GOOD)
    expect(page).to_have_url(BOOKED)
    expect(page.get_by_role("heading", level=1)).to_have_text("You are booked")
    expect(card).to_contain_text("+ Platelet-rich plasma")
    expect(page.get_by_text("Deposit, Visa")).to_contain_text("4242")
