"""Pay the deposit of a held visit, and what becomes of the visit then.

The hold runs on, once, to the payment page's end. Paid in time, the visit is certain. Paid late, it is
certain too if its time can still be had; if not, the money goes back at once.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from saas.billing import quotes
from saas.booking import complete, confirm, deciding, deposits, hold, reschedule
from saas.booking.asking import Channel
from saas.booking.suitable import NotForPatient
from saas.db import session
from saas.kernel.actors import SYSTEM, Actor
from saas.kernel.errors import Conflict
from saas.kernel.text import N_
from saas.payments import checkout, refunds
from saas.payments.checkout import Wanted
from saas.payments.models import Payment
from saas.payments.rules import PaymentState, Purpose
from saas.scheduling import appointments, extending, insides
from saas.scheduling.models import Appointment
from saas.scheduling.refusals import CapReached, NotBookable, PatientBusy, SlotTaken
from saas.scheduling.states import State

TOO_LATE = N_("The time was no longer free when the payment arrived.")
GONE = (SlotTaken, CapReached, PatientBusy, NotBookable, NotForPatient)


class NothingDue(Conflict):
    """Nothing is to be paid for this before it is booked."""

    code = "nothing_due"
    sentence = N_("Nothing has to be paid for this now.")


class Outcome(StrEnum):
    """What became of a visit that was to be paid for."""

    BOOKED = "booked"
    REFUNDED = "refunded"
    WAITING = "waiting"


def begin(row: Appointment, page: str, actor: Actor, now: datetime) -> Payment:
    """Write down that the deposit is asked for, and let the hold run to the payment page's end.

    *page* is the address to come back to. Raises HoldLapsed, NeedsOpen, NothingDue, AlreadyPaid,
    PageClosing, NotConnected. The row is locked; the page itself is opened by `open_page`.
    """
    appointments.require_open(row, now)
    complete.require_all(row)
    deposit = None if row.on_request else quotes.find_deposit(row.id)
    if deposit is None:
        raise NothingDue
    payment = checkout.prepare(Wanted(
        Purpose.DEPOSIT, row.id, deposit.amount, deposit.legal_entity_id, deposit.location_id, page,
        may_open=row.extended_at is None,
    ), actor, now)  # fmt: skip
    extending.extend(row, payment.expires_at, now)
    return payment


def open_page(payment: Payment, now: datetime) -> str:
    """Return the address of the payment page; commits what was done so far. Unanswered, StripeRefused."""
    return checkout.open_page(payment, now).url or payment.page


def find_out(appointment_id: UUID, config_version: int, now: datetime) -> Outcome:
    """Ask Stripe whether the deposit is paid, and conclude. Commits what was done so far. Unanswered."""
    payment = deposits.find(appointment_id)
    if payment is not None and payment.state != PaymentState.PAID:
        checkout.find_out(payment.id, now)
    return conclude(appointment_id, config_version, now)


def conclude(appointment_id: UUID, config_version: int, now: datetime) -> Outcome:
    """Let a visit whose deposit is paid be certain, or give the deposit back; again changes nothing."""
    row = appointments.get(appointment_id, lock=True)
    payment = deposits.find(row.id)
    if payment is None or payment.state != PaymentState.PAID:
        return Outcome.WAITING
    if row.state == State.CONFIRMED or _make_certain(row, config_version, now):
        return Outcome.BOOKED
    left = refunds.left(payment)
    if left and row.state not in (State.CANCELLED, State.NO_SHOW):
        refunds.ask(payment.id, left, TOO_LATE, SYSTEM, now)
    return Outcome.REFUNDED


def stop(appointment_id: UUID) -> None:
    """Let nobody pay for a hold that was let go: its payment page is ended by a job."""
    checkout.close(Purpose.DEPOSIT, appointment_id)


def _make_certain(row: Appointment, config_version: int, now: datetime) -> bool:
    """Confirm a hold that runs, or take its time anew where it ran out; a hold let go stays so."""
    if row.state not in (State.HELD, State.LAPSED) or row.starts_at <= now:
        return False
    try:
        with session.current().begin_nested():
            if row.state == State.HELD and row.held_until is not None and row.held_until > now:
                confirm.confirm(row, SYSTEM, now)
            else:
                _revive(row, config_version, now)
    except GONE:
        session.current().refresh(row)
        return False
    return True


def _revive(row: Appointment, config_version: int, now: datetime) -> None:
    for _attempt in range(hold.ATTEMPTS):
        wish = reschedule.wish_of(row, config_version, Channel.STAFF)
        try:
            with session.current().begin_nested():
                placement, demand, window = hold.place(wish, row.starts_at, now, ignoring=row)
                extending.revive(row, demand, placement, window, SYSTEM, now)
                insides.rewrite(row, hold.parts_of(wish, placement))
                deciding.keep(row, wish, placement, now)
                return
        except hold.Restart as moved:
            config_version = moved.config_version
    raise SlotTaken
