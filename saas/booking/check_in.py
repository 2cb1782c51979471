"""Say that a patient is here, and take it back: on the day of the visit, where it is, at most four hours ahead.

Checked in twice is checked in once. The visit stays confirmed; who said it and when is in its history.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from saas.billing import bills
from saas.booking import clearing, suitable, unfit
from saas.kernel.actors import Actor
from saas.kernel.errors import Conflict
from saas.kernel.text import N_
from saas.scheduling import appointments, arriving
from saas.scheduling.models import Appointment
from saas.scheduling.states import State

HOURS_AHEAD = 4


class CheckInTooEarly(Conflict):
    """It is another day, or long before the visit."""

    code = "check_in_too_early"
    sentence = N_("A patient is checked in on the day of the visit, from %(hours)s hours before it begins.")


class CheckInTooLate(Conflict):
    """The day of the visit is over."""

    code = "check_in_too_late"
    sentence = N_("The day of this visit is over, so that who came can no longer be changed.")


class VisitBilled(Conflict):
    """There is a bill for the visit, so its patient was here."""

    code = "already_billed"
    sentence = N_("This visit is billed, so its patient was here.")


class Expected(Protocol):
    """What tells whether a visit's patient can be checked in."""

    @property
    def kind(self) -> str:
        """The visit's kind."""

    @property
    def state(self) -> str:
        """Where the visit stands."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""

    @property
    def time_zone(self) -> str:
        """The location's zone."""

    @property
    def checked_in_at(self) -> datetime | None:
        """Since when its patient is here."""


def times(starts_at: datetime, zone: str) -> tuple[datetime, datetime]:
    """Return from when until when the patient of a visit can be checked in."""
    local = ZoneInfo(zone)
    day = starts_at.astimezone(local).date()
    midnight, next_one = (datetime.combine(d, time(), local) for d in (day, day + timedelta(days=1)))
    ahead = starts_at.astimezone(UTC) - timedelta(hours=HOURS_AHEAD)
    return max(midnight.astimezone(UTC), ahead), next_one.astimezone(UTC)


def may(visit: Expected, now: datetime) -> bool:
    """Whether its patient can be checked in now."""
    return visit.checked_in_at is None and _is_its_time(visit, now)


def may_undo(visit: Expected, now: datetime) -> bool:
    """Whether it can be taken back now, as long as there is no bill."""
    return visit.checked_in_at is not None and _is_its_time(visit, now)


def check_in(
    row: Appointment, config_version: int, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Note that the patient is here; the visit's row is locked by the caller.

    OldVersion, MoveRefused, CheckInTooEarly, CheckInTooLate; NotEligible where somebody may no longer perform their
    part on that day, with who is free instead; NotForPatient where the patient is younger than a device's label says,
    and nobody answers for that; ClearanceMissing where an examination has to come first and the visit does not begin
    with it.
    """
    if version is not None:
        appointments.require_version(row, version)
    if row.state == State.CONFIRMED and row.checked_in_at is not None:
        return
    _require_its_time(row, now)
    if row.state == State.CONFIRMED:
        unfit.require_none(row, config_version, now)
        suitable.require_label(row, config_version)
        clearing.require_arrival(row, config_version)
    arriving.arrive(row, actor, now)


def undo(row: Appointment, actor: Actor, now: datetime, version: int | None = None) -> None:
    """Take back that the patient is here. OldVersion, VisitBilled, CheckInTooLate."""
    if version is not None:
        appointments.require_version(row, version)
    if row.checked_in_at is None:
        return
    if bills.find(row.id) is not None:
        raise VisitBilled
    _require_its_time(row, now)
    arriving.leave(row, actor)


def _is_its_time(visit: Expected, now: datetime) -> bool:
    begins, ends = times(visit.starts_at, visit.time_zone)
    return visit.kind == "visit" and visit.state == State.CONFIRMED and begins <= now < ends


def _require_its_time(row: Appointment, now: datetime) -> None:
    begins, ends = times(row.starts_at, row.time_zone)
    if now < begins:
        raise CheckInTooEarly(hours=HOURS_AHEAD)
    if now >= ends:
        raise CheckInTooLate
