"""What a change would mean for what is booked already: nothing is touched, but some could no longer be moved.

Every visit to come of the offering, or with it as an add-on, is asked as *Why not 10:15?* is: could it begin
when it does, in its new form, as if it were not there itself? Only what would have been possible in its old
form counts. So many visits a page, because each takes a search of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from saas.booking import explaining, reschedule
from saas.booking.asking import Channel, Wish
from saas.catalogue.contents import Offering
from saas.db import session
from saas.kernel.errors import Invalid, Reason
from saas.scheduling.models import Appointment, AppointmentAddOn
from saas.scheduling.states import State

PAGE = 50


@dataclass(frozen=True)
class Misfit:
    """A visit that would not fit any more if it were moved to the new version, and why."""

    row: Appointment
    reason: Reason


@dataclass(frozen=True)
class Consequences:
    """How many visits and holds keep what they were promised, and which visits of one page would not fit.

    `first` and `last` count the visits looked at, from 1, by time.
    """

    booked: int
    held: int
    misfits: Sequence[Misfit]
    first: int
    last: int

    @property
    def is_last(self) -> bool:
        """Whether no visit comes after those looked at."""
        return self.last >= self.booked


def count(offering_id: UUID, now: datetime) -> tuple[int, int]:
    """Return how many visits of the offering are to come, and how many holds of it run."""
    coming = select(func.count()).where(*_coming(offering_id, now))
    held = select(func.count()).where(
        _has(offering_id), Appointment.state == State.HELD, Appointment.held_until > now
    )
    current = session.current()
    return current.scalar(coming) or 0, current.scalar(held) or 0


def look(after: Offering, config_version: int, now: datetime, page: int = 0) -> Consequences:
    """Return what it would mean that the offering said *after*; *page* counts from 0."""
    booked, held = count(after.id, now)
    skipped = max(0, min(page, (booked - 1) // PAGE)) * PAGE
    query = select(Appointment).where(*_coming(after.id, now))
    ordered = query.order_by(Appointment.starts_at, Appointment.id).offset(skipped).limit(PAGE)
    rows = list(session.current().scalars(ordered))
    found = [
        Misfit(row, reason)
        for row in rows
        if (reason := _misfit(row, after, config_version, now)) is not None
    ]
    return Consequences(booked, held, found, skipped + bool(rows), skipped + len(rows))


def _coming(offering_id: UUID, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        _has(offering_id), Appointment.kind == "visit", Appointment.state == State.CONFIRMED,
        Appointment.starts_at > now,
    )  # fmt: skip


def _has(offering_id: UUID) -> ColumnElement[bool]:
    with_it = select(AppointmentAddOn.appointment_id).where(AppointmentAddOn.offering_id == offering_id)
    return or_(Appointment.offering_id == offering_id, Appointment.id.in_(with_it))


def _misfit(row: Appointment, after: Offering, config_version: int, now: datetime) -> Reason | None:
    """Return why the visit would not fit in its new form; None where it would, or did not in its old one."""
    try:
        asked = reschedule.wish_of(row, config_version, Channel.STAFF)
    except (KeyError, Invalid):  # its place is out of use: it cannot be moved in any form
        return None
    reason = _refusal(_with(asked, after), row, now)
    return reason if reason and not _refusal(asked, row, now) else None


def _with(asked: Wish, after: Offering) -> Wish:
    added = tuple(after if one.id == after.id else one for one in asked.add_ons)
    return replace(asked, offering=after if asked.offering.id == after.id else asked.offering, add_ons=added)


def _refusal(asked: Wish, row: Appointment, now: datetime) -> Reason | None:
    try:
        found = explaining.explain(asked, row.starts_at, now, ignoring=row.id)
    except Invalid as error:  # its add-ons do not go with it any more
        return Reason(error.code, error.message, error.params)
    return found[0] if found else None
