"""Bring a row or a set of rows to what it should be, touching only what differs.

Every verb that configures the practice ends here, whether a page calls it or a folder of YAML.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from saas.db import session
from saas.db.base import Tenanted
from saas.kernel import ids

Row = TypeVar("Row", bound=Tenanted)


def put(table: type[Row], key: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[Row, bool]:
    """Find the row of *table* with *key*, or make it, and give it *values*; an archived one revives.

    Returns the row and whether anything changed.
    """
    row = session.current().scalar(select(table).filter_by(**key))
    if row is None:
        row = table(id=ids.new(), **key, **values)
        session.current().add(row)
        session.current().flush()
        return row, True
    wanted = {**values, "archived_at": None}
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    return row, bool(changed)


def put_set(table: type[Tenanted], key: Mapping[str, Any], wanted: Iterable[Mapping[str, Any]]) -> bool:
    """Make the rows of *table* with *key* exactly *wanted*; return whether anything changed."""
    current = session.current()
    missing = {tuple(sorted(values.items())) for values in wanted}
    changed = False
    for row in list(current.scalars(select(table).filter_by(**key))):
        values = _values(row, key)
        if values in missing:
            missing.remove(values)
        else:
            current.delete(row)
            changed = True
    current.flush()  # first: within one flush a new row would meet the old one that has its key
    current.add_all(table(id=ids.new(), **key, **dict(values)) for values in sorted(missing))
    current.flush()
    return changed or bool(missing)


def archive_missing(
    table: type[Any], key: Mapping[str, Any], kept: Iterable[UUID], now: datetime
) -> list[Any]:
    """Archive the rows of *table* with *key* that are not among *kept*; return those it archived."""
    kept_ids = set(kept)
    rows = session.current().scalars(select(table).filter_by(**key).where(table.archived_at.is_(None)))
    gone = [row for row in rows if row.id not in kept_ids]
    for row in gone:
        row.archived_at = now
    return gone


def _values(row: Tenanted, key: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    names = {c.key for c in row.__table__.columns} - {"tenant_id", "id", *key}
    return tuple(sorted((name, getattr(row, name)) for name in names))
