"""What runs for every tenant: each minute a seal for each that is active."""

from saas.db import session
from saas.db.settings import Urls
from saas.tenancy import jobs
from tests.db import kit
from tests.ground import make_tenant
from tests.jobs import work


def test_every_active_tenant_gets_one_waiting_seal(database: Urls) -> None:
    work.forget_all(database)
    active, closed = make_tenant(), make_tenant()
    kit.rows(database.owner, "UPDATE tenants SET status = 'closed' WHERE id = %s", [closed])
    for _minute in range(2):
        with session.scope():
            jobs.seal_journals()
    assert work.jobs(database, active) == [("journal.seal", "todo")]
    assert work.jobs(database, closed) == []
