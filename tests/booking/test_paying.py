"""A visitor pays a deposit, by the pages alone: in time, late, with a bad card, and from two tabs."""

from pathlib import Path
from uuid import UUID

import pytest

from saas.booking import jobs
from saas.db.settings import Urls
from saas.kernel import ids
from saas.payments import checkout, refunds, stripe_gateway
from saas.payments import jobs as payments_jobs
from saas.payments.rules import Purpose
from tests.booking import patients, work
from tests.booking.patients import Page, Visitor
from tests.ground import within
from tests.journeys.kit import Clinic
from tests.messaging import kit
from tests.sandbox.driving import DECLINED, GOOD, Driver

NEEDLING = "/book/micro-needling?location=phoenix"


def held_id(page: Page) -> UUID:
    """Return the id of the hold that a page is about."""
    return UUID(page.path.split("/")[3])


def asked_to_pay(clinic: Clinic, visitor: Visitor) -> tuple[Page, str]:
    """Choose a time, say who comes, go to pay; return the clinic's last page, and the payment page's address."""
    page = visitor.book(NEEDLING)
    assert page.path.endswith("/pay"), page.text
    return page, to_payment(visitor, page)


def to_payment(visitor: Visitor, page: Page) -> str:
    """Press the button that leads to the payment page, and return where that is."""
    form = page.tree.get_element_by_id("pay")
    answer = visitor.post(form.get("action"), data=dict(form.form_values()))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def typed(driver: Driver, url: str, number: str = GOOD) -> str:
    """Type a card, and return where that leads; empty where it stays."""
    return driver.browse(url, {"number": number, "expiry": "12 / 40", "cvc": "123"}).leads_to


def back(visitor: Visitor, url: str) -> Page:
    """Come back from the payment page."""
    return visitor.look("/" + url.split("/", 3)[3])


def deposits(clinic: Clinic, hold_id: UUID) -> list[tuple[str, int]]:
    """Return the states of the payments of a hold, and what was given back of them."""
    with within(clinic.id):
        rows = checkout.list_for(hold_id)
        return [(row.state, sum(r.amount_minor for r in refunds.list_for(row.id))) for row in rows]


def test_a_deposit_makes_the_visit_certain(riverstone: Clinic, paying: Driver, database: Urls) -> None:
    visitor = Visitor(riverstone)
    page, url = asked_to_pay(riverstone, visitor)
    assert "4 · Pay" in page.text
    assert "To pay at your visit" in page.text
    assert url.startswith(paying.url)
    booked = back(visitor, typed(paying, url))
    assert "You are booked" in booked.text
    assert "What you paid Deposit, Visa •••• 4242" in booked.text
    assert visitor.get(f"{booked.path}/receipt.pdf").data.startswith(b"%PDF")
    assert Visitor(riverstone).get(f"{booked.path}/receipt.pdf").status_code == 404
    assert patients.count(database.superuser, riverstone, "appointments", "state = 'confirmed'") == 1


def test_a_declined_card_is_tried_again_on_the_same_page(riverstone: Clinic, paying: Driver) -> None:
    visitor = Visitor(riverstone)
    page, url = asked_to_pay(riverstone, visitor)
    assert typed(paying, url, DECLINED) == ""
    returned = visitor.look(f"/book/holds/{held_id(page)}/unpaid")
    assert "Nothing was paid, and your time is still kept." in returned.text
    assert "Back to the payment page" in returned.text
    assert to_payment(visitor, returned) == url
    assert "You are booked" in back(visitor, typed(paying, url)).text


def test_the_hold_runs_to_the_end_of_the_payment_page_once(riverstone: Clinic, paying: Driver) -> None:
    visitor = Visitor(riverstone)
    page, _ = asked_to_pay(riverstone, visitor)
    # eleven o'clock UTC is four in the morning in Phoenix; the page ends 35 minutes on
    again = visitor.look(f"/book/holds/{held_id(page)}/pay")
    assert "4:35 AM" in again.text.replace("\u202f", " ")
    to_payment(visitor, again)
    assert "4:35 AM" in visitor.look(f"/book/holds/{held_id(page)}/pay").text.replace("\u202f", " ")


def test_who_pays_late_gets_the_time_if_it_is_still_free(
    riverstone: Clinic, paying: Driver, database: Urls
) -> None:
    visitor = Visitor(riverstone)
    _, url = asked_to_pay(riverstone, visitor)
    patients.lapse(database.owner, riverstone)
    assert "You are booked" in back(visitor, typed(paying, url)).text


def test_who_pays_when_the_time_is_gone_is_refunded_at_once(
    riverstone: Clinic, paying: Driver, database: Urls
) -> None:
    visitor, other = Visitor(riverstone), Visitor(riverstone)
    page, url = asked_to_pay(riverstone, visitor)
    patients.lapse(database.owner, riverstone)
    _, theirs = asked_to_pay(riverstone, other)
    assert "You are booked" in back(other, typed(paying, theirs)).text
    told = back(visitor, typed(paying, url))
    assert "The time was gone, and your deposit goes back" in told.text
    (row,) = deposits(riverstone, held_id(page))
    assert row[0] == "paid"
    assert row[1] > 0
    again = visitor.look(f"/book/holds/{held_id(page)}/paid")
    assert "goes back" in again.text
    assert deposits(riverstone, held_id(page)) == [row]


def test_letting_the_time_go_closes_the_payment_page(riverstone: Clinic, paying: Driver) -> None:
    visitor = Visitor(riverstone)
    page, url = asked_to_pay(riverstone, visitor)
    visitor.hold("/book/first-consultation?location=phoenix")
    with within(riverstone.id):
        jobs.stop_payment(event_id=str(ids.new()), subject_id=str(held_id(page)))
    with within(riverstone.id):
        row = checkout.list_for(held_id(page))[0]
        payments_jobs.resume(payment_id=str(row.id))
    assert deposits(riverstone, held_id(page)) == [("closed", 0)]
    assert paying.browse(url, {"number": GOOD, "expiry": "12 / 40", "cvc": "123"}).status == 410


def test_a_word_by_webhook_alone_makes_the_visit_certain(
    riverstone: Clinic, paying: Driver, database: Urls
) -> None:
    visitor = Visitor(riverstone)
    page, url = asked_to_pay(riverstone, visitor)
    typed(paying, url)
    with within(riverstone.id):
        row = checkout.find_live(Purpose.DEPOSIT, held_id(page))
        assert row is not None
    with within(riverstone.id):
        payments_jobs.resume(payment_id=str(row.id))
    with within(riverstone.id):
        jobs.conclude(event_id=str(ids.new()), subject_id=str(row.id))
    assert patients.count(database.superuser, riverstone, "appointments", "state = 'confirmed'") == 1


def test_a_word_by_webhook_while_the_visitor_comes_back_makes_it_certain_once(
    riverstone: Clinic, paying: Driver, database: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker is done with it while the visitor's own request asks how the page stands."""
    visitor = Visitor(riverstone)
    page, url = asked_to_pay(riverstone, visitor)
    target, real = typed(paying, url), stripe_gateway.get_session

    def meanwhile(account: str, session_id: str) -> stripe_gateway.SessionSeen:
        seen = real(account, session_id)
        asking.undo()
        with within(riverstone.id):
            row = checkout.list_for(held_id(page))[0]
            payments_jobs.resume(payment_id=str(row.id))
        with within(riverstone.id):
            jobs.conclude(event_id=str(ids.new()), subject_id=str(row.id))
        return seen

    with monkeypatch.context() as asking:
        asking.setattr(stripe_gateway, "get_session", meanwhile)
        assert "You are booked" in back(visitor, target).text
    told = f"kind = 'appointment.confirmed' AND subject_id = '{held_id(page)}'"
    assert patients.count(database.superuser, riverstone, "events", told) == 1


@pytest.mark.parametrize("kind", ["error_500", "lost_reply", "rate_limit"])
def test_a_payment_page_that_does_not_open_is_told_and_tried_again(
    riverstone: Clinic, paying: Driver, kind: str
) -> None:
    visitor = Visitor(riverstone)
    page = visitor.book(NEEDLING)
    paying.tell("faults", kind=kind, count=6, path="/v1/checkout/sessions")
    form = page.tree.get_element_by_id("pay")
    answer = Page(visitor.post(form.get("action"), data=dict(form.form_values())))
    assert answer.status == 503
    assert "The payment service does not answer just now." in answer.text
    for _ in range(3):
        paying.tell("faults", "DELETE")
    url = to_payment(visitor, answer)
    assert "You are booked" in back(visitor, typed(paying, url)).text


def test_what_somebody_else_holds_cannot_be_paid_for_or_looked_at(riverstone: Clinic, paying: Driver) -> None:
    page, _ = asked_to_pay(riverstone, Visitor(riverstone))
    stranger = Visitor(riverstone)
    for path in ("pay", "paid", "unpaid"):
        assert stranger.look(f"/book/holds/{held_id(page)}/{path}").status == 404


def test_the_confirmation_tells_the_deposit_and_brings_its_receipt(
    riverstone: Clinic, paying: Driver, mails: Path
) -> None:
    visitor = Visitor(riverstone)
    _, url = asked_to_pay(riverstone, visitor)
    back(visitor, typed(paying, url))
    rest(riverstone)
    (mail,) = kit.mails_in(mails)
    assert "Your deposit of $73.75 is paid; the receipt is attached." in kit.part(mail, "text/plain")
    assert "$221.25 is to be paid at your visit." in kit.part(mail, "text/html")
    calendar, receipt = mail.iter_attachments()
    assert calendar.get_filename() == "appointment.ics"
    assert receipt.get_content().startswith(b"%PDF")


def test_who_paid_too_late_hears_that_the_money_goes_back(
    riverstone: Clinic, paying: Driver, database: Urls, mails: Path
) -> None:
    visitor, other = Visitor(riverstone), Visitor(riverstone)
    _, url = asked_to_pay(riverstone, visitor)
    patients.lapse(database.owner, riverstone)
    _, theirs = asked_to_pay(riverstone, other)
    back(other, typed(paying, theirs))
    back(visitor, typed(paying, url))
    assert "messaging.announce_refunded" in rest(riverstone)
    subjects = {str(mail["Subject"]).split(":")[0]: mail for mail in kit.mails_in(mails)}
    told = kit.part(subjects["Money goes back to you"], "text/plain")
    assert "$73.75 goes back to you." in told
    assert "was no longer free when your payment arrived" in told
    assert "card ending in 4242" in told
    assert len(paying.tell("record", "GET")["refund"]) == 1


def test_a_programs_way_back_claims_nothing_and_has_two_ends(riverstone: Clinic) -> None:
    visitor = Visitor(riverstone)
    assert "Once your payment is confirmed" in visitor.look("/book/checkout/paid").text
    assert "Nothing was paid" in visitor.look("/book/checkout/unpaid").text
    assert visitor.look("/book/checkout/anything").status == 404


def rest(clinic: Clinic) -> set[str]:
    """Let every job run until none is left but those that look again later; return the names of all."""
    rooms = ("payments", "booking", "messaging")
    return {name for _ in range(5) for name in work.run_jobs(clinic.id, *rooms)}


@pytest.fixture
def mails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where mail goes."""
    monkeypatch.setenv("SAAS_DEV", "1")
    monkeypatch.setenv("SAAS_DEMO_DIR", str(tmp_path))
    return tmp_path
