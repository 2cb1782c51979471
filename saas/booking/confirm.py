"""Confirm a hold, once nothing is open."""

from datetime import datetime

from saas.booking import complete, deposits, suitable
from saas.kernel.actors import Actor, ActorKind
from saas.kernel.errors import Conflict
from saas.kernel.text import N_
from saas.scheduling import appointments
from saas.scheduling.models import Appointment


class PaymentRequired(Conflict):
    """The deposit has to be paid first."""

    status = 402
    code = "payment_required"
    sentence = N_("A deposit of %(deposit)s has to be paid before this is booked.")


def confirm(row: Appointment, actor: Actor, now: datetime) -> None:
    """Make the held visit certain; confirming it twice is confirming it once.

    Raises NeedsOpen, HoldLapsed, NotForPatient, and PaymentRequired unless a member of staff answers for the deposit.
    """
    if row.state == "confirmed":
        return
    appointments.require_open(row, now)
    complete.require_all(row)
    suitable.require(row)
    deposit = None if actor.kind == ActorKind.USER else deposits.due(row.id)
    if deposit is not None:
        raise PaymentRequired(deposit=deposit)
    appointments.confirm(row, actor, now)
