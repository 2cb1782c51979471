"""Jobs of booking: holds that ran out go every minute, what visitors left behind goes by night."""

from uuid import UUID

from saas.booking import pay, sweeping
from saas.db import session
from saas.jobs import queue
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import clock
from saas.payments import checkout
from saas.tenancy import tenants

# One night's work for one clinic; the rest goes the next night.
MOST_BATCHES = 40


@queue.task("booking.lapse_holds")
def lapse_holds() -> None:
    """Let the tenant's expired holds go."""
    sweeping.lapse_holds(clock.now())


@queue.task("booking.forget_visitors")
def forget_visitors() -> None:
    """Delete what visitors told who never booked, a day later."""
    now = clock.now()
    for _batch in range(MOST_BATCHES):
        if sweeping.forget_visitors(now) < sweeping.BATCH:
            return


@queue.every("* * * * *", "booking.lapse_all_holds")
def lapse_all_holds() -> None:
    """Defer the lapse of every active tenant's expired holds."""
    tenants.fan_out(lapse_holds)


@queue.every("23 7 * * *", "booking.forget_all_visitors")
def forget_all_visitors() -> None:
    """Defer every active tenant's nightly forgetting."""
    tenants.fan_out(forget_visitors)


@book.on(EventKind.PAYMENT_PAID)
@queue.task("booking.conclude")
def conclude(event_id: str, subject_id: str) -> None:
    """Let the visit whose deposit is paid be certain, or give the deposit back."""
    tenant = tenants.get(session.current().tenant_id)
    appointment_id = checkout.get(UUID(subject_id)).subject_id
    pay.conclude(appointment_id, tenant.config_version, clock.now())


@book.on(EventKind.APPOINTMENT_RELEASED)
@queue.task("booking.stop_payment")
def stop_payment(event_id: str, subject_id: str) -> None:
    """Let nobody pay for a time that was let go."""
    pay.stop(UUID(subject_id))
