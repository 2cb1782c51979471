"""Who is reminded of what ends: once for each threshold and last day, of what still counts and nothing takes over."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from saas.cli import serving
from saas.credentials import jobs, records, reminding
from saas.db import session
from saas.jobs import queue
from saas.journal.models import Event
from saas.kernel import clock, ids
from saas.practice import configuring
from saas.tenancy import tenants
from tests.booking.clinic import Clinic, set_up
from tests.credentials.qualifying import seen

TODAY = date(2027, 3, 10)
OWNER = ids.new()


@pytest.mark.parametrize(
    ("days_left", "given", "threshold"),
    [
        (91, (), None), (90, (), 90), (61, (), 90), (61, (90,), None), (60, (90,), 60), (31, (90, 60), None),
        (30, (90, 60), 30), (8, (90, 60, 30), None), (7, (90, 60, 30), 7), (0, (90, 60, 30), 7), (0, (7,), None),
        (-1, (), None), (25, (), 30), (5, (), 7), (5, (90,), 7), (8, (7,), None), (59, (30,), None),
    ],
)  # fmt: skip
def test_the_nearest_threshold_is_due_unless_it_or_a_nearer_one_was_given(
    days_left: int, given: tuple[int, ...], threshold: int | None
) -> None:
    assert reminding.due(days_left, given) == threshold


def test_whenever_the_job_runs_there_is_one_reminder_for_a_threshold_at_most() -> None:
    for every in range(1, 40):
        given: list[int] = []
        for left in range(100, -5, -every):
            given += [one for one in [reminding.due(left, given)] if one is not None]
        assert len(given) == len(set(given))
        assert given == sorted(given, reverse=True)


def held(days: int | None = 30, **values: object) -> Any:
    """Return a license as it stands, ending some days from now."""
    ends = TODAY + timedelta(days=days) if days is not None else None
    usual: dict[str, object] = {
        "person_id": OWNER, "kind": "licence", "profession": "PT", "jurisdiction": "US-AZ", "procedure": "", "code": "",
        "number": "1", "issued_on": date(2020, 1, 1), "status": "active", "verified_on": date(2026, 1, 5),
    }  # fmt: skip
    return SimpleNamespace(**{**usual, "expires_on": ends, **values})


@pytest.mark.parametrize(
    ("row", "is_told"),
    [
        (held(), True), (held(90), True), (held(0), True), (held(91), False), (held(-1), False), (held(None), False),
        (held(status="suspended"), False), (held(status="revoked"), False), (held(verified_on=None), True),
    ],
)  # fmt: skip
def test_what_ends_within_ninety_days_and_still_counts_is_told(row: Any, is_told: bool) -> None:
    assert reminding.ending([row], TODAY, counts_unverified=False) == ([row] if is_told else [])


@pytest.mark.parametrize(
    ("other", "replaces"),
    [
        (held(400, number="2"), True), (held(None, number="2"), True),
        (held(400, number="2", issued_on=TODAY + timedelta(days=31)), True),
        (held(400, number="2", issued_on=TODAY + timedelta(days=32)), False),
        (held(30, number="2"), False), (held(20, number="2"), False), (held(400, jurisdiction="US-WA"), False),
        (held(400, profession="LAC"), False), (held(400, person_id=ids.new()), False),
        (held(400, number="2", status="suspended"), False), (held(400, number="2", verified_on=None), False),
    ],
)  # fmt: skip
def test_what_is_replaced_by_a_later_one_is_not_told(other: Any, replaces: bool) -> None:
    row = held()
    assert (row not in reminding.ending([row, other], TODAY, counts_unverified=False)) is replaces


def test_where_the_clinic_counts_what_nobody_verified_it_replaces_too_and_hours_never_do() -> None:
    row, other = held(), held(400, number="2", verified_on=None)
    assert reminding.ending([row, other], TODAY, counts_unverified=True) == []
    course, later = held(kind="training"), held(400, kind="training", number="2")
    assert reminding.ending([course, later], TODAY, counts_unverified=False) == [course]


LICENCE = {
    "kind": "licence", "profession": "PT", "jurisdiction": "US-NY", "number": "1",
    "issued_on": date(2015, 6, 1), **seen(),
}  # fmt: skip


@pytest.fixture
def clinic(tenant: UUID) -> Clinic:
    made = set_up(tenant, people=1)
    renewed(made, TODAY + timedelta(days=30))
    return made


def renewed(clinic: Clinic, ends: date, **values: object) -> None:
    records.put(clinic.people["p0"], [{**LICENCE, "expires_on": ends, **values}])


def reminded(clinic: Clinic, day: date = TODAY) -> int:
    return len(reminding.remind(clinic.version(), day))


def thresholds() -> list[int]:
    query = select(Event.data).where(Event.kind == "credential.reminded").order_by(Event.id)
    return [one["threshold"] for one in session.current().scalars(query)]


def test_it_is_told_once_however_often_the_job_runs_and_anew_when_it_ends_on_another_day(
    clinic: Clinic,
) -> None:
    assert [reminded(clinic) for _run in range(3)] == [1, 0, 0]
    assert reminded(clinic, TODAY + timedelta(days=22)) == 0
    assert reminded(clinic, TODAY + timedelta(days=28)) == 1
    renewed(clinic, TODAY + timedelta(days=110))
    assert [reminded(clinic, TODAY + timedelta(days=n)) for n in (0, 25, 25, 50)] == [0, 1, 0, 1]
    assert thresholds() == [30, 7, 90, 60]
    renewed(clinic, TODAY + timedelta(days=30))
    assert reminded(clinic, TODAY + timedelta(days=1)) == 0


def test_of_what_is_suspended_off_the_record_or_of_somebody_who_left_nothing_is_told(clinic: Clinic) -> None:
    renewed(clinic, TODAY + timedelta(days=30), status="suspended")
    assert reminded(clinic) == 0
    records.put(clinic.people["p0"], [])
    assert reminded(clinic) == 0
    renewed(clinic, TODAY + timedelta(days=30))
    assert [reminded(clinic), reminded(clinic)] == [1, 0]
    records.put(clinic.people["p0"], [])
    renewed(clinic, TODAY + timedelta(days=30))
    assert reminded(clinic) == 0, "what came back is what it was"
    assert reminded(clinic, TODAY + timedelta(days=25)) == 1
    person = session.current().get(configuring.Person, (clinic.tenant_id, clinic.people["p0"]))
    assert person is not None
    person.archived_at = clock.now()
    session.current().flush()
    renewed(clinic, TODAY + timedelta(days=31))
    assert reminded(clinic) == 0


@pytest.mark.parametrize(("zone", "told"), [("Pacific/Honolulu", 0), ("Pacific/Kiritimati", 1)])
def test_the_day_is_the_clinic_s_own(
    clinic: Clinic, zone: str, told: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenants.describe(clinic.tenant_id, "A clinic", {"time_zone": zone})
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 3, 11, 0, 30, tzinfo=UTC))
    renewed(clinic, date(2027, 3, 11) + timedelta(days=90))
    jobs.remind()
    assert len(thresholds()) == told


def test_the_worker_asks_every_day() -> None:
    assert jobs in serving.JOB_MODULES
    crons = {task.task.name: task.cron for task in queue.app.periodic_registry.periodic_tasks.values()}
    assert crons["credentials.remind_all"] == "11 14 * * *"
