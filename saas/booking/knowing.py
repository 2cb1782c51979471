"""What is known of the patient a visit is booked for, where it is known who that is: at the desk."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from saas.catalogue import agreements
from saas.catalogue.agreements import Agreed
from saas.scheduling import reading

NOTHING = Agreed()


@dataclass(frozen=True)
class Whom:
    """A patient: whether a visit would be their first here, and what is agreed with them."""

    is_first: bool
    agreed: Agreed = NOTHING


def look_up(patient_id: UUID, starts_at: datetime) -> Whom:
    """Return what is known of the patient for a visit that begins at *starts_at*.

    It is their first where nothing certain of theirs begins before it.
    """
    is_first = patient_id not in reading.seen_before([patient_id], starts_at)
    return Whom(is_first, agreements.of(patient_id))
