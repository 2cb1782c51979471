"""What is swept up: holds that ran out, and what visitors left behind who never booked."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update

from saas.db import session
from saas.patients.models import Patient
from saas.scheduling import appointments
from saas.scheduling.models import Appointment, Claim, Resource
from saas.scheduling.states import State

KEPT = timedelta(days=1)
LASTING = (State.CONFIRMED, State.CANCELLED)
BATCH = 500


def lapse_holds(now: datetime) -> int:
    """Let expired holds go; return how many."""
    return appointments.lapse_all(now)


def forget_visitors(now: datetime) -> int:
    """Delete provisional patients older than a day without a visit that was ever certain; return how many."""
    lasting = exists().where(
        Appointment.tenant_id == Patient.tenant_id, Appointment.patient_id == Patient.id,
        Appointment.state.in_((*LASTING, State.HELD)),
    )  # fmt: skip
    query = select(Patient.id).where(
        Patient.status == "provisional", Patient.created_at < now - KEPT, ~lasting
    )
    current = session.current()
    gone = list(current.scalars(query.limit(BATCH)))
    if gone:
        current.execute(update(Appointment).where(Appointment.patient_id.in_(gone)).values(patient_id=None))
        current.execute(delete(Claim).where(Claim.resource_id.in_(gone)))
        current.execute(delete(Resource).where(Resource.id.in_(gone)))
        current.execute(delete(Patient).where(Patient.id.in_(gone)))
    return len(gone)
