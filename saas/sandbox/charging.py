"""What a card does to a checkout session: a PaymentIntent, its charges, and the news of them.

A session is charged once at most: whoever comes second finds it complete.
"""

from enum import StrEnum
from typing import Any

from saas.sandbox import acts, balance, news, typed
from saas.sandbox.acts import Act, Thing
from saas.sandbox.balance import Movement
from saas.sandbox.cards import Card, Fate

DISPUTE_AFTER_SECONDS = 60


class Outcome(StrEnum):
    """What became of an attempt to pay."""

    PAID = "paid"
    DECLINED = "declined"
    SECURE = "secure"
    GONE = "gone"


def attempt(act: Act, session: Thing, card: Card) -> Outcome:
    """Try a card on a session."""
    if session["status"] != "open":
        return Outcome.GONE
    intent = _intent_of(act, session)
    if card.fate is Fate.SECURED:
        return _ask_bank(act, intent, card)
    if card.fate is Fate.DECLINED:
        return _decline(act, intent, card)
    return _pay(act, session, intent, card)


def answer_bank(act: Act, session: Thing, *, approved: bool) -> Outcome:
    """Go on after the bank's own page; nothing waits there unless a card asked for it."""
    intent = act.find("payment_intent", session["payment_intent"] or "")
    if session["status"] != "open" or intent is None or intent["status"] != "requires_action":
        return Outcome.GONE
    card = Card(**intent["_card"])
    if approved:
        return _pay(act, session, intent, card)
    error = _error("payment_intent_authentication_failure", "The bank could not confirm that it is you.")
    _fail(act, intent, error)
    return Outcome.DECLINED


def cancel(act: Act, intent_id: str) -> None:
    """Cancel the PaymentIntent of a session that ended unpaid."""
    intent = act.find("payment_intent", intent_id)
    if intent is not None:
        intent |= {"status": "canceled", "canceled_at": act.now, "cancellation_reason": "expired",
                   "next_action": None}  # fmt: skip
        news.tell(act, "payment_intent.canceled", act.save(intent))


def _intent_of(act: Act, session: Thing) -> Thing:
    """Return the session's PaymentIntent; like Stripe's, it is made when someone first tries to pay."""
    if session["payment_intent"]:
        return act.get("payment_intent", session["payment_intent"])
    wanted = session["_intent"]
    identifier = acts.new_id("pi")
    intent = act.save(typed.nulls("PaymentIntent") | {
        "id": identifier, "object": "payment_intent", "amount": session["amount_total"],
        "amount_capturable": 0, "amount_received": 0, "capture_method": "automatic_async",
        "confirmation_method": "automatic", "created": act.now, "currency": session["currency"],
        "livemode": False, "payment_method_types": ["card"], "status": "requires_payment_method",
        "client_secret": acts.new_id(f"{identifier}_secret"), "metadata": wanted.get("metadata", {}),
        "description": wanted.get("description"), "receipt_email": wanted.get("receipt_email"),
        "statement_descriptor": wanted.get("statement_descriptor"),
        "statement_descriptor_suffix": wanted.get("statement_descriptor_suffix"),
    })  # fmt: skip
    act.save(session | {"payment_intent": intent["id"]})
    news.tell(act, "payment_intent.created", intent)
    return intent


def _ask_bank(act: Act, intent: Thing, card: Card) -> Outcome:
    intent |= {"status": "requires_action", "_card": vars(card), "payment_method": acts.new_id("pm"),
               "next_action": {"type": "use_stripe_sdk", "use_stripe_sdk": {}}}  # fmt: skip
    news.tell(act, "payment_intent.requires_action", act.save(intent))
    return Outcome.SECURE


def _decline(act: Act, intent: Thing, card: Card) -> Outcome:
    charge = _charge(act, intent, card, paid=False)
    error = _error("card_declined", "The card was declined.") | {
        "charge": charge["id"], "decline_code": "generic_decline"
    }  # fmt: skip
    intent["latest_charge"] = charge["id"]
    news.tell(act, "charge.failed", charge)
    _fail(act, intent, error)
    return Outcome.DECLINED


def _fail(act: Act, intent: Thing, error: Thing) -> None:
    intent |= {"status": "requires_payment_method", "last_payment_error": error, "next_action": None,
               "payment_method": None}  # fmt: skip
    news.tell(act, "payment_intent.payment_failed", act.save(intent))


def _error(code: str, message: str) -> Thing:
    return {"type": "card_error", "code": code, "message": message}


def _pay(act: Act, session: Thing, intent: Thing, card: Card) -> Outcome:
    charge = _charge(act, intent, card, paid=True)
    intent |= {"status": "succeeded", "amount_received": intent["amount"], "latest_charge": charge["id"],
               "payment_method": charge["payment_method"], "next_action": None, "last_payment_error": None}  # fmt: skip
    details = dict.fromkeys(("address", "business_name", "individual_name", "name", "phone"))
    session |= {"status": "complete", "payment_status": "paid", "url": None, "payment_intent": intent["id"],
                "customer_details": details | {"email": session["customer_email"], "tax_exempt": "none",
                                               "tax_ids": []}}  # fmt: skip
    # Its movement is booked a moment after the charge: the first event shows none yet.
    news.tell(act, "charge.succeeded", charge)
    news.tell(act, "payment_intent.succeeded", act.save(intent))
    news.tell(act, "checkout.session.completed", act.save(session))
    movement = Movement("charge", charge["amount"], balance.charge_fee(charge["amount"]))
    charge["balance_transaction"] = balance.post(act, charge, movement)["id"]
    news.tell(act, "charge.updated", act.save(charge), {"balance_transaction": None})
    if card.fate is Fate.DISPUTED:
        act.set_alarm(charge, "dispute", act.now + DISPUTE_AFTER_SECONDS)
    return Outcome.PAID


def _charge(act: Act, intent: Thing, card: Card, *, paid: bool) -> Thing:
    copied = ("amount", "currency", "description", "metadata", "receipt_email", "statement_descriptor",
              "statement_descriptor_suffix")  # fmt: skip
    reply = "approved_by_network" if paid else "declined_by_network"
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return act.save(typed.nulls("Charge") | {name: intent[name] for name in copied} | {
        "id": acts.new_id("ch"), "object": "charge", "created": act.now, "livemode": False,
        "amount_captured": intent["amount"] if paid else 0, "amount_refunded": 0, "captured": paid,
        "billing_details": {"address": address, "email": None, "name": None, "phone": None, "tax_id": None},
        "disputed": False, "paid": paid, "refunded": False, "status": "succeeded" if paid else "failed",
        "payment_intent": intent["id"], "payment_method": intent["payment_method"] or acts.new_id("pm"),
        "payment_method_details": {"type": "card", "card": _shown(card)},
        "failure_code": None if paid else "card_declined",
        "failure_message": None if paid else "The card was declined.",
        "fraud_details": {}, "outcome": {"network_status": reply, "risk_level": "normal",
                                         "type": "authorized" if paid else "issuer_declined",
                                         "reason": None if paid else "generic_decline"},
    })  # fmt: skip


def _shown(card: Card) -> dict[str, Any]:
    return {"brand": "visa", "country": "US", "exp_month": card.month, "exp_year": card.year,
            "funding": "credit", "last4": card.number[-4:], "network": "visa", "wallet": None}  # fmt: skip
