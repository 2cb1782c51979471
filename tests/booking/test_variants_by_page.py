"""A visitor chooses the area before the time, by the pages alone."""

from tests.booking.patients import Visitor
from tests.journeys.kit import Clinic

NEEDLING = "/book/micro-needling?location=phoenix"
TUESDAY = "day=2030-02-12"


def test_the_areas_stand_before_the_times_with_minutes_and_price(riverstone: Clinic) -> None:
    page = Visitor(riverstone).look(f"{NEEDLING}&{TUESDAY}")
    cards = {one.get("id"): " ".join(one.text_content().split()) for one in page.all("a.variant")}
    assert list(cards) == ["variant-face", "variant-face-and-neck"]
    assert cards["variant-face-and-neck"] == "Face and neck 1 h 50 min · From $395.00"
    assert page.tree.xpath("//a[contains(@class, 'variant') and @aria-current]/@id") == ["variant-face"]


def test_the_chosen_area_is_held_and_stands_on_the_summary(riverstone: Clinic) -> None:
    visitor = Visitor(riverstone)
    page = visitor.look(f"{NEEDLING}&{TUESDAY}")
    href = page.tree.xpath("//a[@id='variant-face-and-neck']/@href")[0]
    about = visitor.hold(f"{href}&{TUESDAY}")
    card = " ".join(about.tree.xpath("//aside")[0].text_content().split())
    assert "Micro-needling · Face and neck" in card
    assert "1 h 50 min" in card


def test_an_area_there_is_not_is_refused_in_a_sentence(riverstone: Clinic) -> None:
    page = Visitor(riverstone).look(f"{NEEDLING}&variant=body")
    assert (page.status, "no variant body" in page.text) == (422, True)


def test_the_treatments_page_lists_the_areas(riverstone: Clinic) -> None:
    page = Visitor(riverstone).look("/treatments/micro-needling")
    assert "Face and neck1 h 50 min · From $395.00" in page.text
    assert "/book/micro-needling?variant=face-and-neck" in page.tree.xpath("//main//a/@href")
