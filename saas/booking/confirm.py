"""Confirm a hold, once nothing is open; where a clinician decides about it, ask them instead."""

from datetime import datetime

from saas.booking import complete, deadlines, deciding, deposits, reschedule, suitable
from saas.booking.asking import Channel
from saas.credentials.vocabulary import Verdict
from saas.db import session
from saas.kernel.actors import Actor, ActorKind
from saas.kernel.errors import Conflict
from saas.kernel.text import N_
from saas.scheduling import appointments, requests
from saas.scheduling.models import Appointment
from saas.scheduling.states import State
from saas.tenancy import tenants


class PaymentRequired(Conflict):
    """The deposit has to be paid first."""

    status = 402
    code = "payment_required"
    sentence = N_("A deposit of %(deposit)s has to be paid before this is booked.")


def confirm(row: Appointment, actor: Actor, now: datetime) -> None:
    """Make the held visit certain; confirming it twice is confirming it once.

    One on request waits for a clinician's decision, and asks for no deposit.
    Raises NeedsOpen, HoldLapsed, NotForPatient, NotEligible, and PaymentRequired unless a member of staff
    answers for the deposit.
    """
    if row.state in (State.CONFIRMED, State.PENDING):
        return
    appointments.require_open(row, now)
    complete.require_all(row)
    suitable.require(row)
    if require_eligible(row) is Verdict.REVIEW:
        requests.ask(row, deadlines.decide_by(row.starts_at, now), actor, now)
        return
    deposit = None if actor.kind == ActorKind.USER or row.on_request else deposits.due(row.id)
    if deposit is not None:
        raise PaymentRequired(deposit=deposit)
    appointments.confirm(row, actor, now)


def require_eligible(row: Appointment) -> Verdict:
    """Raise NotEligible where a licence, a rule or the clinic's word changed since the time was held.

    Return REVIEW where a clinician decides.
    """
    people = deciding.people_of(row)
    if not people:
        return Verdict.ALLOW
    version = tenants.config_version(session.current().tenant_id)
    return deciding.require(row, reschedule.wish_of(row, version, Channel.STAFF), people)
