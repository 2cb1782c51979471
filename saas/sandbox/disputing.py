"""Disputes: the bank takes a charge back, with a fee, some time after it succeeded."""

from saas.sandbox import acts, balance, news, typed
from saas.sandbox.acts import Act, Thing
from saas.sandbox.balance import DISPUTE_FEE, Movement

DAYS_TO_ANSWER = 9


def open_for(act: Act, charge: Thing) -> None:
    """Open a dispute about what is left of a charge; nothing left, nothing disputed."""
    amount = charge["amount"] - charge["amount_refunded"]
    if amount == 0:
        return
    dispute: Thing = typed.nulls("Dispute") | {
        "id": acts.new_id("du"), "object": "dispute", "amount": amount, "charge": charge["id"],
        "payment_intent": charge["payment_intent"], "created": act.now, "currency": charge["currency"],
        "enhanced_eligibility_types": [], "evidence": {}, "is_charge_refundable": False, "livemode": False,
        "evidence_details": {"due_by": act.now + DAYS_TO_ANSWER * balance.A_DAY, "has_evidence": False,
                             "past_due": False, "submission_count": 0},
        "metadata": {}, "reason": "fraudulent", "status": "needs_response",
    }  # fmt: skip
    movement = balance.post(act, dispute, Movement("adjustment", -amount, DISPUTE_FEE))
    dispute["balance_transactions"] = [movement]
    act.save(charge | {"disputed": True})
    news.tell(act, "charge.dispute.created", act.save(dispute))
    news.tell(act, "charge.dispute.funds_withdrawn", dispute)
