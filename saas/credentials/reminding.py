"""Which credentials end soon, and that each is told of once for each of 90, 60, 30 and 7 days before.

The nearest threshold that is due counts: whoever was not reminded in time hears once, not four times. A new last day
begins anew. Nothing is told of what is suspended or revoked, off the record, replaced, or of somebody who left.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from saas.credentials import attesting, records
from saas.credentials.circumstances import Credential, Kind
from saas.credentials.models import CredentialReminder, CredentialRow
from saas.db import session
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel.actors import SYSTEM
from saas.kernel.errors import NotFound
from saas.practice import people

THRESHOLDS = (90, 60, 30, 7)
# What somebody holds only once: a later one of these takes the place of an earlier one.
REPLACED_BY = ("person_id", "kind", "profession", "jurisdiction", "procedure", "code")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Given:
    """A reminder that was given: of which credential, about which last day, and how many days before it at most."""

    id: UUID
    credential_id: UUID
    expires_on: date
    threshold: int
    given_at: datetime


def due(days_left: int, given: Collection[int]) -> int | None:
    """Return the threshold to remind of with *days_left* days, where *given* are those reminded of already. Pure."""
    reached = [one for one in THRESHOLDS if 0 <= days_left <= one]
    nearest = min(reached, default=None)
    return None if nearest is None or any(one <= nearest for one in given) else nearest


def ending(rows: Sequence[CredentialRow], today: date, *, counts_unverified: bool) -> list[CredentialRow]:
    """Return those of the credentials that end within 90 days and that nothing takes the place of. Pure."""
    last = today + timedelta(days=THRESHOLDS[0])
    held: dict[tuple[object, ...], list[CredentialRow]] = {}
    for row in rows:
        held.setdefault(_slot(row), []).append(row)
    return [
        row for row in rows
        if row.status == "active" and row.expires_on is not None and today <= row.expires_on <= last
        and not any(_replaces(one, row, counts_unverified) for one in held[_slot(row)])
    ]  # fmt: skip


def remind(config_version: int, today: date) -> list[UUID]:
    """Note and tell the journal which reminders are due on *today*, a day of the clinic's; return their ids.

    However often it runs, and several at a time, each is told once, and what came back on the record not anew.
    """
    counts = attesting.word(config_version).policy.counts_unverified
    found = ending(_held(), today, counts_unverified=counts)
    given = of_people({row.person_id for row in found})
    new = []
    for row in found:
        assert row.expires_on is not None
        before = given.get((row.person_id, key(row), row.expires_on), ())
        threshold = due((row.expires_on - today).days, [one.threshold for one in before])
        if threshold is not None and (made := _note(row, threshold)) is not None:
            new.append(made)
    return new


def get(reminder_id: UUID) -> tuple[Given, CredentialRow]:
    """Return a reminder, and the credential as it stands now; NotFound."""
    row = session.current().scalar(select(CredentialReminder).where(CredentialReminder.id == reminder_id))
    if row is None:
        raise NotFound
    about = select(CredentialRow).where(CredentialRow.id == row.credential_id)
    return _as_given(row), session.current().scalars(about).one()


def is_true(given: Given, row: CredentialRow, today: date) -> bool:
    """Whether the credential still ends as the reminder says."""
    stands = row.archived_at is None and row.status == "active" and row.expires_on == given.expires_on
    return stands and today <= given.expires_on


def of_people(
    person_ids: Collection[UUID],
) -> dict[tuple[UUID, tuple[str, ...], date], list[Given]]:
    """Return the reminders that were given of what people hold, by whom, which and which last day; one statement."""
    found: dict[tuple[UUID, tuple[str, ...], date], list[Given]] = {}
    if not person_ids:
        return found
    query = (
        select(CredentialReminder, CredentialRow)
        .join(
            CredentialRow,
            (CredentialRow.tenant_id == CredentialReminder.tenant_id)
            & (CredentialRow.id == CredentialReminder.credential_id),
        )
        .where(CredentialRow.person_id.in_(person_ids))
        .order_by(CredentialReminder.given_at, CredentialReminder.id)
    )
    for one, row in session.current().execute(query):
        found.setdefault((row.person_id, key(row), one.expires_on), []).append(_as_given(one))
    return found


def key(held: CredentialRow | Credential) -> tuple[str, ...]:
    """Return what tells one credential of a person from another."""
    return tuple(str(getattr(held, name)) for name in records.KEY)


def _held() -> list[CredentialRow]:
    """Return what everybody holds who works here."""
    here = {one.id for one in people.list_people()}
    query = select(CredentialRow).where(CredentialRow.archived_at.is_(None)).order_by(CredentialRow.id)
    return [row for row in session.current().scalars(query) if row.person_id in here]


def _slot(row: CredentialRow) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in REPLACED_BY)


def _replaces(other: CredentialRow, row: CredentialRow, counts_unverified: bool) -> bool:
    """Whether *other* of the same sort goes on where *row* ends. Hours of training add up; none replaces another."""
    if other is row or row.kind == Kind.TRAINING or row.expires_on is None or other.status != "active":
        return False
    goes_on = other.expires_on is None or other.expires_on > row.expires_on
    begins = other.issued_on is None or other.issued_on <= row.expires_on + _DAY
    return goes_on and begins and (counts_unverified or other.verified_on is not None)


def _note(row: CredentialRow, threshold: int) -> UUID | None:
    """Note the reminder and tell of it; None where somebody else just did."""
    current = session.current()
    made: UUID | None = current.scalar(
        insert(CredentialReminder)
        .values(
            tenant_id=current.tenant_id, credential_id=row.id, expires_on=row.expires_on, threshold=threshold
        )
        .on_conflict_do_nothing()
        .returning(CredentialReminder.id)
    )
    if made is not None:
        book.tell(EventKind.CREDENTIAL_REMINDED, made, SYSTEM, credential=str(row.id), threshold=threshold)
    return made


def _as_given(row: CredentialReminder) -> Given:
    return Given(row.id, row.credential_id, row.expires_on, row.threshold, row.given_at)
