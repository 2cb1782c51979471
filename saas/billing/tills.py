"""Take a payment at the desk: cash, or a card at the clinic's own terminal.

It is for a bill, and never more than what is due. The appointment's row is locked, so two who take at once
take one after the other.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from saas.billing import bills, visits
from saas.billing.models import Bill, DeskPayment
from saas.billing.refusals import MoreThanDue, NotAnAmount, NotBilled, TakenDifferently
from saas.billing.rules import Tender
from saas.billing.visits import Visit
from saas.db import session
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel.actors import Actor
from saas.kernel.money import Money
from saas.ledger import posting
from saas.ledger.chart import Code, Ref
from saas.ledger.periods import IfClosed
from saas.ledger.posting import Heading
from saas.ledger.rules import Line
from saas.scheduling import appointments

CAUSE = "desk_payment.taken"


def take(payment_id: UUID, appointment_id: UUID, amount: Money, tender: Tender, actor: Actor,
         now: datetime) -> DeskPayment:  # fmt: skip
    """Note that *amount* was taken for the visit's bill, and post it.

    *payment_id* comes from the form: the same one sent twice is one payment. Raises NotFound, NotBilled,
    NotAnAmount, MoreThanDue, CurrencyMismatch, TakenDifferently.
    """
    visit = visits.of(appointments.get(appointment_id, lock=True))
    bill = bills.find(appointment_id)
    if bill is None:
        raise NotBilled
    if before := _find(payment_id):
        return _again(before, bill, amount, tender)
    _require_due(appointment_id, amount)
    row = DeskPayment(
        id=payment_id, bill_id=bill.id, currency=amount.currency, amount_minor=amount.minor, tender=tender.value,
        taken_at=now, actor_kind=actor.kind, actor_id=actor.id,
    )  # fmt: skip
    session.current().add(row)
    session.current().flush()
    _post(row, bill, visit, actor, now)
    book.tell(EventKind.DESK_PAYMENT_TAKEN, row.id, actor, appointment_id=str(appointment_id))
    return row


def _find(payment_id: UUID) -> DeskPayment | None:
    return session.current().scalar(select(DeskPayment).where(DeskPayment.id == payment_id))


def _again(before: DeskPayment, bill: Bill, amount: Money, tender: Tender) -> DeskPayment:
    """Return what was taken before, if it is the same. TakenDifferently."""
    kept = (before.bill_id, before.amount_minor, before.currency, before.tender)
    if kept != (bill.id, amount.minor, amount.currency, tender):
        raise TakenDifferently
    return before


def _require_due(appointment_id: UUID, amount: Money) -> None:
    stands = bills.standing(appointment_id)
    assert stands is not None
    if amount <= Money.zero(stands.total.currency):
        raise NotAnAmount
    if amount > stands.due:
        raise MoreThanDue(due=stands.due)


def _post(row: DeskPayment, bill: Bill, visit: Visit, actor: Actor, now: datetime) -> None:
    heading = Heading(CAUSE, row.id, visit.today(now), actor, if_closed=IfClosed.FIRST_OPEN_DAY)
    amount = Money(row.amount_minor, row.currency)
    owed = Ref(Code.RECEIVABLE, bill.patient_id)
    posting.post(heading, [Line(bill.legal_entity_id, Ref(Code.BANK), owed, amount, bill.location_id)])
