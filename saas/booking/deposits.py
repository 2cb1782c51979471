"""The deposit of a visit: whether it has to be paid before the visit is certain."""

from uuid import UUID

from saas.billing import quotes
from saas.kernel.money import Money
from saas.payments import checkout
from saas.payments.models import Payment
from saas.payments.rules import PaymentState, Purpose


def due(appointment_id: UUID) -> Money | None:
    """Return the deposit that is still to be paid; None where none is asked for, or it is paid."""
    deposit = quotes.find_deposit(appointment_id)
    if deposit is None:
        return None
    payment = find(appointment_id)
    return None if payment is not None and payment.state == PaymentState.PAID else deposit.amount


def find(appointment_id: UUID) -> Payment | None:
    """Return the visit's deposit as far as it was asked for and not closed, with its row locked."""
    return checkout.find_live(Purpose.DEPOSIT, appointment_id)
