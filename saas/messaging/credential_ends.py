"""What the mail says of a credential that ends: whose and which it is, when it ends, and who is booked past that."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from saas.booking import unfit
from saas.credentials import naming, reminding
from saas.credentials.models import CredentialRow
from saas.db import session
from saas.identity import roles
from saas.kernel.permissions import Permission
from saas.kernel.text import N_
from saas.messaging import rendering
from saas.messaging.envelopes import Sender
from saas.messaging.rendering import Letter
from saas.messaging.settings import Settings
from saas.practice.models import Person

BOARD = "/staff/practice/expiries"
SUBJECT = N_("%(name)s: %(what)s ends on %(day)s")
TODAY = N_("%(name)s: %(what)s ends today")


def write(
    reminder_id: UUID, held: Collection[str], by: Sender, settings: Settings, now: datetime
) -> Letter | None:
    """Return what a reminder says to somebody with the roles *held*; None where the credential no longer ends so."""
    given, row = reminding.get(reminder_id)
    today = now.astimezone(ZoneInfo(by.tenant.time_zone)).date()
    person = session.current().scalars(select(Person).where(Person.id == row.person_id)).one()
    if person.archived_at is not None or not reminding.is_true(given, row, today):
        return None
    says = _says(row, person.name, given.expires_on, today, by)
    booked = unfit.beyond(person.id, given.expires_on, row.jurisdiction, by.tenant.config_version, now)
    may_open = roles.may(held, Permission.PRACTICE_READ)
    subject = rendering.translations(by.language).gettext(SUBJECT if given.expires_on > today else TODAY)
    return Letter(subject % says, {
        **says, "booked": booked.visits, "stranded": booked.unfit,
        "board": settings.url(by.host, BOARD) if may_open else "",
    })  # fmt: skip


def _says(row: CredentialRow, name: str, ends: date, today: date, by: Sender) -> dict[str, object]:
    translate = rendering.translations(by.language).gettext
    return {
        "name": name, "what": naming.credential(row, translate), "number": row.number,
        "where": naming.jurisdiction(row.jurisdiction) if row.jurisdiction else "",
        "day": rendering.day(ends, by.language), "left": (ends - today).days,
    }  # fmt: skip
