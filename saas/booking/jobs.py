"""Jobs of booking: holds that ran out go every minute, what visitors left behind goes by night."""

from saas.booking import sweeping
from saas.jobs import queue
from saas.kernel import clock
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
