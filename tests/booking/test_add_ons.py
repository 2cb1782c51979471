"""Visits with an add-on: who and what fits together, what is written down, and what is kept."""

from datetime import timedelta
from uuid import UUID

import pytest

from saas.booking import blocking, complete, confirm, explaining, reschedule, roster, searching
from saas.booking.blocking import Blocked
from saas.catalogue import offerings
from saas.catalogue.adding import AddOnRefused
from saas.credentials import privileges
from saas.db import session
from saas.kernel import clock
from saas.kernel.actors import Actor, ActorKind
from saas.kernel.errors import DomainError
from saas.scheduling import insides, reading
from saas.scheduling.models import Appointment
from saas.scheduling.refusals import NotEligible
from saas.tenancy import tenants
from tests.booking.clinic import NOW, PLASMA, TUESDAY, VISITOR, Clinic, at, content, set_up_composed
from tests.booking.test_hold import ANN

STAFF = Actor(ActorKind.USER)


@pytest.fixture
def clinic(tenant: UUID) -> Clinic:
    return set_up_composed(tenant, people=2, rooms=2)


def offered(clinic: Clinic, *add_ons: str) -> set[tuple[str, ...]]:
    """Return the free times of Tuesday by wall clock, each with who fills the roles."""
    wish = clinic.wish_with(*add_ons)
    return {
        (f"{slot.starts_at.astimezone(at(9).tzinfo):%H:%M}", *(person.slug for person in slot.crew))
        for slot in searching.slots(wish, searching.find(wish, TUESDAY, 1, NOW))
    }


def blocked(clinic: Clinic, resource: UUID, begins: tuple[int, int], minutes: int) -> None:
    """Let somebody or something be taken from a time of Tuesday on."""
    start = at(*begins)
    asked = Blocked("main", resource, start, start + timedelta(minutes=minutes), "Taken")
    blocking.block(asked, clinic.version(), STAFF)


def certain(row: Appointment) -> Appointment:
    complete.complete(row, complete.Completion(ANN, terms="yes"), VISITOR, NOW)
    confirm.confirm(row, VISITOR, NOW)
    return row


def device(clinic: Clinic) -> UUID:
    return clinic.wish().practice.devices[0].id


def why(clinic: Clinic, hour: int, minute: int = 0) -> tuple[str, str]:
    """Return the code and the sentence of why the visit with plasma cannot be; and a hold says the same."""
    [reason] = explaining.explain(clinic.wish_with("plasma"), at(hour, minute), NOW)
    with pytest.raises(DomainError) as refused:
        clinic.hold_with(at(hour, minute), "plasma")
    assert [r.code for r in refused.value.reasons] == [reason.code]
    return reason.code, str(reason)


def test_every_slot_names_a_crew_of_different_people(clinic: Clinic) -> None:
    found = offered(clinic, "plasma")
    assert found == {(time, person, "d0") for time, person, *_ in found}
    assert {"p0", "p1"} == {person for _, person, _ in found}
    assert {time for time, *_ in offered(clinic)} >= {time for time, *_ in found}


def test_only_times_when_all_fit_together_are_offered(clinic: Clinic) -> None:
    blocked(clinic, clinic.people["d0"], (9, 20), 30)  # d0 draws ten minutes into the visit
    blocked(clinic, device(clinic), (13, 0), 60)
    times = {time for time, *_ in offered(clinic, "plasma")}
    assert {"09:00", "09:45", "10:00", "12:30", "13:45"} <= times
    assert times.isdisjoint({"09:15", "09:30", "12:45", "13:00", "13:15", "13:30"})


def test_a_hold_writes_down_its_people_devices_and_add_ons(clinic: Clinic) -> None:
    row = clinic.hold_with(at(10), "plasma")
    crew = insides.crew_of(row.id)
    assert crew.add_ons == ("plasma",)
    assert set(crew.takes) == {"practitioner", "phlebotomist", "consultation", "centrifuge"}
    assert crew.takes["phlebotomist"] == clinic.people["d0"]
    claims = {c.resource_id: (c.starts_at, c.ends_at) for c in reading.claims_of(row.id)}
    assert claims[clinic.people["d0"]] == (at(10, 10), at(10, 15))
    assert claims[device(clinic)] == (at(10, 15), at(10, 30))
    assert claims[crew.takes["practitioner"]] == (at(10), at(11, 30))
    drawn = [(s.kind, s.add_on_id, set(s.takes or ())) for s in reading.segments_of(row.id)]
    plasma = offerings.list_add_ons(clinic.version())["plasma"].id
    assert ("processing", None, {"consultation"}) in drawn
    assert ("processing", plasma, {"centrifuge"}) in drawn
    assert ("hands_on", plasma, {"phlebotomist", "consultation"}) in drawn


def test_a_plain_visit_writes_down_no_add_on(clinic: Clinic) -> None:
    row = clinic.hold_with(at(10))
    assert insides.crew_of(row.id).add_ons == ()
    assert row.ends_at == at(11, 20)


def test_a_device_that_is_taken_is_named_with_the_time(clinic: Clinic) -> None:
    blocked(clinic, device(clinic), (9, 30), 10)
    assert why(clinic, 9, 15) == ("device_busy", "No centrifuge is free at 9:15.")


def test_whoever_draws_is_named_by_what_they_do(clinic: Clinic) -> None:
    blocked(clinic, clinic.people["d0"], (9, 20), 20)
    assert why(clinic, 9, 15) == ("role_busy", "Everyone who may draw blood is taken then.")
    roster.take_time_off(clinic.people["d0"], at(13), at(17), "ill", STAFF)
    assert why(clinic, 14) == ("role_not_working", "Nobody who may draw blood works then.")


def test_nobody_may_draw_is_no_matter_of_time(clinic: Clinic) -> None:
    privileges.put(clinic.people["d0"], [])
    tenants.raise_config_version(clinic.tenant_id)
    assert why(clinic, 10)[1] == "Nobody who works at Main may draw blood on that day."
    with pytest.raises(NotEligible):
        clinic.hold_with(at(10), "plasma")
    assert offered(clinic, "plasma") == set()
    assert offered(clinic)


def test_one_person_never_fills_two_roles(tenant: UUID) -> None:
    clinic = set_up_composed(tenant, people=1, drawers=0)
    acts = ("consultation", "prp_administer", "prp_draw")
    privileges.put(clinic.people["p0"], [{"procedure": a, "starts_on": None, "ends_on": None} for a in acts])
    tenants.raise_config_version(tenant)
    assert offered(clinic, "plasma") == set()
    assert why(clinic, 10)[0] == "role_busy"


def archive(clinic: Clinic, *slugs: str) -> None:
    """Take add-ons out of use."""
    version = clinic.version()
    known = {**offerings.list_current(version), **offerings.list_add_ons(version)}
    kept = {offering.id for slug, offering in known.items() if slug not in slugs}
    assert offerings.archive_missing(kept, clock.now()) == list(slugs)
    tenants.raise_config_version(clinic.tenant_id)


def test_a_moved_visit_keeps_the_add_on_and_version_it_was_booked_with(clinic: Clinic) -> None:
    row = certain(clinic.hold_with(at(10), "plasma"))
    longer = [*PLASMA["segments"], {"kind": "hands_on", "minutes": 45, "room": "consultation"}]  # type: ignore[misc]
    offerings.put("plasma", {**PLASMA, "segments": longer})
    archive(clinic, "plasma")
    reschedule.reschedule(row, reschedule.NewTime(at(14)), clinic.version(), STAFF, NOW)
    assert (row.starts_at, row.ends_at) == (at(14), at(15, 30))
    assert insides.crew_of(row.id).add_ons == ("plasma",)
    claims = {c.resource_id: c.starts_at for c in reading.claims_of(row.id)}
    assert claims[device(clinic)] == at(14, 15)
    assert {s.starts_at for s in reading.segments_of(row.id) if s.add_on_id} == {
        at(14, 10),
        at(14, 15),
        at(15, 10),
    }
    assert len(reading.segments_of(row.id)) == 8


def test_add_ons_that_cannot_be_are_refused_with_a_sentence(clinic: Clinic) -> None:
    elsewhere = {**PLASMA, "locations": []}
    offerings.put("elsewhere", elsewhere)
    joins = [{"offering": slug, "mode": "serial", "excludes": out} for slug, out in (
        ("plasma", ["peel"]), ("peel", []), ("elsewhere", []))]  # fmt: skip
    offerings.put("peel", {**PLASMA, "segments": [{"kind": "hands_on", "minutes": 5}]})
    offerings.put("visit", content(add_ons=joins, max_add_ons=2))
    tenants.raise_config_version(clinic.tenant_id)
    refusals = {
        ("nothing",): "nothing cannot be added to visit.", ("elsewhere",): "elsewhere cannot be added to visit.",
        ("plasma", "plasma"): "The same add-on cannot be added twice.",
        ("peel", "plasma"): "plasma and peel do not go together.",
    }  # fmt: skip
    for slugs, sentence in refusals.items():
        with pytest.raises(AddOnRefused) as refused:
            clinic.hold_with(at(10), *slugs)
        assert str(refused.value) == sentence
    archive(clinic, "plasma")
    with pytest.raises(AddOnRefused):
        clinic.hold_with(at(10), "plasma")


def test_sick_leave_of_who_draws_lists_the_visit(clinic: Clinic) -> None:
    row = certain(clinic.hold_with(at(10), "plasma"))
    certain(clinic.hold_with(at(14), holder="other"))
    stranded = roster.take_time_off(clinic.people["d0"], at(9), at(17), "ill", STAFF)
    assert [visit.id for visit in stranded] == [row.id]


def test_a_visit_without_add_ons_takes_no_statement_for_them(clinic: Clinic) -> None:
    row = clinic.hold_with(at(10))
    query = (
        "SELECT count(*) FROM appointment_add_ons WHERE tenant_id = %(tenant)s AND appointment_id = %(row)s"
    )
    values = {"tenant": clinic.tenant_id, "row": row.id}
    assert session.current().connection().exec_driver_sql(query, values).scalar_one() == 0
