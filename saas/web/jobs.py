"""Jobs of the web kit: counters of rate limits whose window has ended go every hour."""

from saas.jobs import queue
from saas.web import throttle


@queue.every("11 * * * *", "web.sweep_limits")
def sweep_limits() -> None:
    """Delete the counters whose window has ended; they belong to no tenant."""
    throttle.sweep()
