"""Who has to be supervised is offered and booked only while somebody supervises them, as near as is asked."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event

from saas.api import describing
from saas.booking import complete, confirm, deciding, listing, roster, searching
from saas.credentials import records, supervising
from saas.db import session
from saas.kernel.actors import Actor, ActorKind
from saas.patients.records import Details
from saas.scheduling import appointments, insides, staffing
from saas.scheduling.refusals import NotBookable, SlotTaken
from saas.tenancy import tenants
from tests.booking.clinic import NOW, TUESDAY, VISITOR, Clinic, at
from tests.booking.supervised import name, set_up
from tests.credentials.qualifying import seen

STAFF = Actor(ActorKind.USER)
ANN = Details("Ann", "Lee", "ann@mail.example", "212 555 0123")


def free(clinic: Clinic, practitioner: str = "n0") -> set[datetime]:
    """Return when a peel can begin that day without a clinician's word."""
    wish = clinic.wish("peel", practitioner)
    found = searching.slots(wish, searching.find(wish, TUESDAY, 1, NOW))
    return {slot.starts_at for slot in found if not slot.on_request}


def codes(refused: pytest.ExceptionInfo[NotBookable]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def statements(act: Callable[[], object]) -> int:
    """Return how many statements *act* takes."""
    found: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    connection = session.current().connection()
    event.listen(connection, "before_cursor_execute", note)
    act()
    event.remove(connection, "before_cursor_execute", note)
    return len(found)


def peel(clinic: Clinic, starts_at: datetime, number: int = 0) -> UUID:
    return clinic.hold(starts_at, f"peel {number} {starts_at}", "peel", f"n{number}").id


def test_without_anybody_named_it_is_on_request_alone_and_what_is_open_is_told(tenant: UUID) -> None:
    clinic = set_up(tenant, "")
    supervising.put_all({clinic.people["n0"]: []})
    tenants.raise_config_version(tenant)
    assert free(clinic) == set()
    assert free(clinic, "n1")
    row = appointments.get(peel(clinic, at(10)))
    assert row.on_request
    wish = clinic.wish("peel", "n0")
    assert [reason.code for reason in deciding.open_questions(row, wish)] == ["supervisor_missing"]


def test_delegation_takes_nothing_of_the_supervisor(tenant: UUID) -> None:
    clinic = set_up(tenant, "")
    roster.take_time_off(clinic.people["boss"], at(9), at(17), "away", STAFF)
    assert at(10) in free(clinic)
    assert peel(clinic, at(10))


def test_who_is_available_is_at_work_somewhere(tenant: UUID) -> None:
    clinic = set_up(tenant, "available")
    clinic.hold(at(10), "theirs", practitioner="boss")
    assert at(10) in free(clinic)
    roster.take_time_off(clinic.people["boss"], at(12), at(17), "away", STAFF)
    assert {one for one in free(clinic) if one > at(11, 30)} == set()
    with pytest.raises(NotBookable) as refused:
        peel(clinic, at(12))
    assert codes(refused) == ["supervisor_not_there"]


def test_who_is_beside_the_patient_gives_their_own_time(tenant: UUID) -> None:
    clinic = set_up(tenant, "direct")
    clinic.hold(at(10), "theirs", practitioner="boss")
    assert not {at(9, 45), at(10), at(10, 15)} & free(clinic)
    assert at(10, 30) in free(clinic)
    with pytest.raises(SlotTaken):
        peel(clinic, at(10))
    peel(clinic, at(11))
    with pytest.raises(SlotTaken):
        peel(clinic, at(11), 1)
    with pytest.raises(SlotTaken):
        clinic.hold(at(11), "another", practitioner="boss")


def test_who_is_at_the_place_treats_their_own_and_supervises_a_few(tenant: UUID) -> None:
    clinic = set_up(tenant, "on_site", nurses=3, most=2)
    clinic.hold(at(10), "theirs", practitioner="boss")
    peel(clinic, at(10))
    peel(clinic, at(10, 15), 1)
    assert not {at(10), at(10, 15)} & free(clinic, "n2")
    assert {at(9, 45), at(10, 30)} <= free(clinic, "n2")
    with pytest.raises(SlotTaken):
        peel(clinic, at(10), 2)


def test_the_parts_of_a_visit_name_who_supervises(tenant: UUID) -> None:
    clinic = set_up(tenant, "on_site")
    takes = insides.crew_of(peel(clinic, at(10))).takes
    assert takes["supervisor of practitioner"] == clinic.people["boss"]


@pytest.mark.parametrize("mode", ["on_site", "direct"])
def test_sick_leave_of_the_supervisor_lists_whom_it_strands(tenant: UUID, mode: str) -> None:
    clinic = set_up(tenant, mode)
    row = clinic.hold(at(10), "me", "peel", "n0")
    complete.complete(row, complete.Completion(ANN, terms="yes"), VISITOR, NOW)
    confirm.confirm(row, VISITOR, NOW)
    assert describing.visit(listing.get(row.id))["supervised_by"] == ["boss"]
    assert roster.take_time_off(clinic.people["boss"], at(9), at(12), "ill", STAFF) == [row]
    assert at(9) not in free(clinic)
    assert at(12) in free(clinic)


@pytest.mark.parametrize(
    ("mode", "stranded"), [("available", True), ("general", False), ("delegation", False)]
)
def test_sick_leave_of_who_claims_nothing_strands_whom_they_were_available_for(
    tenant: UUID, mode: str, stranded: bool
) -> None:
    clinic = set_up(tenant, mode)
    for hour in (10, 14):
        row = clinic.hold(at(hour), f"me{hour}", "peel", "n0")
        complete.complete(row, complete.Completion(ANN, terms="yes"), VISITOR, NOW)
        confirm.confirm(row, VISITOR, NOW)
    found = roster.take_time_off(clinic.people["boss"], at(9), at(12), "ill", STAFF)
    assert [one.starts_at for one in found] == ([at(10)] if stranded else [])
    assert roster.stranded(clinic.people["boss"], at(9), at(12)) == found


def test_a_search_is_as_many_statements_whoever_supervises(tenant: UUID) -> None:
    clinic, counted = set_up(tenant, ""), []
    for mode in ("", "on_site", "direct", "available"):
        name(clinic, mode)
        free(clinic)  # what a version of the configuration says is read once
        counted.append(statements(lambda: free(clinic)))
    assert len(set(counted)) == 1


def test_a_revoked_licence_of_the_supervisor_closes_the_calendar_at_once(tenant: UUID) -> None:
    clinic = set_up(tenant, "on_site")
    assert free(clinic)
    held = {"kind": "licence", "profession": "MD", "jurisdiction": "US-NY", "issued_on": date(2015, 6, 1)}
    records.put(clinic.people["boss"], [{**held, **seen(), "status": "revoked"}])
    tenants.raise_config_version(tenant)
    assert free(clinic) == set()


def test_naming_for_days_is_for_those_days(tenant: UUID) -> None:
    clinic = set_up(tenant, "direct", ends_on=TUESDAY)
    wish = clinic.wish("peel", "n0")
    times = searching.find(wish, TUESDAY, 2, NOW)
    assert {wish.today(slot.starts_at) for slot in searching.slots(wish, times) if not slot.on_request} == {
        TUESDAY
    }
    row = appointments.get(peel(clinic, at(10, day=TUESDAY + timedelta(days=1))))
    assert row.on_request
    assert staffing.watches(clinic.people["boss"], 2) == staffing.watches(clinic.people["boss"], 3)[:2]
