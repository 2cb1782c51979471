"""What was paid for a visit, what goes back of it, and the books."""

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from saas.api import describing, idempotency
from saas.api.door import CONFLICT, MONEY, Body, Day, Money, Query, blueprint
from saas.kernel import clock
from saas.kernel.money import Money as Amount
from saas.kernel.permissions import Permission
from saas.ledger import trial
from saas.payments import checkout, refunds
from saas.payments.models import Payment, Refund
from saas.practice import places
from saas.web import edge
from saas.web.access import permit


class PaymentPath(BaseModel):
    """Which payment."""

    payment_id: UUID


class VisitPath(BaseModel):
    """Which visit or hold."""

    appointment_id: UUID


class RefundBody(BaseModel):
    """Money that goes back to the card."""

    id: UUID
    state: str = Field(description="asked, done or failed")
    amount: Money
    reason: str


class PaymentBody(BaseModel):
    """A payment, and what goes back of it; `left` is what may still go back."""

    id: UUID
    purpose: str = Field(examples=["deposit"])
    state: str = Field(description="opening, open, closing, closed or paid")
    amount: Money
    left: Money
    refunds: list[RefundBody]


class PaymentList(BaseModel):
    """What was asked for a visit, oldest first."""

    payments: list[PaymentBody]


class NewRefund(Body):
    """How much goes back, in the payment's currency, and why."""

    amount_minor: int = Field(examples=[5000])
    currency: str = Field(examples=["USD"], pattern="^[A-Z]{3}$")
    reason: str = Field(max_length=500)


class BalanceQuery(Query):
    """As of which day."""

    as_of: Day | None = Field(None, description="The end of this day; today where left out")


class AccountBody(BaseModel):
    """What an account of the chart, or one location's, came to: debits less credits."""

    code: str = Field(examples=["deposits"])
    legal_entity: str
    balance: Money


class TrialBalance(BaseModel):
    """Every account of every legal entity; each one's add up to nothing, by currency."""

    as_of: date
    accounts: list[AccountBody]


@blueprint.get("/appointments/<uuid:appointment_id>/payments", tags=[MONEY], responses={200: PaymentList})
@permit(Permission.BILL_READ)
def list_payments(path: VisitPath) -> Any:
    """List what was asked and paid online for a visit."""
    return {"payments": [_payment(row) for row in checkout.list_for(path.appointment_id)]}


@blueprint.post("/payments/<uuid:payment_id>/refunds", tags=[MONEY], responses={201: RefundBody, **CONFLICT})
@permit(Permission.PAYMENT_REFUND)
@idempotency.once
def give_back(path: PaymentPath, body: NewRefund) -> Any:
    """Give back what was paid, or a part: 422 `refund_refused` for nothing, too much, or another currency."""
    amount = Amount(body.amount_minor, body.currency)
    return _refund(refunds.ask(path.payment_id, amount, body.reason, edge.actor(), clock.now())), 201


@blueprint.get("/ledger/trial-balance", tags=[MONEY], responses={200: TrialBalance})
@permit(Permission.LEDGER_READ)
def read_trial_balance(query: BalanceQuery) -> Any:
    """Say what every account came to at the end of a day."""
    as_of = query.as_of or clock.now().astimezone(ZoneInfo(edge.tenant().time_zone)).date()
    names = places.entity_names()
    return {"as_of": as_of.isoformat(), "accounts": [
        {"code": line.code.value, "legal_entity": names[entity],
         "balance": describing.money(Amount(line.balance_minor, currency))}
        for entity, currency in trial.books() for line in trial.balance(entity, currency, as_of)
    ]}  # fmt: skip


def _payment(row: Payment) -> dict[str, Any]:
    return {
        "id": str(row.id), "purpose": row.purpose, "state": row.state,
        "amount": describing.money(Amount(row.amount_minor, row.currency)),
        "left": describing.money(refunds.left(row)),
        "refunds": [_refund(back) for back in refunds.list_for(row.id)],
    }  # fmt: skip


def _refund(row: Refund) -> dict[str, Any]:
    amount = describing.money(Amount(row.amount_minor, row.currency))
    return {"id": str(row.id), "state": row.state, "amount": amount, "reason": row.reason}
