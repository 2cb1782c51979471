"""Bring a row or a set of rows to what it should be, touching only what differs.

Every verb that configures the practice ends here, whether a page calls it or a folder of YAML.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
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
    found = select(table).filter_by(**key).order_by(*newest_first(table)).limit(1)
    row = session.current().scalar(found)
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
    missing = {_said(values): values for values in wanted}
    changed = False
    for row in list(current.scalars(select(table).filter_by(**key))):
        if missing.pop(_said(_values(row, key)), None) is None:
            current.delete(row)
            changed = True
    current.flush()  # first: within one flush a new row would meet the old one that has its key
    current.add_all(table(id=ids.new(), **key, **values) for _, values in sorted(missing.items()))
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


def newest_first(table: type[Any]) -> tuple[Any, ...]:
    """Return the order in which what is in use comes first, and then what was archived last."""
    return (table.archived_at.desc().nulls_first(), table.id.desc())


def bring(
    table: type[Any], wanted: Mapping[UUID, Mapping[str, Any]], gone: Iterable[UUID], now: datetime,
    fresh: Collection[UUID] = (),
) -> None:  # fmt: skip
    """Give the rows of *table* with the ids in *wanted* its values, make those that are missing, and archive *gone*.

    An archived row revives. Slugs may pass from one row to another, or be swapped. What is *fresh* is known to be
    missing, and not asked for.
    """
    current, gone_ids = session.current(), set(gone)
    if not wanted and not gone_ids:
        return
    asked = {*wanted, *gone_ids} - set(fresh)
    found = current.scalars(select(table).where(table.id.in_(asked))) if asked else ()
    rows = {row.id: row for row in found}
    for row_id in gone_ids & rows.keys():
        rows[row_id].archived_at = now
    renamed = [row for row in rows.values() if row.slug != wanted.get(row.id, {}).get("slug", row.slug)]
    for row in renamed:
        row.slug = str(row.id)
    if gone_ids or renamed:
        current.flush()  # first: within one flush a new row would meet the old one that has its slug
    for row_id, values in wanted.items():
        _give(table, rows.get(row_id), row_id, values)
    current.flush()


def _give(table: type[Any], row: Any, row_id: UUID, values: Mapping[str, Any]) -> None:
    if row is None:
        session.current().add(table(id=row_id, **values))
        return
    for name, value in {**values, "archived_at": None}.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def bring_sets(
    table: type[Tenanted], column: str, wanted: Mapping[UUID, Sequence[Mapping[str, Any]]],
    fresh: Collection[UUID] = (),
) -> None:  # fmt: skip
    """Make the rows of *table* that hang on each owner (by *column*) exactly those in *wanted*.

    On *fresh* owners nothing hangs yet, and nothing is asked for.
    """
    if not wanted:
        return
    current = session.current()
    missing = {owner: {_said(values): values for values in rows} for owner, rows in wanted.items()}
    asked = wanted.keys() - set(fresh)
    for row in list(current.scalars(select(table).where(getattr(table, column).in_(asked)))) if asked else ():
        owner = getattr(row, column)
        if missing[owner].pop(_said(_values(row, {column: owner})), None) is None:
            current.delete(row)
    current.flush()  # first: within one flush a new row would meet the old one that has its key
    current.add_all(
        table(id=ids.new(), **{column: owner}, **values)
        for owner, rows in missing.items()
        for _, values in sorted(rows.items())
    )
    current.flush()


def _values(row: Tenanted, key: Mapping[str, Any]) -> dict[str, Any]:
    names = {c.key for c in row.__table__.columns} - {"tenant_id", "id", *key}
    return {name: getattr(row, name) for name in names}


def _said(values: Mapping[str, Any]) -> str:
    """Return *values* as text by which they compare, whatever the order of their keys."""
    return json.dumps(values, sort_keys=True, default=_plain)


def _plain(value: object) -> str:
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
