"""What people hold: put on the record and read. A record is never lost: each state of it is kept."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from saas.credentials.circumstances import Credential, Kind, Status
from saas.credentials.models import CredentialChange, CredentialRow
from saas.db import session, versioned
from saas.kernel import clock, ids

# What tells one credential of a person from another; the rest is how it stands.
KEY = ("kind", "profession", "jurisdiction", "procedure", "code", "number")
STANDING = (
    "issued_on", "expires_on", "hours", "sessions", "exam", "status", "verified_by", "verified_on", "verified_how",
)  # fmt: skip
_USUAL: Mapping[str, Any] = {
    "profession": "", "jurisdiction": "", "procedure": "", "code": "", "number": "", "issued_on": None,
    "expires_on": None, "hours": {}, "sessions": 0, "exam": False, "status": "active", "verified_by": "",
    "verified_on": None, "verified_how": "",
}  # fmt: skip


def put(person_id: UUID, wanted: Sequence[Mapping[str, Any]]) -> bool:
    """Make what a person holds exactly *wanted* (columns of the table); whether anything changed.

    What is no longer held is archived. Nothing tells two alike credentials apart: the last of them counts.
    """
    return put_all({person_id: wanted})


def put_all(wanted: Mapping[UUID, Sequence[Mapping[str, Any]]]) -> bool:
    """Do so for several people, by id."""
    if not wanted:
        return False
    current = session.current()
    held = CredentialRow.person_id.in_(wanted), CredentialRow.archived_at.is_(None)
    rows = {
        (row.person_id, *_key(_values(row))): row
        for row in current.scalars(select(CredentialRow).where(*held))
    }
    new = {
        (person_id, *_key(values)): values
        for person_id, listed in wanted.items() for values in ({**_USUAL, **one} for one in listed)
    }  # fmt: skip
    changed = [_bring(key[0], rows.get(key), values) for key, values in new.items()
               if key not in rows or _values(rows[key]) != values]  # fmt: skip
    gone = [_archived(row) for key, row in rows.items() if key not in new]
    current.flush()
    current.add_all(_change(row) for row in (*changed, *gone))
    current.flush()
    return bool(changed or gone)


def everybody(config_version: int) -> Mapping[UUID, tuple[Credential, ...]]:
    """Return what each person holds, by id."""
    return versioned.read("credentials", config_version, _load)


def list_held(person_id: UUID) -> list[CredentialRow]:
    """Return what a person holds as it is on the record, what ends first first."""
    query = select(CredentialRow).where(
        CredentialRow.person_id == person_id, CredentialRow.archived_at.is_(None)
    )
    ends = (CredentialRow.expires_on.nulls_last(), CredentialRow.issued_on.nulls_last(), CredentialRow.id)
    return list(session.current().scalars(query.order_by(*ends)))


def list_changes(credential_id: UUID) -> list[CredentialChange]:
    """Return how a credential stood, oldest first."""
    query = select(CredentialChange).where(CredentialChange.credential_id == credential_id)
    return list(session.current().scalars(query.order_by(CredentialChange.at, CredentialChange.id)))


def _bring(person_id: UUID, row: CredentialRow | None, values: Mapping[str, Any]) -> CredentialRow:
    if row is None:
        row = CredentialRow(id=ids.new(), person_id=person_id, **values)
        session.current().add(row)
    for name in STANDING:
        setattr(row, name, values[name])
    return row


def _archived(row: CredentialRow) -> CredentialRow:
    row.archived_at = clock.now()
    return row


def _change(row: CredentialRow) -> CredentialChange:
    content = {name: str(value) if isinstance(value, date) else value for name, value in _values(row).items()}
    is_archived = row.archived_at is not None
    return CredentialChange(id=ids.new(), credential_id=row.id, content=content, is_archived=is_archived)


def _values(row: CredentialRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (*KEY, *STANDING)}


def _key(values: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(values[name] for name in KEY)


def _load() -> Mapping[UUID, tuple[Credential, ...]]:
    found: dict[UUID, tuple[Credential, ...]] = {}
    columns = [getattr(CredentialRow, name) for name in ("person_id", *KEY, *STANDING)]
    query = select(*columns).where(CredentialRow.archived_at.is_(None)).order_by(CredentialRow.id)
    for row in session.current().execute(query):
        found[row.person_id] = (*found.get(row.person_id, ()), read(row._asdict()))
    return found


def read(values: Mapping[str, Any]) -> Credential:
    """Return the credential that columns' *values* say."""
    texts = {name: values[name] for name in KEY[1:]}
    return Credential(
        Kind(values["kind"]), **texts, issued_on=values["issued_on"], expires_on=values["expires_on"],
        hours=dict(values["hours"]), sessions=values["sessions"], exam=values["exam"],
        status=Status(values["status"]), is_verified=values["verified_on"] is not None,
    )  # fmt: skip
