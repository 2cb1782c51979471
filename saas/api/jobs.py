"""Jobs of the API: answers kept for repeated requests go after a day."""

from saas.api import idempotency
from saas.jobs import queue
from saas.kernel import clock
from saas.tenancy import tenants


@queue.task("api.forget_answers")
def forget_answers() -> None:
    """Delete the tenant's kept answers that are a day old."""
    idempotency.forget(clock.now())


@queue.every("43 7 * * *", "api.forget_all_answers")
def forget_all_answers() -> None:
    """Defer every active tenant's nightly forgetting."""
    tenants.fan_out(forget_answers)
