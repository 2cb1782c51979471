"""One key, one act: repeated, it is answered as the first time; for anything else, refused."""

import threading

import pytest
import stripe

from tests.sandbox.driving import HOUR, Driver


def refund(clinic: Driver, intent: str, key: str, amount: int = 1000) -> stripe.Refund:
    return clinic.client().v1.refunds.create(
        {"payment_intent": intent, "amount": amount}, {"idempotency_key": key}
    )


def at_once(clinic: Driver, intent: str, times: int) -> list[str]:
    """Ask for one refund so many times at once; return what each asker heard."""
    heard: list[str] = []

    def ask() -> None:
        try:
            refund(clinic, intent, "k")
            heard.append("refunded")
        except stripe.APIError as error:
            heard.append(f"{error.http_status} {error.error and error.error.code}")

    threads = [threading.Thread(target=ask) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return heard


@pytest.fixture
def intent(clinic: Driver) -> str:
    """A PaymentIntent that succeeded."""
    return str(clinic.paid().payment_intent)


def test_the_same_key_is_answered_as_the_first_time(clinic: Driver, intent: str) -> None:
    first, again = (refund(clinic, intent, "refund:1:1") for _ in range(2))
    assert first.id == again.id
    assert first.last_response
    assert again.last_response
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert again.last_response.body == first.last_response.body
    assert len(clinic.record()["refund"]) == 1


def test_the_same_key_with_other_parameters_is_refused(clinic: Driver, intent: str) -> None:
    refund(clinic, intent, "k")
    with pytest.raises(stripe.IdempotencyError) as refused:
        refund(clinic, intent, "k", amount=2000)
    assert refused.value.http_status == 400
    with pytest.raises(stripe.IdempotencyError):
        clinic.open(key="k")
    assert len(clinic.record()["refund"]) == 1


def test_a_key_belongs_to_its_account(platform: Driver, clinic: Driver) -> None:
    assert clinic.open(key="k").id != platform.connected().open(key="k").id


def test_a_key_that_is_in_use_is_refused(clinic: Driver, intent: str) -> None:
    clinic.tell("faults", kind="slow", path="/v1/refunds", seconds=1.5)
    assert sorted(at_once(clinic, intent, 2)) == ["409 idempotency_key_in_use", "refunded"]
    assert refund(clinic, intent, "k").id == clinic.record()["refund"][0]["id"]


def test_fifty_at_once_with_one_key_make_one_refund(clinic: Driver, intent: str) -> None:
    assert set(at_once(clinic, intent, 50)) <= {"409 idempotency_key_in_use", "refunded"}
    assert len(clinic.record()["refund"]) == 1


def test_an_error_of_an_execution_is_repeated_and_one_before_it_is_not(clinic: Driver, intent: str) -> None:
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            refund(clinic, intent, "too-much", amount=6000)
    assert refused.value.headers["Idempotent-Replayed"] == "true"
    with pytest.raises(stripe.InvalidRequestError):
        clinic.open(key="k", mode="pay")
    assert clinic.open(key="k").status == "open"


def test_a_key_is_forgotten_after_a_day(clinic: Driver) -> None:
    first = clinic.open(key="k")
    clinic.tell("clock", advance_seconds=25 * HOUR)
    clinic.tell("clock", advance_seconds=-2 * HOUR)
    params = {"expires_at": first.expires_at}
    assert clinic.open(key="k", **params).id == first.id
    clinic.tell("clock", advance_seconds=2 * HOUR)
    assert clinic.open(key="k", expires_at=clinic.tell("clock", "GET")["now"] + HOUR).id != first.id


def test_a_key_that_is_too_long_is_refused(clinic: Driver) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        clinic.open(key="k" * 256)
