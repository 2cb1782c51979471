"""Many connections, real commits: exactly one wins, nobody deadlocks, nothing overlaps."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from saas.booking import cancel, complete, confirm, hold, reschedule, roster
from saas.db import session
from saas.db.settings import Urls
from saas.kernel.actors import Actor, ActorKind
from saas.kernel.errors import DomainError
from saas.patients.records import Details
from saas.scheduling import appointments
from saas.tenancy import tenants
from tests.booking.clinic import NOW, VISITOR, Clinic, at, set_up
from tests.ground import make_tenant, within

STAFF = Actor(ActorKind.USER)
ANN = Details("Ann", "Lee", "ann@mail.example", "212 555 0123")
OVERLAPS = """
SELECT count(*) FROM claims a JOIN claims b ON a.tenant_id = b.tenant_id AND a.resource_id = b.resource_id
 AND a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
WHERE a.tenant_id = current_setting('app.tenant_id')::uuid
  AND a.state IN ('held', 'confirmed') AND b.state IN ('held', 'confirmed')
"""


@pytest.fixture
def many(urls: Urls):
    """A pool wide enough for every racer to have a connection of its own."""
    session.connect(urls.app, pool_size=50, max_overflow=10)
    yield
    session.dispose()


def race(tenant_id: UUID, acts: list[Callable[[], object]]) -> Counter[str]:
    """Run every act in a transaction and thread of its own, all at once; count what came of them."""
    barrier, deadlocks = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> str:
        with session.scope(tenant_id) as current:
            current.connection()
            barrier.wait()
        try:
            with session.scope(tenant_id):
                act()
                return "won"
        except DomainError as refusal:
            return refusal.code
        except DBAPIError as fault:
            deadlocks.append(str(fault.orig))
            return "fault"

    with ThreadPoolExecutor(len(acts)) as threads:
        outcome = Counter(threads.map(run, acts))
    assert not deadlocks, deadlocks[:2]
    with within(tenant_id) as current:
        assert current.connection().exec_driver_sql(OVERLAPS).scalar_one() == 0
    return outcome


def clinic_of(tenant_id: UUID, **options: object) -> Clinic:
    with within(tenant_id):
        return set_up(tenant_id, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "round_number", [*range(4), *(pytest.param(n, marks=pytest.mark.long) for n in range(4, 20))]
)
def test_fifty_connections_for_one_slot_have_one_winner(many: None, round_number: int) -> None:
    tenant_id = make_tenant()
    clinic = clinic_of(tenant_id, people=1, rooms=2)
    acts = [lambda n=n: clinic.hold(at(10), f"visitor {n}") for n in range(50)]
    outcome = race(tenant_id, acts)
    assert outcome == Counter({"slot_taken": 49, "won": 1})


def test_the_last_place_of_the_week_is_taken_once(many: None) -> None:
    tenant_id = make_tenant()
    clinic = clinic_of(tenant_id, people=6, rooms=6, weekly_new_patients=3)
    acts = [lambda n=n: clinic.hold(at(9 + n % 7), f"visitor {n}") for n in range(30)]
    assert race(tenant_id, acts)["won"] == 3


def test_sick_leave_and_a_booking_never_both_succeed(many: None) -> None:
    for _round in range(6):
        tenant_id = make_tenant()
        clinic = clinic_of(tenant_id, people=1, rooms=3)
        person, stranded = clinic.people["p0"], []

        def leave(person=person, stranded=stranded) -> None:
            stranded.extend(roster.take_time_off(person, at(9), at(17), "ill", STAFF))

        acts = [lambda n=n, c=clinic: c.hold(at(9 + n), f"visitor {n}") for n in range(6)] + [leave]
        outcome = race(tenant_id, acts)
        assert outcome["won"] >= 1
        with within(tenant_id) as current:
            held = (
                current.connection()
                .exec_driver_sql(
                    "SELECT count(*) FROM appointments WHERE tenant_id = %(t)s AND state = 'held' AND created_at >"
                    " (SELECT max(created_at) FROM time_off WHERE tenant_id = %(t)s)",
                    {"t": tenant_id},
                )
                .scalar_one()
            )
        assert outcome["won"] - 1 >= held


def test_visits_that_swap_places_never_wait_in_a_circle(many: None) -> None:
    tenant_id = make_tenant()
    clinic = clinic_of(tenant_id, people=2, rooms=2)
    ids = []
    for number, hour in enumerate((9, 10, 11, 12, 13, 14)):
        with within(tenant_id):
            row = clinic.hold(at(hour), f"v{number}", practitioner=f"p{number % 2}")
            complete.complete(row, complete.Completion(ANN, terms="yes"), VISITOR, NOW)
            confirm.confirm(row, VISITOR, NOW)
            ids.append(row.id)

    def move(number: int) -> None:
        row = appointments.get(ids[number % 6], lock=True)
        to = reschedule.NewTime(at(9 + (number * 5) % 7, 15 * (number % 2)), f"p{(number + 1) % 2}")
        reschedule.reschedule(row, to, tenants.config_version(tenant_id), STAFF, NOW)

    for _round in range(4):
        outcome = race(tenant_id, [lambda n=n: move(n) for n in range(24)])
        assert outcome["fault"] == 0


def test_a_hold_against_a_drag_to_the_same_time_has_one_winner(many: None) -> None:
    for _round in range(6):
        tenant_id = make_tenant()
        clinic = clinic_of(tenant_id, people=1, rooms=2)
        with within(tenant_id):
            row = clinic.hold(at(9), "first")
            complete.complete(row, complete.Completion(ANN, terms="yes"), VISITOR, NOW)
            confirm.confirm(row, VISITOR, NOW)
            visit = row.id

        def drag(visit=visit, tenant_id=tenant_id) -> None:
            moved = appointments.get(visit, lock=True)
            version = tenants.config_version(tenant_id)
            reschedule.reschedule(moved, reschedule.NewTime(at(14)), version, STAFF, NOW)

        acts = [lambda n=n, c=clinic: c.hold(at(14), f"visitor {n}") for n in range(10)] + [drag]
        assert race(tenant_id, acts)["won"] == 1


def test_cancelling_twice_at_once_cancels_once_and_frees_the_time(many: None) -> None:
    tenant_id = make_tenant()
    clinic = clinic_of(tenant_id, people=1, rooms=1)
    with within(tenant_id):
        row = clinic.hold(at(9), "first")
        complete.complete(row, complete.Completion(ANN, terms="yes"), VISITOR, NOW)
        confirm.confirm(row, VISITOR, NOW)
        visit = row.id
    race(tenant_id, [lambda: cancel.cancel(appointments.get(visit, lock=True), STAFF, NOW)] * 8)
    with within(tenant_id) as current:
        kinds = (
            current.connection()
            .exec_driver_sql(
                "SELECT count(*) FROM events WHERE tenant_id = %(t)s AND kind = 'appointment.cancelled'",
                {"t": tenant_id},
            )
            .scalar_one()
        )
        assert kinds == 1
        assert clinic.hold(at(9), "next").state == "held"
    assert hold.ATTEMPTS > 1
    assert timedelta(minutes=10) == appointments.HOLD
