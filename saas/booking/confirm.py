"""Confirm a hold, once nothing is open."""

from datetime import datetime

from saas.booking.complete import NeedsOpen, needs
from saas.kernel.actors import Actor
from saas.scheduling import appointments
from saas.scheduling.models import Appointment


def confirm(row: Appointment, actor: Actor, now: datetime) -> None:
    """Make the held visit certain; confirming it twice is confirming it once. NeedsOpen, HoldLapsed."""
    if row.state == "confirmed":
        return
    appointments.require_open(row, now)
    missing = needs(row)
    if missing:
        raise NeedsOpen(needs=", ".join(missing))
    appointments.confirm(row, actor, now)
