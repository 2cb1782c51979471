"""Jobs of the journal: the seal of one tenant."""

from saas.jobs import queue
from saas.journal import sealing
from saas.kernel import clock


@queue.task("journal.seal")
def seal() -> None:
    """Seal what the tenant's audit trail gained since the last seal."""
    sealing.seal(clock.now())
