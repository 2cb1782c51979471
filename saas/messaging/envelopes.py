"""What every mail bears, whoever it is for: from whom, to whom, since when, and that a program wrote it."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from uuid import UUID

from saas.db import session
from saas.kernel.tenants import Tenant
from saas.messaging.settings import Settings
from saas.tenancy import tenants


@dataclass(frozen=True)
class Sender:
    """The clinic that writes, and the host that its links are built from."""

    tenant: Tenant
    host: str

    @property
    def language(self) -> str:
        """The clinic's first language."""
        spoken = self.tenant.profile.get("languages")
        return str(spoken[0]) if isinstance(spoken, list) and spoken else "en"


def sender() -> Sender:
    """Return the clinic of this session as one that writes."""
    tenant_id = session.current().tenant_id
    return Sender(tenants.get(tenant_id), tenants.primary_host(tenant_id))


def begin(message_id: UUID, to: str, by: Sender, settings: Settings, now: datetime) -> EmailMessage:
    """Return a mail without subject and text. Its Message-ID is the message's own, so that a copy is told as such."""
    mail = EmailMessage()
    mail["From"] = formataddr((by.tenant.name, settings.sender or by.tenant.email or f"no-reply@{by.host}"))
    mail["To"] = to
    if by.tenant.email:
        mail["Reply-To"] = by.tenant.email
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message_id}@{by.host}>"
    mail["Auto-Submitted"] = "auto-generated"
    return mail
