"""Months in the books of a legal entity. Posting holds the month's row shared, closing takes it alone:
so no entry slips into a month while it is being closed.
"""

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from saas.db import session
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import ids
from saas.kernel.actors import Actor
from saas.ledger.models import Period
from saas.ledger.refusals import PeriodClosed, PeriodNotOver


class IfClosed(StrEnum):
    """What becomes of an entry whose month is closed."""

    REFUSE = "refuse"
    FIRST_OPEN_DAY = "first_open_day"


def hold_open(legal_entity_ids: Collection[UUID], day: date, if_closed: IfClosed) -> date:
    """Return the day that counts, its month held open in all these books until the transaction ends.

    That is *day*, or where its month is closed the first open day after it. PeriodClosed.
    """
    while not _hold(legal_entity_ids, _month(day)):
        if if_closed is IfClosed.REFUSE:
            raise PeriodClosed(month=f"{day:%Y-%m}")
        day = _after(_month(day))
    return day


def close(legal_entity_id: UUID, month: date, today: date, actor: Actor) -> bool:
    """Close the books of the month that *month* lies in, for good; return whether they were open.

    *today* is the entity's own day. PeriodNotOver.
    """
    month = _month(month)
    if _after(month) > today:
        raise PeriodNotOver(month=f"{month:%Y-%m}")
    _ensure([legal_entity_id], month)
    mine = (Period.legal_entity_id == legal_entity_id, Period.month == month)
    period_id, closed_at = (
        session.current().execute(select(Period.id, Period.closed_at).where(*mine).with_for_update()).one()
    )
    if closed_at is not None:
        return False
    # Not the transaction's beginning: whoever posted while we waited for the row came before this.
    closing = update(Period).where(*mine).values(closed_at=func.clock_timestamp())
    session.current().execute(closing, execution_options={"synchronize_session": False})
    book.tell(
        EventKind.PERIOD_CLOSED,
        period_id,
        actor,
        legal_entity_id=str(legal_entity_id),
        month=f"{month:%Y-%m}",
    )
    return True


def is_closed(legal_entity_id: UUID, day: date) -> bool:
    """Whether the month of *day* is closed."""
    query = select(Period.closed_at).where(
        Period.legal_entity_id == legal_entity_id, Period.month == _month(day)
    )
    return session.current().scalar(query) is not None


def _hold(legal_entity_ids: Collection[UUID], month: date) -> bool:
    """Hold the month shared in all these books; return whether it is open in every one."""
    held = _share(legal_entity_ids, month)
    if len(held) < len(set(legal_entity_ids)):
        _ensure(legal_entity_ids, month)
        held = _share(legal_entity_ids, month)
    return all(is_open for is_open in held)


def _share(legal_entity_ids: Collection[UUID], month: date) -> list[bool]:
    query = select(Period.closed_at.is_(None)).where(
        Period.legal_entity_id.in_(legal_entity_ids), Period.month == month
    )
    return list(session.current().scalars(query.order_by(Period.legal_entity_id).with_for_update(read=True)))


def _ensure(legal_entity_ids: Collection[UUID], month: date) -> None:
    current = session.current()
    rows = [
        {"tenant_id": current.tenant_id, "id": ids.new(), "legal_entity_id": entity_id, "month": month}
        for entity_id in sorted(set(legal_entity_ids))
    ]
    current.execute(insert(Period).on_conflict_do_nothing(), rows)


def _month(day: date) -> date:
    return day.replace(day=1)


def _after(month: date) -> date:
    return _month(month + timedelta(days=31))
