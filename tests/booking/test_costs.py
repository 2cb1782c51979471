"""What a visit costs stands on every page on the way, in the same words, before anything is booked."""

import re
from decimal import Decimal
from uuid import UUID

import pytest

from saas.booking import costs
from saas.catalogue import taxes
from saas.kernel.money import Money
from tests.booking.clinic import MONDAY, Clinic, set_up
from tests.booking.patients import Page, Visitor
from tests.journeys import kit

MICRO = "/book/micro-needling?location=phoenix"
YORK = "/book/micro-needling?location=new-york"


def facts(page: Page) -> dict[str, str]:
    """Return the rows of the summary beside the steps."""
    rows = page.tree.xpath("//section[contains(@class, 'visit-card')]//dl/div")
    texts = [[" ".join(" ".join(cell.itertext()).split()) for cell in row.xpath("dt|dd")] for row in rows]
    return {name: value.replace("\u202f", " ") for name, value in texts}


def test_the_list_says_what_each_costs(riverstone: kit.Clinic) -> None:
    page = Visitor(riverstone).look("/treatments")
    said = {" ".join(li.xpath(".//h2")[0].text_content().split()): li.xpath(".//b")[0].text_content()
            for li in page.all("li.offer")}  # fmt: skip
    assert said == {
        "Discovery call": "Free of charge", "First consultation": "From $120.00", "Micro-needling": "From $295.00",
    }  # fmt: skip


def test_a_treatment_says_price_deposit_and_terms(riverstone: kit.Clinic) -> None:
    page = Visitor(riverstone).look("/treatments/micro-needling")
    found = facts(page)
    assert found["Price"] == "From $295.00"
    assert found["To pay now"] == "Deposit, from $73.75 the rest at your visit"
    assert found["Cancelling"] == "Free until 48 hours before after that from $73.75"
    places = [" ".join(li.text_content().split()) for li in page.tree.xpath("//ul[@class='choose-place']/li")]
    assert [re.findall(r"From \$[0-9.]+", text) for text in places] == [["From $420.00"], ["From $295.00"]]


def test_each_place_says_its_price(riverstone: kit.Clinic) -> None:
    page = Visitor(riverstone).look("/book/first-consultation")
    tiles = {h.text_content(): h.xpath("string(../..)") for h in page.tree.xpath("//main//h3/a")}
    assert "From $120.00" in tiles["Riverstone Phoenix"]
    assert "From $150.00" in tiles["Riverstone New York"]


def test_the_times_say_what_each_practitioner_asks(riverstone: kit.Clinic) -> None:
    page = Visitor(riverstone).look("/book/first-consultation?location=phoenix")
    assert "First consultation takes 30 min and costs from $120.00." in page.text
    asked = {
        who.get("aria-label"): re.findall(r"\$[0-9.]+", who.text_content()) for who in page.all("section.who")
    }
    assert asked["Kwabena Asante"] == ["$120.00"]
    assert asked["Teodora Blagoeva"] == ["$145.00"]


@pytest.mark.parametrize(
    ("path", "price", "now"),
    [
        (f"{YORK}&practitioner=priyanka-raghavan", "$420.00 and tax, where it is due", "Deposit, $105.00"),
        (f"{MICRO}&practitioner=teodora-blagoeva", "$325.00", "Deposit, $81.25"),
        ("/book/discovery-call?location=phoenix", "Free of charge", None),
    ],
)
def test_the_summary_is_for_the_chosen_practitioner(
    riverstone: kit.Clinic, path: str, price: str, now: str | None
) -> None:
    found = facts(Visitor(riverstone).look(path))
    assert found["Price"] == price
    assert found.get("To pay now", "").startswith(now or "")
    assert ("To pay now" in found) == (now is not None)


def test_the_held_time_says_the_very_price_and_hour(riverstone: kit.Clinic) -> None:
    page = Visitor(riverstone).hold(f"{MICRO}&practitioner=teodora-blagoeva")
    found = facts(page)
    assert found["Price"] == "$325.00"
    assert found["To pay now"] == "Deposit, $81.25 the rest, $243.75, at your visit"
    assert found["Cancelling"] == "$81.25, as it is so soon"
    later = Visitor(riverstone).hold(f"{MICRO}&practitioner=teodora-blagoeva&day=2030-02-19")
    assert facts(later)["Cancelling"].startswith("Free until Feb ")
    assert facts(later)["Cancelling"].endswith("after that $81.25")


@pytest.fixture
def priced(tenant: UUID) -> Clinic:
    """A clinic whose second practitioner asks more, with a deposit of a quarter."""
    prices = [{"amount": "200.00"}, {"amount": "250.00", "practitioner": "p1"}]
    return set_up(tenant, prices=prices, tax_purpose="aesthetic", deposit={"percent": "25"})


def test_the_lowest_of_all_says_that_others_ask_more(priced: Clinic) -> None:
    assert cost_of(priced, None) == (Money(20000, "USD"), True)
    assert cost_of(priced, "p0") == (Money(20000, "USD"), False)
    assert cost_of(priced, "p1") == (Money(25000, "USD"), False)


def test_what_nobody_stated_a_tax_for_is_not_without_tax(priced: Clinic) -> None:
    found = costs.of_wish(priced.wish(practitioner="p0"), MONDAY)
    assert found is not None
    assert (found.tax, found.total, found.rest) == (None, Money(20000, "USD"), Money(15000, "USD"))


def test_tax_is_told_beside_the_price(priced: Clinic) -> None:
    stated = {"purpose": "aesthetic", "percent": Decimal(8), "valid_from": MONDAY, "source": "A statute"}
    taxes.put_all([{"jurisdiction": "US-NY", **stated}])
    found = costs.of_wish(priced.wish(practitioner="p0"), MONDAY)
    assert found is not None
    assert (found.tax, found.total, found.rest) == (
        Money(1600, "USD"),
        Money(21600, "USD"),
        Money(16600, "USD"),
    )


def test_what_has_no_price_is_free(tenant: UUID) -> None:
    assert costs.of_wish(set_up(tenant).wish(), MONDAY) is None


def cost_of(priced: Clinic, who: str | None) -> tuple[Money, bool]:
    found = costs.of_wish(priced.wish(practitioner=who), MONDAY)
    assert found is not None
    return found.price, found.is_lowest
