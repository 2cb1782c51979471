"""From an entry's cause, and from what an account is about, back to the visit it was for."""

from uuid import UUID

from sqlalchemy import Select, select

from saas.billing.models import Bill, DeskPayment, TaxSettlement
from saas.db import session
from saas.ledger.chart import Subject
from saas.payments.models import Dispute, Payment, Refund
from saas.scheduling.models import Appointment

_BILL = select(Bill.appointment_id)
_AT_DESK = _BILL.join(
    DeskPayment, (DeskPayment.tenant_id == Bill.tenant_id) & (DeskPayment.bill_id == Bill.id)
)
_PAYMENT = select(Payment.subject_id)
_REFUND = _PAYMENT.join(Refund, (Refund.tenant_id == Payment.tenant_id) & (Refund.payment_id == Payment.id))
_DISPUTE = _PAYMENT.join(
    Dispute, (Dispute.tenant_id == Payment.tenant_id) & (Dispute.payment_id == Payment.id)
)


def visit_of_cause(cause: str, cause_id: UUID) -> UUID | None:
    """Return the visit for which an entry was made; None where it was for none that is known."""
    query = _by_cause(cause, cause_id)
    return session.current().scalar(query) if query is not None else None


def visit_of_subject(about: Subject | None, subject_id: UUID) -> UUID | None:
    """Return the visit that what an account is about belongs to, or None."""
    if about is Subject.APPOINTMENT:
        return subject_id
    if about is Subject.CHARGE:
        return session.current().scalar(_PAYMENT.where(Payment.id == subject_id))
    if about is Subject.DISPUTE:
        return session.current().scalar(_DISPUTE.where(Dispute.id == subject_id))
    return None


def _by_cause(cause: str, cause_id: UUID) -> Select[UUID] | None:
    known = {
        "bill.issued": _BILL.where(Bill.id == cause_id),
        "cancellation.charged": select(Appointment.id).where(Appointment.id == cause_id),
        "bill.tax_settled": _BILL.join(
            TaxSettlement, (TaxSettlement.tenant_id == Bill.tenant_id) & (TaxSettlement.bill_id == Bill.id)
        ).where(TaxSettlement.id == cause_id),
        "no_show.charged": select(Appointment.id).where(Appointment.missed_id == cause_id),
        "desk_payment.taken": _AT_DESK.where(DeskPayment.id == cause_id),
        "payment.paid": _PAYMENT.where(Payment.id == cause_id),
        "payment.fee": _PAYMENT.where(Payment.id == cause_id),
        "refund.asked": _REFUND.where(Refund.id == cause_id),
    }
    if cause in ("dispute.opened", "dispute.lost", "dispute.won"):
        return _DISPUTE.where(Dispute.id == cause_id)
    return known.get(cause)
