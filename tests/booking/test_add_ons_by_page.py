"""A visitor adds plasma to micro-needling, by the pages alone."""

import re
from pathlib import Path

import pytest

from saas.db.settings import Urls
from tests.billing import pdf
from tests.booking import patients, work
from tests.booking.patients import Page, Visitor
from tests.booking.test_paying import back, to_payment, typed
from tests.journeys.kit import Clinic
from tests.messaging import kit as messaging
from tests.sandbox.driving import Driver

NEEDLING = "/book/micro-needling?location=phoenix"
WITH_PLASMA = f"{NEEDLING}&add_on=prp&day=2030-02-12"


def offered(page: Page) -> dict[str, tuple[str, str]]:
    """Return what each add-on's line says, and where its button leads, by slug."""
    lines = page.tree.xpath("//li[contains(@class, 'add-on')]")
    return {
        line.xpath(".//a/@id")[0].removeprefix("add-on-"): (
            " ".join(line.text_content().split()), line.xpath(".//a/@href")[0],
        )
        for line in lines
    }  # fmt: skip


def test_what_can_be_added_is_offered_with_its_price_and_time(riverstone: Clinic) -> None:
    said, href = offered(Visitor(riverstone).look(NEEDLING))["prp"]
    assert "Platelet-rich plasma" in said
    assert "+ $280.00 · 15 min longer" in said
    chosen = offered(Visitor(riverstone).look(href))
    assert "Added" in chosen["prp"][0]
    assert "instead of Platelet-rich plasma" in chosen["superficial-peel"][0]
    assert "prp" not in chosen["superficial-peel"][1]
    assert "prp" not in chosen["prp"][1]


def test_only_times_at_which_all_fit_together_are_shown(riverstone: Clinic) -> None:
    alone, together = (Visitor(riverstone).look(path) for path in (f"{NEEDLING}&day=2030-02-12", WITH_PLASMA))
    names = {section.get("aria-label") for section in together.all("section.who")}
    assert names == {"Teodora Blagoeva"}
    assert 0 < len(together.slots()) < len(alone.slots())


def test_the_composed_visit_is_paid_for_and_booked(
    riverstone: Clinic, paying: Driver, database: Urls
) -> None:
    visitor = Visitor(riverstone)
    assert "Micro-needling · Face + Platelet-rich plasma takes 1 h 50 min" in visitor.look(WITH_PLASMA).text
    about = visitor.hold(WITH_PLASMA)
    assert "Micro-needling · Face + Platelet-rich plasma on" in visitor.look(NEEDLING).text
    card = " ".join(about.tree.xpath("//aside")[0].text_content().split())
    assert "+ Platelet-rich plasma" in card
    assert "1 h 50 min" in card
    assert "Blood draw" in card
    asked = visitor.tell(about)
    assert "Platelet-rich plasma$280.00" in asked.text
    assert "To pay now$151.25" in asked.text
    booked = back(visitor, typed(paying, to_payment(visitor, asked)))
    assert "You are booked" in booked.text
    assert patients.count(database.superuser, riverstone, "appointment_add_ons") == 1


def test_what_was_added_stands_wherever_the_visit_is_named_and_nowhere_in_the_mail(
    riverstone: Clinic, paying: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAAS_DEV", "1")
    monkeypatch.setenv("SAAS_DEMO_DIR", str(tmp_path))
    visitor = Visitor(riverstone)
    booked = back(visitor, typed(paying, to_payment(visitor, visitor.tell(visitor.hold(WITH_PLASMA)))))
    work.run_jobs(riverstone.id, "messaging")
    work.run_jobs(riverstone.id, "messaging")
    [mail] = messaging.mails_in(tmp_path)
    secret = messaging.part(mail, "text/plain").split("/m/")[1].split()[0]
    for page in (booked, *(visitor.look(f"/m/{secret}{path}") for path in ("", "/times"))):
        assert ("Micro-needling" in page.text, "Platelet-rich plasma" in page.text) == (True, True), page.path
    receipt = pdf.words(visitor.get(f"/m/{secret}/receipt.pdf").data)
    assert "Platelet-rich plasma" in receipt
    said = [
        mail["Subject"],
        *(part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"),
    ]
    assert not [words for words in said if re.search("needling|plasma|blood", words, re.IGNORECASE)]


def test_an_add_on_that_does_not_go_with_it_is_refused_with_a_sentence(riverstone: Clinic) -> None:
    page = Visitor(riverstone).look(f"{NEEDLING}&add_on=nothing")
    assert page.status == 422
    page = Visitor(riverstone).look("/book/first-consultation?location=phoenix&add_on=prp")
    assert page.status == 422


def test_a_lapsed_hold_keeps_what_was_added(riverstone: Clinic, database: Urls) -> None:
    visitor = Visitor(riverstone)
    about = visitor.hold(WITH_PLASMA)
    patients.lapse(database.owner, riverstone)
    again = visitor.tell(about)
    assert again.value("add_ons") == "prp"
    taken = visitor.press(again.slots()[0])
    assert "Platelet-rich plasma" in taken.text
