"""What billing needs of an appointment, as plain values."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from saas.kernel.errors import NotFound
from saas.scheduling.models import Appointment
from saas.scheduling.states import State


@dataclass(frozen=True)
class Visit:
    """A patient's visit: *wall_start* is its start on the clock of *zone*, without a zone of its own."""

    appointment_id: UUID
    patient_id: UUID
    wall_start: datetime
    zone: str
    state: State

    @property
    def on(self) -> date:
        """The day of the visit, where it takes place."""
        return self.wall_start.date()

    @property
    def is_off(self) -> bool:
        """Whether it will not take place."""
        return self.state not in (State.HELD, State.PENDING, State.CONFIRMED)

    def today(self, now: datetime) -> date:
        """Return the day that it is there at *now*."""
        return now.astimezone(ZoneInfo(self.zone)).date()


def of(row: Appointment) -> Visit:
    """Return the visit that an appointment is; NotFound where it is nobody's."""
    if row.patient_id is None:
        raise NotFound
    wall_start = datetime.fromisoformat(row.wall_start)
    return Visit(row.id, row.patient_id, wall_start, row.time_zone, State(row.state))
