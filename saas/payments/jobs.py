"""Jobs of payments: whatever was asked of Stripe and not answered is asked again, until it is known."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from saas.jobs import queue
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import clock
from saas.payments import checkout, inbox, reconcile, refunds
from saas.payments.models import Payment
from saas.payments.rules import RefundState
from saas.payments.stripe_gateway import StripeRefused, Unanswered
from saas.tenancy import tenants

SOON, SLOWEST = 20, 600
# A page that Stripe should have ended is asked about until Stripe says so; then by night.
GIVE_UP = timedelta(hours=24)
log = structlog.get_logger()


def pause(since: datetime, now: datetime) -> int:
    """Return the seconds until one asks again: twenty, then ever more, as what is asked for grows older."""
    return max(SOON, min(SLOWEST, int((now - since).total_seconds()) // 2))


@queue.task("payments.resume")
def resume(payment_id: str) -> None:
    """Find out how a payment stands, and come back while that is not final."""
    try:
        checkout.resume(UUID(payment_id), clock.now())
    except (StripeRefused, Unanswered) as error:
        log.info("a payment is asked about again", payment=payment_id, error=str(error))
    row, now = checkout.get(UUID(payment_id)), clock.now()
    if not checkout.is_final(row) and now - row.created_at < GIVE_UP:
        later(row, now)


@book.on(EventKind.PAYMENT_OPENED)
@queue.task("payments.watch")
def watch(event_id: str, subject_id: str) -> None:
    """Look after a payment from the moment it is asked for."""
    later(checkout.get(UUID(subject_id)), clock.now())


def later(row: Payment, now: datetime) -> None:
    """Let the payment be asked about again in a while."""
    resume.defer(schedule_in={"seconds": pause(row.created_at, now)}, payment_id=row.id)


@book.on(EventKind.PAYMENT_STOPPED)
@queue.task("payments.end_page")
def end_page(event_id: str, subject_id: str) -> None:
    """End the page of a payment that is not wanted any more, at once."""
    resume(payment_id=subject_id)


@queue.task("payments.take_in")
def take_in(type: str, account: str, object_id: str) -> None:
    """Look at what an event told of; an object that Stripe does not show the account is nobody's."""
    try:
        inbox.look(type, account, object_id, clock.now())
    except StripeRefused as refused:
        log.warning("an event's object is not shown", object=object_id, why=refused.why)


@book.on(EventKind.REFUND_ASKED)
@queue.task("payments.send_refund")
def send_refund(event_id: str, subject_id: str) -> None:
    """Ask Stripe for a refund at once."""
    resume_refund(refund_id=subject_id)


@queue.task("payments.resume_refund")
def resume_refund(refund_id: str) -> None:
    """Ask Stripe for a refund, and come back while its end is not known."""
    now = clock.now()
    try:
        state = refunds.send(UUID(refund_id), now)
    except (StripeRefused, Unanswered):
        state = RefundState.ASKED
    row = refunds.get(UUID(refund_id))
    if state is RefundState.ASKED and clock.now() - row.created_at < GIVE_UP:
        wait = {"seconds": pause(row.created_at, clock.now())}
        resume_refund.defer(schedule_in=wait, refund_id=refund_id)


@queue.task("payments.reconcile")
def reconcile_tenant() -> None:
    """Explain every movement of the tenant's accounts, and ask after what waits."""
    reconcile.run(clock.now())


@queue.every("41 6 * * *", "payments.reconcile_all")
def reconcile_all() -> None:
    """Defer every active tenant's nightly reconciliation."""
    tenants.fan_out(reconcile_tenant)
