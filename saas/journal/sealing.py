"""Seal the audit trail: every minute per tenant, a digest over what was written since, chained.

Entries are inserted unchained, so that requests do not queue behind one another; `recorded_at` is
the start of the writing transaction, and no transaction of the application outlives two minutes
(`saas.db.roles.TRANSACTION_TIMEOUT`). What is older than HORIZON is therefore complete: a change,
a removal or a late insertion in a sealed range no longer matches its seal.
"""

import hashlib
import json
from datetime import datetime, timedelta

from sqlalchemy import select

from saas.db import session
from saas.journal.models import AuditEntry, AuditSeal

HORIZON = timedelta(minutes=3)
GENESIS = "0" * 64


def seal(now: datetime) -> AuditSeal | None:
    """Seal the entries up to *now* less HORIZON; return the seal, or None if there is nothing new."""
    last = _last_seal()
    after, upto = (last.upto_at if last else None), now - HORIZON
    entries = _entries(after, upto)
    if not entries:
        return None
    previous = last.digest if last else GENESIS
    made = AuditSeal(after_at=after, upto_at=upto, entries=len(entries),
                     digest=digest(entries, previous), previous_digest=previous)  # fmt: skip
    session.current().add(made)
    return made


def verify() -> list[str]:
    """Recompute every seal of the tenant; return a sentence for each that does not match."""
    faults, previous, after = [], GENESIS, None
    for made in session.current().scalars(select(AuditSeal).order_by(AuditSeal.upto_at)):
        entries = _entries(after, made.upto_at)
        if made.previous_digest != previous:
            faults.append(f"The seal of {made.upto_at} does not follow the one before it.")
        if len(entries) != made.entries:
            faults.append(
                f"The seal of {made.upto_at} covers {made.entries} entries, {len(entries)} are there."
            )
        elif digest(entries, made.previous_digest) != made.digest:
            faults.append(f"An entry before {made.upto_at} was changed after it was sealed.")
        previous, after = made.digest, made.upto_at
    return faults


def digest(entries: list[AuditEntry], previous: str) -> str:
    """Return the SHA-256 over *previous* and the entries' canonical JSON, as hexadecimal."""
    total = hashlib.sha256(previous.encode())
    for entry in entries:
        total.update(_canonical(entry))
    return total.hexdigest()


def _canonical(entry: AuditEntry) -> bytes:
    columns = {c.key: getattr(entry, c.key) for c in AuditEntry.__table__.columns}
    columns["recorded_at"] = entry.recorded_at.timestamp()
    return json.dumps(columns, sort_keys=True, default=str, separators=(",", ":")).encode()


def _last_seal() -> AuditSeal | None:
    return session.current().scalars(select(AuditSeal).order_by(AuditSeal.upto_at.desc()).limit(1)).first()


def _entries(after: datetime | None, upto: datetime) -> list[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.recorded_at <= upto)
    if after is not None:
        query = query.where(AuditEntry.recorded_at > after)
    return list(session.current().scalars(query.order_by(AuditEntry.recorded_at, AuditEntry.id)))
