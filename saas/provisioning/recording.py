"""What was applied, saved and rolled back to: recorded file by file, and read again as of any version.

A version's files are, file by file, the newest row up to it; they carry ids, as an export does.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from saas.db import session
from saas.identity.models import User
from saas.kernel import ids
from saas.kernel.actors import Actor
from saas.kernel.errors import NotFound
from saas.kernel.text import N_
from saas.provisioning.canonical import Form
from saas.provisioning.models import ConfigurationFile, ConfigurationRow

MOST = 100


class Kind(StrEnum):
    """Whence a version came."""

    FILES = "files"
    PAGE = "page"
    ROLLBACK = "rollback"


class UnknownVersion(NotFound):
    """No configuration was recorded under this number."""

    code = "unknown_configuration"
    sentence = N_("There is no configuration of version %(version)s.")


@dataclass(frozen=True)
class Record:
    """How a version came about; `back_to` is where a rollback went, `reason` why promises were broken."""

    version: int
    kind: Kind = Kind.FILES
    fingerprint: str = ""
    reason: str | None = None
    back_to: int | None = None


@dataclass(frozen=True)
class Entry:
    """A recorded version: when, by whom (a name, "" for the system), how many files it changed."""

    record: Record
    recorded_at: datetime
    by: str
    files: int


def record(entry: Record, after: Form, actor: Actor, last: Form | None = None) -> None:
    """Record that the configuration is *after* from this version on; *last* is what was recorded last."""
    current = session.current()
    before = at() if last is None else last
    row = ConfigurationRow(
        id=ids.new(), version=entry.version, kind=entry.kind.value, actor_kind=actor.kind, actor_id=actor.id,
        fingerprint=entry.fingerprint, reason=entry.reason, back_to=entry.back_to,
    )  # fmt: skip
    current.add(row)
    current.flush()
    current.add_all(
        ConfigurationFile(
            id=ids.new(), configuration_id=row.id, version=entry.version, file=file, data=after.get(file)
        )
        for file in sorted(before.keys() | after.keys())
        if before.get(file) != after.get(file)
    )
    current.flush()


def at(version: int | None = None) -> Form:
    """Return the files as of *version*, as recorded last without one; empty where nothing was recorded."""
    query = select(ConfigurationFile.file, ConfigurationFile.data)
    if version is not None:
        query = query.where(ConfigurationFile.version <= version)
    newest = query.ext(distinct_on(ConfigurationFile.file)).order_by(
        ConfigurationFile.file, ConfigurationFile.version.desc()
    )
    return {file: data for file, data in session.current().execute(newest) if data is not None}


def require(version: int) -> Form:
    """Return the files as of a recorded version; UnknownVersion."""
    found = select(ConfigurationRow.id).where(ConfigurationRow.version == version)
    if session.current().scalar(found) is None:
        raise UnknownVersion(version=version)
    return at(version)


def last_applied() -> tuple[int | None, bool]:
    """Return the version applied from files, or rolled back to, last (None: none was), and whether it is the last."""
    newest = func.max(ConfigurationRow.version)
    applied = newest.filter(ConfigurationRow.kind != Kind.PAGE.value)
    row = session.current().execute(select(applied, newest)).one()
    return row[0], row[0] == row[1]


def editors_since(version: int) -> dict[str, str]:
    """Return by file the name of whoever saved it on a page last since *version*."""
    query = (
        select(ConfigurationFile.file, User.name)
        .join(ConfigurationRow, (ConfigurationRow.tenant_id == ConfigurationFile.tenant_id)
              & (ConfigurationRow.id == ConfigurationFile.configuration_id))
        .join(User, (User.tenant_id == ConfigurationRow.tenant_id) & (User.id == ConfigurationRow.actor_id))
        .where(ConfigurationRow.kind == Kind.PAGE.value, ConfigurationRow.version > version)
        .order_by(ConfigurationRow.version)
    )  # fmt: skip
    return {row.file: row.name for row in session.current().execute(query)}


def history() -> list[Entry]:
    """Return the newest versions, the last one first."""
    current = session.current()
    rows = current.scalars(
        select(ConfigurationRow).order_by(ConfigurationRow.version.desc()).limit(MOST)
    ).all()
    names: dict[UUID | None, str] = {
        user.id: user.name
        for user in current.scalars(
            select(User).where(User.id.in_({row.actor_id for row in rows if row.actor_id}))
        )
    }
    counted = (
        select(ConfigurationFile.configuration_id, func.count())
        .where(ConfigurationFile.configuration_id.in_([row.id for row in rows]))
        .group_by(ConfigurationFile.configuration_id)
    )
    files = {row[0]: row[1] for row in current.execute(counted)}
    return [
        Entry(Record(row.version, Kind(row.kind), row.fingerprint, row.reason, row.back_to), row.recorded_at,
              names.get(row.actor_id, ""), files.get(row.id, 0))
        for row in rows
    ]  # fmt: skip


def digest(said: Any) -> str:
    """Return a digest of plain data, whatever the order of its keys."""
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
