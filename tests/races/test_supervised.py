"""Visits that one supervisor has to be near: beside one patient, at the place for a few, and never sick meanwhile."""

from collections import Counter
from uuid import UUID

import pytest

from saas.booking import roster
from tests.booking.clinic import Clinic, at
from tests.booking.supervised import set_up
from tests.ground import make_tenant, within
from tests.races.test_one_slot import STAFF, many, race

__all__ = ["many"]
ROUNDS = [*range(2), *(pytest.param(n, marks=pytest.mark.long) for n in range(2, 20))]
UNSEEN = """
SELECT count(*) FROM appointments a WHERE a.tenant_id = %(t)s AND a.state = 'held'
  AND a.created_at > (SELECT max(o.created_at) FROM time_off o WHERE o.tenant_id = %(t)s)
"""


def opened(mode: str, **options: int) -> Clinic:
    tenant_id = make_tenant()
    with within(tenant_id):
        return set_up(tenant_id, mode, **options)


def peel(clinic: Clinic, number: int, hour: int = 10) -> UUID:
    return clinic.hold(at(hour), f"visitor {number}", "peel", f"n{number}").id


@pytest.mark.parametrize("round_number", ROUNDS)
def test_of_visits_for_one_supervisor_beside_the_patient_one_wins(many: None, round_number: int) -> None:
    clinic = opened("direct", nurses=4)
    acts = [lambda n=n: peel(clinic, n) for n in range(4)]
    assert race(clinic.tenant_id, acts) == Counter({"won": 1, "slot_taken": 3})


@pytest.mark.parametrize("round_number", ROUNDS)
def test_a_supervisor_at_the_place_has_as_many_visits_as_seats(many: None, round_number: int) -> None:
    clinic = opened("on_site", nurses=5, most=2)
    acts = [lambda n=n: peel(clinic, n) for n in range(5)]
    assert race(clinic.tenant_id, acts) == Counter({"won": 2, "slot_taken": 3})


@pytest.mark.parametrize("mode", ["direct", "on_site", "available"])
@pytest.mark.parametrize("round_number", ROUNDS)
def test_a_supervisors_sick_leave_and_a_booking_never_both_succeed(
    many: None, mode: str, round_number: int
) -> None:
    clinic = opened(mode, nurses=4)

    def leave() -> None:
        roster.take_time_off(clinic.people["boss"], at(9), at(17), "ill", STAFF)

    acts = [lambda n=n: peel(clinic, n, 10 + n) for n in range(4)]
    outcome = race(clinic.tenant_id, [*acts, leave])
    assert outcome["fault"] == 0
    with within(clinic.tenant_id) as current:
        late = current.connection().exec_driver_sql(UNSEEN, {"t": clinic.tenant_id}).scalar_one()
    assert outcome["won"] - 1 >= late
