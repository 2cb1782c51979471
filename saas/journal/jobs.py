"""Jobs of the journal: the seal of one tenant."""

from saas.jobs import queue
from saas.journal import sealing
from saas.kernel import clock

# After a long pause the rest follows in the next minutes, so that no transaction grows without end.
MOST_SEALS = 20


@queue.task("journal.seal")
def seal() -> None:
    """Seal what the tenant's audit trail gained since the last seal."""
    now = clock.now()
    for _number in range(MOST_SEALS):
        if sealing.seal(now) is None:
            return
