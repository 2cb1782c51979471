"""The page in the browser, and what each card does."""

import re
import threading

import pytest

from tests.sandbox.driving import DECLINED, DISPUTED, GOOD, HOUR, MINUTE, SECURED, Driver, Page


def fields(page: Page) -> set[str]:
    """Return the names of what the page's form asks."""
    return set(re.findall(r'<input[^>]* name="(\w+)"', page.text))


def test_the_page_says_what_is_paid_to_whom(clinic: Driver) -> None:
    page = clinic.browse(clinic.open().url or "")
    assert page.status == 200
    for text in ("$50.00", "Deposit", "Riverside", 'href="https://clinic.example/held"'):
        assert text in page.text
    assert fields(page) == {"number", "expiry", "cvc"}


def test_the_page_has_no_code_and_may_lead_to_the_clinic_alone(clinic: Driver) -> None:
    page = clinic.browse(clinic.open().url or "")
    assert "<script" not in page.text
    assert " style=" not in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("form-action 'self' https://clinic.example")
    assert page.headers["Cache-Control"] == "no-store"
    assert clinic.browse(f"{clinic.url}/_sandbox/page.css").status == 200


def test_a_good_card_is_charged_and_leads_on(clinic: Driver) -> None:
    session = clinic.open()
    page = clinic.pay(session, GOOD)
    assert (page.status, page.leads_to) == (303, f"https://clinic.example/paid?session={session.id}")
    path = ["payment_intent.latest_charge.balance_transaction"]
    paid = clinic.client().v1.checkout.sessions.retrieve(session.id, {"expand": path})
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    intent = paid.payment_intent
    assert not isinstance(intent, str)
    assert intent
    assert (intent.status, intent.amount_received) == ("succeeded", 5000)
    charge = intent.latest_charge
    assert not isinstance(charge, str)
    assert charge
    assert (charge.status, charge.paid, charge.amount, charge.refunded) == ("succeeded", True, 5000, False)
    moved = charge.balance_transaction
    assert not isinstance(moved, str)
    assert moved
    assert (moved.type, moved.amount, moved.fee, moved.net) == ("charge", 5000, 175, 4825)


def test_what_was_asked_of_the_payment_is_on_its_charge(clinic: Driver) -> None:
    asked = {"metadata": {"act": "7"}, "description": "Deposit 7", "statement_descriptor_suffix": "DEPOSIT"}
    session = clinic.open(payment_intent_data=asked)
    clinic.pay(session)
    (charge,) = clinic.record()["charge"]
    assert {name: charge[name] for name in asked} == asked


def test_a_declined_card_is_told_and_another_may_be_tried(clinic: Driver) -> None:
    session = clinic.open()
    page = clinic.pay(session, DECLINED)
    assert page.status == 402
    assert "The card was declined" in page.text
    assert "number" in fields(page)
    assert clinic.client().v1.checkout.sessions.retrieve(session.id).status == "open"
    assert clinic.pay(session, GOOD).status == 303
    record = clinic.record()
    assert [(charge["status"], charge["paid"]) for charge in record["charge"]] == [
        ("failed", False), ("succeeded", True),
    ]  # fmt: skip
    assert len(record["payment_intent"]) == len(record["balance_transaction"]) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"number": "4111 1111 1111 1111"}, "not a valid card number"),
        ({"number": "abc"}, "not a valid card number"),
        ({"expiry": "13 / 40"}, "month and year"),
        ({"expiry": "01 / 20"}, "month and year"),
        ({"cvc": "12"}, "security code"),
    ],
)
def test_a_card_that_is_none_is_told(clinic: Driver, typed: dict[str, str], said: str) -> None:
    session = clinic.open()
    page = clinic.browse(session.url or "", {"number": GOOD, "expiry": "12/40", "cvc": "123"} | typed)
    assert page.status == 422
    assert said in page.text
    assert clinic.record()["payment_intent"] == []


def test_a_secured_card_asks_at_the_bank_first(clinic: Driver) -> None:
    session = clinic.open()
    page = clinic.pay(session, SECURED)
    assert (page.status, page.leads_to) == (303, f"/c/pay/{session.id}/bank")
    assert clinic.record()["payment_intent"][0]["status"] == "requires_action"
    bank = f"{session.url}/bank"
    assert "Yes, pay" in clinic.browse(bank).text
    assert clinic.record()["charge"] == []
    assert clinic.browse(bank, {"answer": "confirm"}).leads_to.endswith(session.id)
    assert clinic.record()["charge"][0]["paid"]


def test_a_secured_card_that_the_bank_does_not_confirm_is_not_charged(clinic: Driver) -> None:
    session = clinic.open()
    clinic.pay(session, SECURED)
    assert clinic.browse(f"{session.url}/bank", {"answer": "refuse"}).status == 402
    assert clinic.browse(f"{session.url}/bank", {"answer": "confirm"}).leads_to == f"/c/pay/{session.id}"
    record = clinic.record()
    assert record["charge"] == []
    assert record["payment_intent"][0]["status"] == "requires_payment_method"
    assert clinic.pay(session, GOOD).status == 303


def test_paying_many_times_at_once_charges_once(clinic: Driver) -> None:
    session, pages = clinic.open(), []
    threads = [threading.Thread(target=lambda: pages.append(clinic.pay(session))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(page.status, page.leads_to) for page in pages} == {
        (303, f"https://clinic.example/paid?session={session.id}")
    }
    assert len(clinic.record()["charge"]) == 1
    assert clinic.browse(session.url or "").leads_to.endswith(session.id)


def test_a_page_that_has_ended_takes_no_card(clinic: Driver) -> None:
    session = clinic.open()
    clinic.tell("clock", advance_seconds=HOUR)
    for page in (clinic.browse(session.url or ""), clinic.pay(session)):
        assert page.status == 410
        assert "has ended" in page.text
        assert "number" not in fields(page)
    assert clinic.record()["charge"] == []


def test_an_unknown_page_is_not_there(clinic: Driver) -> None:
    session = clinic.open()
    for path in ("/c/pay/cs_test_unknown", f"/c/pay/{session.id}/else"):
        assert clinic.browse(f"{clinic.url}{path}").status == 404


def test_a_disputed_card_is_charged_and_taken_back_later(clinic: Driver) -> None:
    session = clinic.paid(DISPUTED)
    assert not clinic.client().v1.disputes.list().data
    clinic.tell("clock", advance_seconds=MINUTE)
    (dispute,) = clinic.client().v1.disputes.list({"payment_intent": str(session.payment_intent)})
    assert (dispute.amount, dispute.status, dispute.reason) == (5000, "needs_response", "fraudulent")
    (moved,) = dispute.balance_transactions
    assert (moved.type, moved.amount, moved.fee, moved.net) == ("adjustment", -5000, 1500, -6500)
    (charge,) = clinic.client().v1.charges.list()
    assert charge.disputed
