"""Note that nobody came, and take it back within the day.

A visit counts as not come from its start on, or as many minutes later as its policy said when it was booked. Its
time stays taken: it is over, or nearly so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from saas.billing import bills, no_shows, quotes, visits
from saas.billing.no_shows import Charge
from saas.catalogue import policies
from saas.kernel.actors import Actor
from saas.kernel.errors import Conflict
from saas.kernel.text import N_
from saas.scheduling import appointments
from saas.scheduling.models import Appointment
from saas.scheduling.states import State


class NotYetMissed(Conflict):
    """The visit has not begun, or still waits for a patient who is late."""

    code = "no_show_too_early"
    sentence = N_("It is too early to say that nobody came: the visit waits until then.")


class PatientCame(Conflict):
    """Somebody noted that the patient is here."""

    code = "patient_came"
    sentence = N_("This patient is checked in. Take that back first, if they did not come after all.")


class NoShowStands(Conflict):
    """It is another day, and what was noted stands."""

    code = "no_show_stands"
    sentence = N_("That nobody came can be taken back on the same day only.")


@dataclass(frozen=True)
class Consequences:
    """From when on the visit counts as not come, and what that costs; no charge where nothing is charged for it."""

    counts_from: datetime
    charge: Charge | None


def consequences(row: Appointment) -> Consequences:
    """Return what noting that nobody came would do."""
    quoted = quotes.find(row.id)
    charge = no_shows.consequences(quoted, bills.held(quoted)) if quoted else None
    return Consequences(counts_from(row), charge)


def counts_from(row: Appointment) -> datetime:
    """Return the instant from which on the visit counts as not come."""
    late = policies.read_snapshot(row.policy).late_arrival
    return row.starts_at + timedelta(minutes=late.no_show_after_minutes if late else 0)


def may_note(row: Appointment, now: datetime) -> bool:
    """Whether it can be said now that nobody came."""
    is_expected = row.kind == "visit" and row.state == State.CONFIRMED and row.checked_in_at is None
    return is_expected and now >= counts_from(row)


def may_undo(row: Appointment, now: datetime) -> bool:
    """Whether it is still the day on which it was noted, where the visit is."""
    if row.state != State.NO_SHOW or row.missed_at is None:
        return False
    visit = visits.of(row)
    return visit.today(row.missed_at) == visit.today(now)


def note(row: Appointment, actor: Actor, now: datetime, waive_reason: str | None = None,
         version: int | None = None) -> Charge | None:  # fmt: skip
    """Note that nobody came and settle what was paid; the row is locked by the caller. Noted twice is noted once.

    Returns what was kept and what goes back. OldVersion, MoveRefused, PatientCame,
    NotYetMissed, AlreadyBilled, WaiverUnexplained.
    """
    if row.state == State.NO_SHOW:
        return None
    if version is not None:
        appointments.require_version(row, version)
    if row.checked_in_at is not None:
        raise PatientCame
    if now < counts_from(row):
        raise NotYetMissed
    visit = visits.of(row)
    appointments.miss(row, actor, now)
    assert row.missed_id is not None
    return no_shows.settle(visit, row.missed_id, actor, now, waive_reason)


def undo(row: Appointment, actor: Actor, now: datetime) -> None:
    """Take back, on the same day, that nobody came: the fee is held as a deposit again. NoShowStands, MoveRefused."""
    if row.state == State.NO_SHOW and not may_undo(row, now):
        raise NoShowStands
    appointments.unmiss(row, actor)
    assert row.missed_id is not None
    no_shows.take_back(visits.of(row), row.missed_id, actor, now)
