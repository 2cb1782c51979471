"""Jobs of tenancy: what runs for every tenant fans out from here."""

from saas.jobs import queue
from saas.journal import jobs as journal_jobs
from saas.tenancy import tenants


@queue.every("* * * * *", "tenancy.seal_journals")
def seal_journals() -> None:
    """Defer the seal of every active tenant's audit trail."""
    tenants.fan_out(journal_jobs.seal)
