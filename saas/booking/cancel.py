"""Call a visit off, and say beforehand what that does."""

from dataclasses import dataclass
from datetime import datetime

from saas.booking import reschedule
from saas.kernel.actors import Actor
from saas.kernel.text import N_
from saas.scheduling import appointments
from saas.scheduling.models import Appointment


@dataclass(frozen=True)
class Consequences:
    """What an action would do: a fee in minor units (none yet), and a sentence. `late` is within 24 hours."""

    action: str
    late: bool
    fee_minor: int
    sentence: str


def cancel(row: Appointment, actor: Actor, now: datetime, reason: str | None = None,
           version: int | None = None) -> None:  # fmt: skip
    """Call the visit off; its row is locked by the caller. OldVersion, TooLate, MoveRefused."""
    if version is not None:
        appointments.require_version(row, version)
    if row.state == "cancelled":
        return
    if row.kind == "visit":
        reschedule.require_in_time(row, actor, now)
    appointments.cancel(row, actor, now, reason)


def consequences(row: Appointment, action: str, now: datetime) -> Consequences:
    """Return what cancelling or moving the visit now would do."""
    late = row.starts_at - now < reschedule.LATE
    sentences = {
        ("cancel", False): N_("The time becomes free for somebody else. Nothing is charged."),
        ("cancel", True): N_(
            "It is less than 24 hours until the visit. The time becomes free; nothing is charged."
        ),
        ("reschedule", False): N_(
            "The visit keeps its treatment and moves to the new time. Nothing is charged."
        ),
        ("reschedule", True): N_(
            "It is less than 24 hours until the visit. It moves to the new time; nothing is charged."
        ),
    }
    return Consequences(action, late, 0, sentences[action, late])
