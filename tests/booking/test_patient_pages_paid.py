"""Behind the mailed link: what was paid, what cancelling keeps and gives back, and the receipt."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from saas.billing import bills
from saas.booking import links
from saas.kernel import clock
from saas.scheduling import appointments
from tests.billing import pdf
from tests.booking.patients import Page, Visitor
from tests.booking.test_paying import asked_to_pay, back, held_id, typed
from tests.ground import within
from tests.journeys.kit import Clinic
from tests.sandbox.driving import Driver


@pytest.fixture
def booked(riverstone: Clinic, paying: Driver) -> UUID:
    """A visit whose deposit is paid."""
    visitor = Visitor(riverstone)
    page, url = asked_to_pay(riverstone, visitor)
    assert "You are booked" in back(visitor, typed(paying, url)).text
    return held_id(page)


def link(clinic: Clinic, visit: UUID) -> str:
    with within(clinic.id):
        return links.mint(appointments.get(visit))


def shown(clinic: Clinic, visit: UUID) -> tuple[Visitor, str, Page]:
    """Open a fresh link to the visit."""
    visitor, secret = Visitor(clinic), link(clinic, visit)
    return visitor, secret, visitor.look(f"/m/{secret}")


def soon(monkeypatch: pytest.MonkeyPatch, clinic: Clinic, visit: UUID) -> datetime:
    """Let it be an hour before the visit."""
    with within(clinic.id):
        now = appointments.get(visit).starts_at - timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: now)
    return now


def stands(clinic: Clinic, visit: UUID) -> tuple[int, int]:
    """Return what was kept and what went back."""
    with within(clinic.id):
        found = bills.standing(visit)
        assert found is not None
        return found.kept.minor, found.refunded.minor


def test_the_deposit_and_what_cancelling_gives_back_are_said_before_and_after(
    riverstone: Clinic, booked: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    with within(riverstone.id):
        begins = appointments.get(booked).starts_at
    monkeypatch.setattr(clock, "now", lambda: begins - timedelta(days=3))
    visitor, _, page = shown(riverstone, booked)
    assert "Deposit, Visa •••• 4242" in page.text
    assert "All of the $73.75 you paid goes back to your card." in page.text
    done = visitor.send(page)
    assert "All of the $73.75 goes back to your card. It takes a few days to arrive." in done.text
    assert "$73.75 goes back" in done.text
    assert stands(riverstone, booked) == (0, 7375)
    assert visitor.get("/m/done/receipt.pdf").status_code == 200


def test_late_the_fee_is_said_before_and_after(
    riverstone: Clinic, booked: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon(monkeypatch, riverstone, booked)
    visitor, _, page = shown(riverstone, booked)
    assert "The $73.75 you paid is kept as the cancellation fee." in page.text
    done = visitor.send(page)
    assert "The $73.75 you paid is kept as the cancellation fee." in done.text
    assert stands(riverstone, booked) == (7375, 0)
    again = Visitor(riverstone).look(f"/m/{link(riverstone, booked)}")
    assert "This visit is cancelled" in again.text
    assert "The $73.75 you paid is kept as the cancellation fee." in again.text


def test_the_receipt_is_behind_the_link(riverstone: Clinic, booked: UUID) -> None:
    visitor, secret, page = shown(riverstone, booked)
    assert f"/m/{secret}/receipt.pdf" in page.response.text
    answer = visitor.get(f"/m/{secret}/receipt.pdf")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Ann Lee" in pdf.words(answer.data)
    assert visitor.get("/m/done/receipt.pdf").status_code == 410


def test_nobody_else_gets_it(riverstone: Clinic, elm: Clinic, booked: UUID) -> None:
    secret = link(riverstone, booked)
    assert Visitor(elm).get(f"/m/{secret}/receipt.pdf").status_code == 410
    assert Visitor(riverstone).get("/m/made-up/receipt.pdf").status_code == 410
    other = Visitor(riverstone).book("/book/first-consultation?location=hoboken")
    theirs = link(riverstone, UUID(other.path.rsplit("/", 1)[1]))
    assert Visitor(riverstone).get(f"/m/{theirs}/receipt.pdf").status_code == 404
    assert "What you paid" not in Visitor(riverstone).look(f"/m/{theirs}").text
