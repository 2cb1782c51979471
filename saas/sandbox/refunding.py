"""Refunds: of a whole charge or of parts, never of more than is left. The fee stays with Stripe."""

from typing import Any

from saas.sandbox import acts, balance, metadata, news, refusals, typed
from saas.sandbox.acts import Act, Thing
from saas.sandbox.balance import Movement


def create(act: Act, params: dict[str, Any]) -> Thing:
    """Give back a charge, or an amount of it."""
    metadata.require_fit(params)
    charge = _charge(act, params)
    amount = _amount(charge, params)
    refund: Thing = typed.nulls("Refund") | {
        "id": acts.new_id("re"), "object": "refund", "amount": amount, "created": act.now,
        "charge": charge["id"], "payment_intent": charge["payment_intent"], "currency": charge["currency"],
        "metadata": params.get("metadata", {}), "reason": params.get("reason"), "status": "succeeded",
        "destination_details": {"card": {"type": "refund"}, "type": "card"},
    }  # fmt: skip
    refund["balance_transaction"] = balance.post(act, refund, Movement("refund", -amount))["id"]
    before = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    news.tell(act, "refund.created", act.save(refund))
    news.tell(act, "charge.refunded", act.save(charge), before)
    return refund


def _charge(act: Act, params: dict[str, Any]) -> Thing:
    """Return the charge that is meant. Raises Refusal where it is unknown, or took no money."""
    if "payment_intent" in params:
        intent = act.get("payment_intent", params["payment_intent"], "payment_intent")
        if (
            intent["status"] != "succeeded"
            or params.get("charge", intent["latest_charge"]) != intent["latest_charge"]
        ):
            raise refusals.Refusal(
                "This PaymentIntent has no such successful charge.", code="payment_intent_unexpected_state"
            )
        return act.get("charge", intent["latest_charge"])
    if "charge" not in params:
        raise refusals.missing("payment_intent")
    charge = act.get("charge", params["charge"], "charge")
    if not charge["paid"]:
        raise refusals.Refusal("This charge took no money.", code="charge_not_refundable")
    return charge


def _amount(charge: Thing, params: dict[str, Any]) -> int:
    left = charge["amount"] - charge["amount_refunded"]
    amount: int = params.get("amount", left)
    if charge["disputed"]:
        raise refusals.Refusal("This charge is disputed.", code="charge_disputed")
    if left == 0:
        raise refusals.Refusal("This charge is refunded already.", code="charge_already_refunded")
    if amount < 1:
        raise refusals.wrong("amount", "at least 1", "parameter_invalid_integer")
    if amount > left:
        raise refusals.Refusal(
            f"The refund of {amount} is more than the {left} that is left.",
            code="amount_too_large",
            param="amount",
        )
    return amount
