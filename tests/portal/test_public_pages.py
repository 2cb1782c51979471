"""The clinic's public pages: from what brings one in to who does it, where and when."""

import pytest

from saas.db.settings import Urls
from saas.kernel import ids
from saas.portal import showing
from tests.booking.patients import Page, Visitor
from tests.ground import make_tenant
from tests.journeys.kit import Browser, Clinic, application

PAGES = (
    "/",
    "/treatments",
    "/treatments/discovery-call",
    "/people",
    "/locations",
    "/disclaimer",
    "/book/discovery-call",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_links_the_disclaimer(elm: Clinic, path: str) -> None:
    page = Visitor(elm).look(path)
    assert page.status == 200
    assert "/disclaimer" in page.tree.xpath("//footer//a/@href")


def home_concerns(page: Page) -> dict[str, str]:
    """Return the concerns on the front page, each with where it leads."""
    links = page.tree.xpath("//section[@id='concerns']//h3/a")
    return {link.text_content(): link.get("href") for link in links}


def test_a_concern_leads_to_all_that_name_it(riverstone: Clinic) -> None:
    visitor = Visitor(riverstone)
    concerns = home_concerns(visitor.look("/"))
    assert list(concerns) == ["Muscle and joint pain", "Scars and texture", "Sports injuries", "Fine lines"]
    page = visitor.look(concerns["Muscle and joint pain"])
    assert [h2.text_content() for h2 in page.tree.xpath("//main//h2")] == [
        "Discovery call",
        "First consultation",
    ]


def test_a_concern_that_one_offering_names_leads_right_to_it(riverstone: Clinic) -> None:
    assert home_concerns(Visitor(riverstone).look("/"))["Sports injuries"] == "/treatments/first-consultation"


def test_a_treatment_says_what_how_long_who_and_where(riverstone: Clinic) -> None:
    page = Visitor(riverstone).look("/treatments/first-consultation")
    for words in ("Half an hour with a clinician", "We go through your history", "30 min", "In person", "PT, DPT",
                  "Kwabena Asante", "Riverstone Hoboken", "no medical advice"):  # fmt: skip
        assert words in page.text
    assert "Yesenia Duarte" not in page.text
    assert "/book/first-consultation?location=phoenix" in page.tree.xpath("//aside//a/@href")


def test_the_next_free_times_lead_to_their_day(elm: Clinic) -> None:
    page = Visitor(elm).look("/")
    times = page.tree.xpath("//section[@id='soon']//li[1]//a[contains(@class, 'time')]/@href")
    assert len(times) == 3
    assert all(href.startswith("/book/discovery-call?") and "day=" in href for href in times)
    assert Visitor(elm).look(times[0]).slots()


def test_another_place_can_be_the_near_one(riverstone: Clinic) -> None:
    page = Visitor(riverstone).look("/?near=phoenix")
    chosen = page.tree.xpath("//section[@id='soon']//nav/a[@aria-current]")
    assert [link.text_content() for link in chosen] == ["Riverstone Phoenix"]
    assert Visitor(riverstone).look("/?near=atlantis").status == 200


def test_a_location_says_its_week_and_the_way(elm: Clinic) -> None:
    page = Visitor(elm).look("/locations")
    week = [
        " ".join(row.text_content().replace("\u202f", " ").split())
        for row in page.tree.xpath("//dl[@class='week']/div")
    ]
    assert "closed" in week[0]
    assert "10:00 AM – 2:00 PM" in week[1]
    assert "3:00 PM – 7:00 PM" in week[1]
    assert "destination=9%20Bellwether%20Street" in page.response.text
    assert "tel:+12125550171" in page.response.text


def test_the_people_who_treat_are_shown_and_nobody_else(elm: Clinic) -> None:
    page = Visitor(elm).look("/people")
    assert "Linh Castellanos" in page.text
    assert "Licensed acupuncturist and founder." in page.text
    assert "Gideon Markowitz" not in page.text


def test_the_clinics_own_disclaimer_is_shown(elm: Clinic) -> None:
    assert "These pages inform; they are no medical advice" in Visitor(elm).look("/disclaimer").text


@pytest.mark.parametrize(
    ("text", "key"),
    [("Neck and shoulders", "neck-and-shoulders"), ("Narben & Œil", "narben-œil"), ("痛み", "痛み")],
)
def test_a_concern_has_an_address(text: str, key: str) -> None:
    assert showing.key(text) == key


@pytest.mark.parametrize("path", ["/", "/treatments", "/people", "/locations", "/disclaimer"])
def test_a_clinic_that_has_nothing_yet_says_so_kindly(database: Urls, path: str) -> None:
    host = f"{ids.new().hex}.test"
    make_tenant(host)
    page = Page(Browser(application(), host).get(path))
    assert page.status == 200
    assert "None" not in page.text
