"""What runs by itself: every minute and by night, for every clinic that is open."""

from uuid import UUID

from sqlalchemy import func, select, update

from saas.api import jobs as api_jobs
from saas.booking import complete, jobs
from saas.db import session
from saas.db.settings import Urls
from saas.jobs.queue import Task
from saas.kernel import clock
from saas.patients.models import Patient
from saas.patients.records import Details
from saas.scheduling import appointments
from saas.scheduling.models import Appointment
from saas.tenancy.models import TenantRow
from saas.web import jobs as web_jobs
from saas.web.models import RateLimit
from tests.booking.clinic import NOW, VISITOR, at, set_up
from tests.ground import make_tenant, within

ANN = Details("Ann", "Lee", "ann@mail.example", "212 555 0123")


def waiting(task: str, tenant_id: UUID) -> int:
    found = session.statement(
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name = :task AND args ->> 'tenant_id' = :tenant",
        task=task, tenant=str(tenant_id),
    )  # fmt: skip
    return int(found.scalar_one())


def test_an_expired_hold_is_let_go(tenant: UUID) -> None:
    row = set_up(tenant).hold(at(10))
    session.current().execute(update(Appointment).values(held_until=clock.now()))
    jobs.lapse_holds()
    session.current().refresh(row)
    assert row.state == "lapsed"


def test_a_visitor_who_never_booked_is_forgotten_after_a_day(tenant: UUID) -> None:
    row = set_up(tenant).hold(at(10))
    complete.complete(row, complete.Completion(ANN), VISITOR, NOW)
    appointments.release(row, VISITOR)
    jobs.forget_visitors()
    assert session.current().scalar(select(func.count()).select_from(Patient)) == 1
    session.current().execute(update(Patient).values(created_at=clock.now().replace(year=2024)))
    jobs.forget_visitors()
    assert session.current().scalar(select(func.count()).select_from(Patient)) == 0


def test_every_open_clinic_gets_its_jobs_once(database: Urls) -> None:
    open_one, closed = make_tenant(), make_tenant()
    with within(closed) as current:
        current.execute(update(TenantRow).where(TenantRow.id == closed).values(status="closed"))
    fans: list[tuple[object, Task]] = [
        (jobs.lapse_all_holds, jobs.lapse_holds), (jobs.forget_all_visitors, jobs.forget_visitors),
        (api_jobs.forget_all_answers, api_jobs.forget_answers),
    ]  # fmt: skip
    for fan, task in fans:
        for _run in range(2):
            with session.scope():
                fan()  # type: ignore[operator]
        with session.scope():
            assert (waiting(task.name, open_one), waiting(task.name, closed)) == (1, 0)


def test_counters_whose_window_has_ended_go(database: Urls) -> None:
    with session.scope() as current:
        ended = RateLimit(key="ended", hits=1, expires_at=clock.now().replace(year=2024))
        current.add(ended)
    web_jobs.sweep_limits()
    with session.scope() as current:
        assert current.get(RateLimit, "ended") is None
