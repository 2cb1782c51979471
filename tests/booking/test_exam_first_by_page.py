"""A visitor whose treatment asks for an examination first chooses how to have it, by the pages alone."""

from tests.booking.patients import Page, Visitor
from tests.journeys.kit import Clinic

PATH = "/book/micro-needling?location=new-york&day=2030-02-13"


def options(page: Page) -> list[tuple[str, str, bool]]:
    """Return what each way to have the examination says, where it leads, and whether it is chosen."""
    return [
        (" ".join(one.text_content().split()), one.get("href"), one.get("aria-current") == "true")
        for one in page.tree.xpath("//section[contains(@class, 'exam-first')]//a[contains(@class, 'variant')]")
    ]  # fmt: skip


def aside(page: Page) -> str:
    return " ".join(page.tree.xpath("//aside")[0].text_content().split())


def test_the_visit_begins_with_the_examination_and_says_so_until_it_is_booked(elm: Clinic) -> None:
    visitor = Visitor(elm)
    page = visitor.look(PATH)
    assert (
        "Before micro-needling you need an examination by a physician, a nurse practitioner or" in page.text
    )
    [(within, _, is_within), (before, _, is_before)] = options(page)
    assert within == "As part of this visit 15 min longer, at no extra cost"
    assert (before.startswith("Before this visit"), is_within, is_before) == (True, True, False)
    assert "Micro-needling takes 1 h 45 min and costs $320.00" in page.text
    held = visitor.press(page.slots()[0])
    assert "1 h 45 min" in aside(held)
    assert "Includes a short examination by a physician" in aside(page)
    assert "Includes a short examination by Odalys Brannigan, 15 min at its beginning." in aside(held)
    assert (
        "and 15 min for the examination that comes first" in visitor.look("/treatments/micro-needling").text
    )


def test_who_is_examined_before_books_the_shorter_visit_and_is_told_where(elm: Clinic) -> None:
    visitor = Visitor(elm)
    page = visitor.look(PATH)
    [(link,)] = [page.tree.xpath("//section[contains(@class, 'exam-first')]//p//a")]
    assert link.text_content() == "First consultation with Odalys Brannigan"
    assert "Choose a time for First consultation" in visitor.look(link.get("href")).text
    shorter = visitor.look(options(page)[1][1])
    assert [chosen for _, _, chosen in options(shorter)] == [False, True]
    held = visitor.press(shorter.slots()[0])
    assert "1 h 30 min" in aside(held)
    assert "examination" not in aside(held)
    assert "exam=before" in held.tree.xpath("//a[contains(@href, '/book/micro-needling')]/@href")[0]


def test_what_asks_for_no_examination_speaks_of_none(elm: Clinic) -> None:
    assert "xamination" not in Visitor(elm).look("/book/first-consultation?location=new-york").text
