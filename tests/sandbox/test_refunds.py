"""Refunds, the balance, and the shapes of what the sandbox gives."""

import typing

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from saas.sandbox import balance
from tests.sandbox.driving import DECLINED, DISPUTED, MINUTE, Driver

DAY = 86_400


@pytest.fixture
def intent(clinic: Driver) -> str:
    """A PaymentIntent over 5000 that succeeded."""
    return str(clinic.paid().payment_intent)


def test_a_refund_without_an_amount_gives_all_back(clinic: Driver, intent: str) -> None:
    refund = clinic.client().v1.refunds.create(
        {"payment_intent": intent, "reason": "requested_by_customer", "metadata": {"act": "9"}}
    )
    assert (refund.amount, refund.status, refund.currency) == (5000, "succeeded", "usd")
    charge = clinic.client().v1.charges.retrieve(str(refund.charge), {"expand": ["refunds"]})
    assert (charge.amount_refunded, charge.refunded) == (5000, True)
    assert charge.refunds
    assert [each.id for each in charge.refunds.data] == [refund.id]


def test_parts_of_a_charge_are_refunded_until_none_is_left(clinic: Driver, intent: str) -> None:
    refunds = clinic.client().v1.refunds
    (charge,) = clinic.client().v1.charges.list({"payment_intent": intent})
    refunds.create({"charge": charge.id, "amount": 2000})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        refunds.create({"charge": charge.id, "amount": 3001})
    assert (refused.value.code, refused.value.param) == ("amount_too_large", "amount")
    refunds.create({"payment_intent": intent})
    assert [each.amount for each in refunds.list({"charge": charge.id})] == [3000, 2000]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        refunds.create({"payment_intent": intent, "amount": 1})
    assert refused.value.code == "charge_already_refunded"


@pytest.mark.parametrize("amount", [0, -1, "1.5", "ten"])
def test_a_refund_of_no_amount_is_refused(clinic: Driver, intent: str, amount: int) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        clinic.client().v1.refunds.create({"payment_intent": intent, "amount": amount})
    assert (refused.value.code, refused.value.param) == ("parameter_invalid_integer", "amount")


def test_only_a_charge_that_took_money_is_refunded(clinic: Driver) -> None:
    clinic.pay(clinic.open(), DECLINED)
    (charge,) = clinic.client().v1.charges.list()
    for params in (
        {"charge": charge.id},
        {"payment_intent": charge.payment_intent},
        {"charge": "ch_none"},
        {},
    ):
        with pytest.raises(stripe.InvalidRequestError):
            clinic.client().v1.refunds.create(params)
    assert clinic.record()["refund"] == []


def test_a_refund_that_is_refused_at_its_end_leaves_nothing(clinic: Driver, intent: str) -> None:
    before = clinic.record()
    with pytest.raises(stripe.InvalidRequestError):
        clinic.client().v1.refunds.create({"payment_intent": intent, "expand": ["customer"]})
    after = clinic.record()
    for kind in ("refund", "balance_transaction", "charge", "event"):
        assert after[kind] == before[kind]


def test_a_charge_of_another_account_is_not_refunded(platform: Driver, intent: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.connected().client().v1.refunds.create({"payment_intent": intent})
    assert refused.value.code == "resource_missing"


def test_a_disputed_charge_is_not_refunded(clinic: Driver) -> None:
    session = clinic.paid(DISPUTED)
    clinic.tell("clock", advance_seconds=MINUTE)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        clinic.client().v1.refunds.create({"payment_intent": str(session.payment_intent)})
    assert refused.value.code == "charge_disputed"


def test_every_movement_is_in_the_balance(clinic: Driver, intent: str) -> None:
    refund = clinic.client().v1.refunds.create({"payment_intent": intent, "amount": 1200})
    movements = clinic.client().v1.balance_transactions
    found = [(each.type, each.amount, each.fee, each.net, each.status) for each in movements.list()]
    assert found == [("refund", -1200, 0, -1200, "pending"), ("charge", 5000, 175, 4825, "pending")]
    (one,) = movements.list({"source": refund.id, "expand": ["data.source"]})
    assert one.source
    assert not isinstance(one.source, str)
    assert one.source.id == refund.id
    clinic.tell("clock", advance_seconds=2 * DAY)
    assert {each.status for each in movements.list({"type": "charge"})} == {"available"}
    assert not movements.list({"created": {"gt": one.created + DAY}}).data


@given(st.integers(min_value=50, max_value=99_999_999))
def test_the_fee_is_rounded_half_up(amount: int) -> None:
    whole, rest = divmod(amount * 29, 1000)
    assert balance.charge_fee(amount) == whole + (rest >= 500) + 30


def test_objects_have_the_fields_that_the_library_declares(clinic: Driver) -> None:
    session = clinic.paid(DISPUTED)
    clinic.client().v1.refunds.create({"payment_intent": str(session.payment_intent), "amount": 100})
    clinic.tell("clock", advance_seconds=MINUTE)
    shapes: dict[str, typing.Any] = {
        "account": stripe.Account, "checkout.session": stripe.checkout.Session, "refund": stripe.Refund,
        "payment_intent": stripe.PaymentIntent, "charge": stripe.Charge, "dispute": stripe.Dispute,
        "balance_transaction": stripe.BalanceTransaction, "event": stripe.Event,
    }  # fmt: skip
    record = {**clinic.record(), "account": Driver(clinic.url).record()["account"]}
    for kind, shape in shapes.items():
        declared = typing.cast(dict[str, typing.Any], shape.__annotations__)
        needed = {name for name, hint in declared.items() if type(None) not in typing.get_args(hint)}
        for thing in record[kind]:
            assert thing.keys() - {"_account"} <= declared.keys(), kind
            assert needed - {"OBJECT_NAME"} <= thing.keys(), kind
        assert record[kind], kind
