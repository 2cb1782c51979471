"""The books of the demo: what its history cost is promised, billed and paid, a day at a time, by the worker.

Most pay at the clinic's terminal, some in cash, and a few have not paid yet; who does follows from the visit's id.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from saas.billing import bills, quotes, tills, visits
from saas.billing.rules import Tender
from saas.booking import promising, reschedule
from saas.booking.asking import Channel
from saas.catalogue import offerings
from saas.db import session
from saas.kernel.actors import SYSTEM
from saas.scheduling.models import Appointment
from saas.scheduling.states import State
from saas.tenancy import tenants

DAYS_BEHIND, DAYS_AHEAD = 21, 27
# Of a hundred visits: the first so many have not paid, the next paid in cash.
OWING, IN_CASH = 4, 22


def days(today: date) -> Iterable[date]:
    """Return the days in the order in which they are written: yesterday, back in time, then ahead."""
    behind = (today - timedelta(days=n) for n in range(1, DAYS_BEHIND + 1))
    ahead = (today + timedelta(days=n) for n in range(DAYS_AHEAD + 1))
    return (*behind, *ahead)


def write_day(day: date, now: datetime) -> int:
    """Promise the day's visits, and settle those that are over; return how many cost anything."""
    version = tenants.config_version(session.current().tenant_id)
    priced = {one.version_id for one in offerings.list_current(version).values() if one.prices}
    rows = [row for row in _visits_on(day) if row.offering_version_id in priced]
    known = quotes.find_many([row.id for row in rows])
    return sum(_write(row, version, now) for row in rows if row.id not in known)


def _visits_on(day: date) -> list[Appointment]:
    """Return the visits of a day, wherever they are."""
    first, last = f"{day.isoformat()}T00:00", f"{day.isoformat()}T23:59"
    begins = datetime.fromisoformat(f"{day.isoformat()}T00:00+00:00")
    query = select(Appointment).where(
        Appointment.starts_at >= begins - timedelta(days=1), Appointment.starts_at < begins + timedelta(days=2),
        Appointment.wall_start.between(first, last), Appointment.kind == "visit",
        Appointment.state == State.CONFIRMED, Appointment.patient_id.is_not(None),
    )  # fmt: skip
    return list(session.current().scalars(query.order_by(Appointment.starts_at, Appointment.id)))


def _write(row: Appointment, version: int, now: datetime) -> bool:
    promising.promise(row, reschedule.wish_of(row, version, Channel.STAFF))
    stands = bills.standing(row.id)
    if stands is None or row.ends_at > now or stands.is_for_review:
        return stands is not None
    bills.issue(visits.of(row), SYSTEM, row.ends_at)
    lot = row.id.int % 100
    if lot >= OWING:
        tender = Tender.CASH if lot < IN_CASH else Tender.CARD_TERMINAL
        tills.take(_payment_id(row.id), row.id, stands.total, tender, SYSTEM, row.ends_at)
    return True


def _payment_id(appointment_id: UUID) -> UUID:
    """Return an id of its own for the visit's payment."""
    return UUID(int=appointment_id.int ^ 1)
