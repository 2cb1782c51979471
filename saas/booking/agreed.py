"""What a patient agrees to with a visit: the clinic's terms, and the clauses for off-label uses of what is booked."""

from saas.booking import reschedule
from saas.catalogue import off_label
from saas.scheduling.models import Appointment


def terms(row: Appointment, own: str, language: str) -> str:
    """Return the clinic's *own* terms and the clauses of the visit in *language*, a blank line between each."""
    booked = (reschedule.offering_of(row), *reschedule.add_ons_of(row))
    return "\n\n".join(filter(None, (own, *off_label.clauses(booked, language))))
