"""Balance transactions: every movement of an account's money, with the fee that Stripe would keep."""

from dataclasses import dataclass

from saas.sandbox import acts, typed
from saas.sandbox.acts import Act, Thing

# 2.9 % and 30 minor units, as for cards of the country: https://stripe.com/pricing
FEE_PER_MILLE, FEE_FIXED = 29, 30
DISPUTE_FEE = 1500
DAYS_UNTIL_AVAILABLE = 2
A_DAY = 86_400
CATEGORIES = {"adjustment": "dispute"}
DESCRIPTIONS = {"charge": "Stripe processing fees", "adjustment": "Dispute fee"}


@dataclass(frozen=True)
class Movement:
    """What moves: its kind, signed amount and fee in minor units."""

    kind: str
    amount: int
    fee: int = 0


def charge_fee(amount: int) -> int:
    """Return the fee for a charge, rounded half up."""
    return (amount * FEE_PER_MILLE + 500) // 1000 + FEE_FIXED


def post(act: Act, source: Thing, movement: Movement) -> Thing:
    """Keep a movement of the account's balance; *source* is the charge, refund or dispute behind it."""
    kind, fee, currency = movement.kind, movement.fee, source["currency"]
    detail = {"amount": fee, "application": None, "currency": currency, "description": DESCRIPTIONS.get(kind),
              "type": "stripe_fee"}  # fmt: skip
    return act.save(typed.nulls("BalanceTransaction") | {
        "id": acts.new_id("txn"), "object": "balance_transaction", "amount": movement.amount, "fee": fee,
        "net": movement.amount - fee, "currency": currency, "type": kind, "source": source["id"],
        "fee_details": [detail] if fee else [], "reporting_category": CATEGORIES.get(kind, kind),
        "status": "pending", "created": act.now, "available_on": act.now + DAYS_UNTIL_AVAILABLE * A_DAY,
        "balance_type": "payments", "description": source.get("description"),
    })  # fmt: skip
