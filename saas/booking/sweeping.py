"""What is swept up: holds that ran out, and what visitors left behind who never booked."""

from datetime import datetime, timedelta

from saas.intake import clearances
from saas.patients import records
from saas.scheduling import appointments

KEPT = timedelta(days=1)
BATCH = 500


def lapse_holds(now: datetime) -> int:
    """Let expired holds go; return how many."""
    return appointments.lapse_all(now)


def forget_visitors(now: datetime) -> int:
    """Delete provisional patients older than a day without a visit that lasts or an examination; return how many."""
    old = records.list_provisional(now - KEPT, BATCH)
    kept = appointments.with_lasting_visits(old) | clearances.of_any(old)
    gone = [patient_id for patient_id in old if patient_id not in kept]
    if gone:
        appointments.forget_patients(gone)
        records.forget(gone)
    return len(gone)
