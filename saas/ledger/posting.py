"""Post an act to the books, once; take it back by its mirror, once.

Everything a posting touches is taken in one order: the month, the entry's cause, accounts that are
opened, guarded balances by id. Two postings at once therefore wait, but never in a circle; a
transaction that posts twice may still meet another halfway, and the edge runs it again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from saas.db import session
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import ids
from saas.kernel.actors import Actor
from saas.kernel.errors import NotFound
from saas.ledger import accounts, guards, periods, rules
from saas.ledger.models import Entry, Transfer
from saas.ledger.periods import IfClosed
from saas.ledger.refusals import AlreadyReversed, PostedDifferently, ReasonMissing, ReversalStands
from saas.ledger.rules import Line, Move, Side

REVERSED = "entry.reversed"


@dataclass(frozen=True)
class Heading:
    """Why an entry is made, by whom, and the day it counts for.

    `cause` (`deposit.paid`) and `cause_id` name the act: what is posted twice for one act is posted once.
    """

    cause: str
    cause_id: UUID
    occurred_on: date
    actor: Actor
    reason: str | None = None
    if_closed: IfClosed = IfClosed.REFUSE


@dataclass(frozen=True)
class Posted:
    """An entry as it stands in the books; `is_new` is false where it stood there before."""

    id: UUID
    occurred_on: date
    is_new: bool


def post(heading: Heading, lines: Sequence[Line]) -> Posted:
    """Enter *lines* in the books under *heading*; the same act again changes nothing.

    Raises NotPostable, PeriodClosed, NotEnough, and PostedDifferently where the same act was posted
    with other lines.
    """
    rules.require_postable(lines)
    if before := find(heading.cause, heading.cause_id):
        return _again(before, lines)
    day = periods.hold_open({line.legal_entity_id for line in lines}, heading.occurred_on, heading.if_closed)
    entry_id = _begin(heading, day)
    if entry_id is None:  # another transaction did it while we waited for it
        before = find(heading.cause, heading.cause_id)
        assert before is not None
        return _again(before, lines)
    sides = accounts.ensure(_keys(lines))
    _write(entry_id, day, _moves(lines, sides), {side.id: side for side in sides.values()})
    return Posted(entry_id, day, True)


def reverse(entry_id: UUID, actor: Actor, reason: str, today: date,
            if_closed: IfClosed = IfClosed.FIRST_OPEN_DAY) -> Posted:  # fmt: skip
    """Take an entry back by its mirror, as of *today* (no earlier than the entry's own day).

    Raises NotFound, ReasonMissing, ReversalStands, AlreadyReversed, PeriodClosed, NotEnough.
    """
    entry = session.current().scalar(select(Entry).where(Entry.id == entry_id))
    if entry is None:
        raise NotFound
    if not reason.strip():
        raise ReasonMissing
    if entry.reverses_entry_id is not None:
        raise ReversalStands
    moves = [move.mirrored() for move in _moves_of(entry.id)]
    wanted = max(today, entry.occurred_on)
    day = periods.hold_open({move.legal_entity_id for move in moves}, wanted, if_closed)
    heading = Heading(REVERSED, entry.id, day, actor, reason.strip())
    reversal_id = _begin(heading, day, reverses=entry.id)
    if reversal_id is None:
        raise AlreadyReversed
    touched = {move.debit_id for move in moves} | {move.credit_id for move in moves}
    _write(reversal_id, day, moves, accounts.sides(touched))
    book.tell(EventKind.ENTRY_REVERSED, entry.id, actor, reversal_id=str(reversal_id))
    return Posted(reversal_id, day, True)


def find(cause: str, cause_id: UUID) -> Posted | None:
    """Return the entry that an act was posted as, if it was."""
    query = select(Entry.id, Entry.occurred_on).where(Entry.cause == cause, Entry.cause_id == cause_id)
    row = session.current().execute(query).first()
    return Posted(row.id, row.occurred_on, False) if row else None


def _begin(heading: Heading, day: date, reverses: UUID | None = None) -> UUID | None:
    """Write the entry's head and return its id, None where its cause stands in the books already."""
    current, actor = session.current(), heading.actor
    row = {
        "tenant_id": current.tenant_id, "id": ids.new(), "cause": heading.cause, "cause_id": heading.cause_id,
        "occurred_on": day, "actor_kind": actor.kind.value, "actor_id": actor.id, "reason": heading.reason,
        "reverses_entry_id": reverses,
    }  # fmt: skip
    return current.scalar(insert(Entry).values(row).on_conflict_do_nothing().returning(Entry.id))


def _keys(lines: Sequence[Line]) -> list[accounts.Key]:
    return [
        (line.legal_entity_id, line.amount.currency, ref)
        for line in lines
        for ref in (line.debit, line.credit)
    ]


def _moves(lines: Sequence[Line], sides: Mapping[accounts.Key, Side]) -> list[Move]:
    """Return *lines* as moves between accounts by id."""
    return [
        Move(line.legal_entity_id, line.amount.currency,
             sides[line.legal_entity_id, line.amount.currency, line.debit].id,
             sides[line.legal_entity_id, line.amount.currency, line.credit].id,
             line.amount.minor, line.location_id)
        for line in lines
    ]  # fmt: skip


def _write(entry_id: UUID, day: date, moves: Sequence[Move], sides: dict[UUID, Side]) -> None:
    """Move guarded balances and write the transfers."""
    currencies = {
        account_id: move.currency for move in moves for account_id in (move.debit_id, move.credit_id)
    }
    guards.move(rules.guarded_changes(moves, sides), currencies)
    current = session.current()
    rows: list[dict[str, Any]] = [
        {"tenant_id": current.tenant_id, "id": ids.new(), "entry_id": entry_id, "ordinal": ordinal,
         "occurred_on": day, "legal_entity_id": move.legal_entity_id, "currency": move.currency,
         "debit_account_id": move.debit_id, "credit_account_id": move.credit_id,
         "amount_minor": move.amount_minor, "location_id": move.location_id}
        for ordinal, move in enumerate(moves)
    ]  # fmt: skip
    current.execute(insert(Transfer), rows)


def _again(before: Posted, lines: Sequence[Line]) -> Posted:
    """Return what was posted before, if it is the same. PostedDifferently."""
    known = accounts.find(_keys(lines))
    if len(known) < len(set(_keys(lines))) or _moves(lines, known) != _moves_of(before.id):
        raise PostedDifferently
    return before


def _moves_of(entry_id: UUID) -> list[Move]:
    rows = session.current().scalars(
        select(Transfer).where(Transfer.entry_id == entry_id).order_by(Transfer.ordinal)
    )
    return [
        Move(
            r.legal_entity_id,
            r.currency,
            r.debit_account_id,
            r.credit_account_id,
            r.amount_minor,
            r.location_id,
        )
        for r in rows
    ]
