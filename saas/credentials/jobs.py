"""Jobs of credentials: who has to be reminded of what ends is found once a day."""

from zoneinfo import ZoneInfo

from saas.credentials import reminding
from saas.db import session
from saas.jobs import queue
from saas.kernel import clock
from saas.tenancy import tenants


@queue.task("credentials.remind")
def remind() -> None:
    """Note which of the clinic's credentials end soon, by the clinic's own day; whoever writes mails hears of it."""
    tenant = tenants.get(session.current().tenant_id)
    reminding.remind(tenant.config_version, clock.now().astimezone(ZoneInfo(tenant.time_zone)).date())


@queue.every("11 14 * * *", "credentials.remind_all")
def remind_all() -> None:
    """Defer every active tenant's reminders."""
    tenants.fan_out(remind)
