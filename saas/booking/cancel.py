"""Call a visit off, and say beforehand what that does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from saas.billing import bills, cancelling, quotes, visits
from saas.booking import reschedule
from saas.kernel.actors import Actor
from saas.kernel.money import Money
from saas.kernel.text import N_
from saas.scheduling import appointments
from saas.scheduling.models import Appointment
from saas.scheduling.states import State


@dataclass(frozen=True)
class Consequences:
    """What an action would do: what is kept and what goes back, where anything is charged for the visit.

    `sentence` is to be translated and then filled from `params`. `late`: the time to do it for nothing is over.
    """

    action: str
    late: bool
    sentence: str
    fee: Money | None = None
    refund: Money | None = None
    params: Mapping[str, Money] = field(default_factory=dict)


@dataclass(frozen=True)
class Reasons:
    """Why a visit is called off, and whether the patient bears what that costs.

    `by_clinic`: the clinic calls it off, and everything goes back. `waiver`: why the fee is waived.
    """

    reason: str | None = None
    by_clinic: bool = False
    waiver: str | None = None


UNSAID = Reasons()


def cancel(row: Appointment, actor: Actor, now: datetime, why: Reasons = UNSAID,
           version: int | None = None) -> None:  # fmt: skip
    """Call the visit off and settle what was paid, or withdraw what was asked for; its row is locked by the caller.

    OldVersion, TooLate, MoveRefused, WaiverUnexplained.
    """
    if version is not None:
        appointments.require_version(row, version)
    if row.state == "cancelled":
        return
    if row.kind == "visit":
        reschedule.require_in_time(row, actor, now)
    was_asked = row.state == State.PENDING
    appointments.cancel(row, actor, now, why.reason)
    if row.patient_id is not None and not was_asked:
        cancelling.settle_cancellation(
            visits.of(row), actor, now, by_clinic=why.by_clinic, waive_reason=why.waiver
        )


def consequences(row: Appointment, action: str, now: datetime) -> Consequences:
    """Return what cancelling or moving the visit now would do, if its patient did it."""
    return _of_moving(row, now) if action == "reschedule" else _of_cancelling(row, now)


def _of_cancelling(row: Appointment, now: datetime) -> Consequences:
    quoted = None if row.state == State.PENDING else quotes.find(row.id)
    if quoted is None:
        sentence = N_("The time becomes free for somebody else. Nothing is charged.")
        return Consequences("cancel", row.starts_at - now < reschedule.LATE, sentence)
    wall_start = datetime.fromisoformat(row.wall_start)
    found = cancelling.consequences(quoted, bills.held(quoted), wall_start, row.time_zone, now)
    return Consequences("cancel", found.late, found.sentence, found.fee, found.refund, found.params)


def _of_moving(row: Appointment, now: datetime) -> Consequences:
    late, quoted = row.starts_at - now < reschedule.LATE, quotes.find(row.id)
    if quoted is None:
        sentence = N_("The visit keeps its treatment and moves to the new time. Nothing is charged.")
        return Consequences("reschedule", late, sentence)
    nothing = Money.zero(quoted.currency)
    sentence = N_("The visit keeps its treatment and its price, and moves to the new time.")
    return Consequences("reschedule", late, sentence, nothing, nothing)
