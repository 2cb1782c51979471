"""Confirm a hold, once nothing is open."""

from datetime import datetime

from saas.booking import complete, deciding, deposits, reschedule, suitable
from saas.booking.asking import Channel
from saas.db import session
from saas.kernel.actors import Actor, ActorKind
from saas.kernel.errors import Conflict
from saas.kernel.text import N_
from saas.scheduling import appointments
from saas.scheduling.models import Appointment
from saas.tenancy import tenants


class PaymentRequired(Conflict):
    """The deposit has to be paid first."""

    status = 402
    code = "payment_required"
    sentence = N_("A deposit of %(deposit)s has to be paid before this is booked.")


def confirm(row: Appointment, actor: Actor, now: datetime) -> None:
    """Make the held visit certain; confirming it twice is confirming it once.

    Raises NeedsOpen, HoldLapsed, NotForPatient, NotEligible, and PaymentRequired unless a member of staff answers
    for the deposit.
    """
    if row.state == "confirmed":
        return
    appointments.require_open(row, now)
    complete.require_all(row)
    suitable.require(row)
    require_eligible(row)
    deposit = None if actor.kind == ActorKind.USER else deposits.due(row.id)
    if deposit is not None:
        raise PaymentRequired(deposit=deposit)
    appointments.confirm(row, actor, now)


def require_eligible(row: Appointment) -> None:
    """Raise NotEligible where a licence, a rule or the clinic's word changed since the time was held."""
    people = deciding.people_of(row)
    if people:
        version = tenants.config_version(session.current().tenant_id)
        deciding.require(row, reschedule.wish_of(row, version, Channel.STAFF), people)
