"""Seal the audit trail: every minute per tenant, a digest over what was written since, chained.

Entries are inserted unchained, so that requests do not queue behind one another; `recorded_at` is
the start of the writing transaction, and no transaction of the application outlives two minutes
(`saas.db.roles.TRANSACTION_TIMEOUT`). What is older than HORIZON is therefore complete (the clocks of
worker and database agree within a minute): a change, a removal or a late insertion in a sealed range
no longer matches its seal. One seal follows each (a unique key), so that the chain cannot fork.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert

from saas.db import session
from saas.journal.models import AuditEntry, AuditSeal

HORIZON = timedelta(minutes=3)
GENESIS = "0" * 64
# A seal covers this many entries, or as many as share the last one's instant.
BATCH = 5_000

_COLUMNS = [getattr(AuditEntry, column.key) for column in AuditEntry.__table__.columns]


def seal(now: datetime) -> AuditSeal | None:
    """Seal the oldest BATCH of the entries up to *now* less HORIZON.

    Returns the seal, or None where nothing is new or another worker was first.
    """
    last = _last_seal()
    after, previous = (last.upto_at, last.digest) if last else (None, GENESIS)
    upto = _end_of_batch(after, now - HORIZON)
    entries = _entries(after, upto)
    if not entries:
        return None
    made = insert(AuditSeal).values(
        tenant_id=session.current().tenant_id,
        after_at=after,
        upto_at=upto,
        entries=len(entries),
        digest=digest(entries, previous, upto),
        previous_digest=previous,
    )
    return session.current().scalar(made.on_conflict_do_nothing().returning(AuditSeal))


def verify() -> list[str]:
    """Recompute every seal of the tenant; return a sentence for each that does not match."""
    faults, previous, after = [], GENESIS, None
    for made in session.current().scalars(select(AuditSeal).order_by(AuditSeal.upto_at)):
        entries = _entries(after, made.upto_at)
        if (made.previous_digest, made.after_at) != (previous, after):
            faults.append(f"The seal of {made.upto_at} does not follow the one before it.")
        if len(entries) != made.entries:
            faults.append(
                f"The seal of {made.upto_at} covers {made.entries} entries, {len(entries)} are there."
            )
        elif digest(entries, made.previous_digest, made.upto_at) != made.digest:
            faults.append(f"An entry before {made.upto_at} was changed after it was sealed.")
        previous, after = made.digest, made.upto_at
    return faults


def digest(entries: Iterable[Row[Any]], previous: str, upto: datetime) -> str:
    """Return the SHA-256 over *previous*, *upto* and the entries' canonical JSON, as hexadecimal."""
    total = hashlib.sha256(f"{previous} {_instant(upto)}".encode())
    for entry in entries:
        total.update(canonical(entry._asdict()))
    return total.hexdigest()


def canonical(entry: dict[str, Any]) -> bytes:
    """Return the one spelling of an entry that is sealed.

    What is NULL is left out, so that a column added later leaves the seals before it valid.
    """
    present = {name: value for name, value in entry.items() if value is not None}
    return json.dumps(present, sort_keys=True, default=_spell, separators=(",", ":")).encode()


def _spell(value: object) -> str:
    return _instant(value) if isinstance(value, datetime) else str(value)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _last_seal() -> AuditSeal | None:
    return session.current().scalars(select(AuditSeal).order_by(AuditSeal.upto_at.desc()).limit(1)).first()


def _end_of_batch(after: datetime | None, limit: datetime) -> datetime:
    """Return the instant of the BATCH-th entry after *after*, or *limit* if that is earlier."""
    query = select(AuditEntry.recorded_at).where(AuditEntry.recorded_at <= limit)
    if after is not None:
        query = query.where(AuditEntry.recorded_at > after)
    query = query.order_by(AuditEntry.recorded_at).offset(BATCH - 1).limit(1)
    return session.current().scalar(query) or limit


def _entries(after: datetime | None, upto: datetime) -> Sequence[Row[Any]]:
    query = select(*_COLUMNS).where(AuditEntry.recorded_at <= upto)
    if after is not None:
        query = query.where(AuditEntry.recorded_at > after)
    return session.current().execute(query.order_by(AuditEntry.recorded_at, AuditEntry.id)).all()
