"""Where an examination comes first and the patient has had none, the visit can begin with it; nothing is refused."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from saas.booking import clearing, complete, confirm, exam_first, hold, listing, reschedule, searching
from saas.booking.asking import Channel, Examined, Wish
from saas.booking.clearing import ClearanceMissing
from saas.booking.exam_first import Booked, Known
from saas.booking.models import VisitDecision
from saas.booking.reschedule import NewTime
from saas.catalogue import offerings
from saas.cli import explain
from saas.credentials import privileges, records
from saas.db import session
from saas.intake import clearances
from saas.intake.clearances import Said
from saas.intake.rules import Clearance, EndReason, Result
from saas.kernel import ids
from saas.kernel.errors import DomainError
from saas.kernel.spans import Span
from saas.patients import records as patients
from saas.patients.records import Details
from saas.practice import snapshot
from saas.scheduling import insides
from saas.scheduling.models import Appointment, AppointmentSegment
from tests.api.test_availability import statements
from tests.booking.clinic import MONDAY, NOW, TUESDAY, VISITOR, Clinic, at, content, set_up
from tests.booking.test_eligibility import WEDNESDAY, changed, let
from tests.credentials.qualifying import attest, licensed

FRIDAY = MONDAY - timedelta(days=3)
ANN = Details("Ann", "Lee", "ann@mail.example", "212 555 0123")
ASKS = {
    "procedures": ["dry_needling"], "prior_exam": {"by": ["MD", "NP"], "validity_months": 6}, "exam_minutes": 15,
}  # fmt: skip


@pytest.fixture
def clinic(tenant: UUID) -> Clinic:
    """Two who needle, the physician p0 and the acupuncturist p1, and the physician p2, who only consults."""
    clinic = set_up(tenant, people=3, rooms=3)
    offerings.put("visit", content(**ASKS))
    offerings.put("talk", content())
    let(clinic, clinic.people["p0"], "MD")
    let(clinic, clinic.people["p1"], "LAC")
    attest("US-NY.dry_needling")
    changed(clinic)
    return clinic


@pytest.fixture
def ann(clinic: Clinic) -> UUID:
    return patients.add(ANN, VISITOR, NOW.date(), provisional=False).id


def asked(clinic: Clinic, person: str | None = None, exam: Examined | None = Examined.IN_VISIT) -> Wish:
    return replace(clinic.wish(practitioner=person), exam=exam)


def take(
    clinic: Clinic, starts_at: datetime, person: str | None = None, exam: Examined | None = Examined.IN_VISIT,
    patient: UUID | None = None, holder: str = "me", offering: str = "visit",
) -> Appointment:  # fmt: skip
    wanted = hold.Asked(offering, "main", starts_at, person, exam=exam, examined=patient)
    return hold.hold(wanted, hold.Holder(holder), clinic.version(), VISITOR, NOW)


def parts(row: Appointment) -> list[tuple[str, int, dict[str, str]]]:
    """Return the kinds of the visit's parts, their minutes, and who fills which role."""
    query = select(AppointmentSegment).where(AppointmentSegment.appointment_id == row.id)
    found = session.current().scalars(query.order_by(AppointmentSegment.ordinal))
    return [
        (one.kind, (one.ends_at - one.starts_at) // timedelta(minutes=1), one.takes or {}) for one in found
    ]


def examined(clinic: Clinic, patient: UUID, on: date = FRIDAY, result: Result = Result.CLEARED) -> UUID:
    practice = snapshot.read(clinic.version())
    said = Said(
        ("dry_needling",), practice.practitioner("p2"), "MD", practice.place("main"), on, result
    )  # fmt: skip
    return clearances.record(patient, said, clinic.version(), VISITOR, NOW + timedelta(days=9)).id


def test_an_unknown_patient_s_visit_begins_with_an_examination_by_whoever_treats_or_else_by_somebody_who_may(
    clinic: Clinic,
) -> None:
    own, other = take(clinic, at(10), "p0", holder="one"), take(clinic, at(10), "p1", holder="other")
    for row, examiner in ((own, "p0"), (other, "p2")):
        [exam, treatment, _] = parts(row)
        assert exam[:2] == ("exam", 15)
        assert exam[2]["examiner"] == str(clinic.people[examiner])
        assert treatment[2]["practitioner"] == str(row.practitioner_id)
        assert row.ends_at - row.starts_at == timedelta(minutes=45)
        assert row.exam == {"minutes": 15, "by": ["MD", "NP"], "procedures": ["dry_needling"]}
    assert own.practitioner_id == clinic.people["p0"]
    query = select(VisitDecision).where(VisitDecision.appointment_id == other.id, VisitDecision.act == "exam")
    [kept] = session.current().scalars(query)
    assert (kept.role, kept.person_id, kept.verdict) == ("examiner", clinic.people["p2"], "allow")


def test_who_is_examined_before_books_the_shorter_visit_and_so_does_whom_nobody_there_may_examine(
    clinic: Clinic,
) -> None:
    assert [kind for kind, _, _ in parts(take(clinic, at(9), "p1", Examined.BEFORE))] == [
        "hands_on",
        "turnaround",
    ]
    let(clinic, clinic.people["p0"], "LAC")
    records.put(clinic.people["p2"], [])
    changed(clinic)
    assert take(clinic, at(12), "p1").exam is None
    told = exam_first.first(asked(clinic), TUESDAY)
    assert told is not None
    assert (told.inside, told.elsewhere, told.by) == (None, (), ("MD", "NP"))


def test_what_counts_on_the_day_makes_the_visit_shorter_and_what_does_not_leaves_it(
    clinic: Clinic, ann: UUID
) -> None:
    examined(clinic, ann)
    assert take(clinic, at(10), "p1", patient=ann).exam is None
    for one in clearances.list_for(ann):
        clearances.end(one.row.id, EndReason.NEW_MEDICATION, "", VISITOR, NOW)
    assert take(clinic, at(10), "p1", patient=ann).exam is not None
    examined(clinic, ann, result=Result.NOT_CLEARED)
    assert take(clinic, at(10), "p1", patient=ann).exam is not None
    assert take(clinic, at(10), "p1").exam is not None


def test_an_examination_that_is_booked_for_an_earlier_day_counts(clinic: Clinic, ann: UUID) -> None:
    first = take(clinic, at(12), "p2", holder="exam", offering="talk")
    complete.complete(first, complete.Completion(patient_id=ann, terms="yes"), VISITOR, NOW)
    confirm.confirm(first, VISITOR, NOW)
    assert take(clinic, at(10, day=WEDNESDAY), "p1", patient=ann).exam is None
    assert take(clinic, at(14), "p1", patient=ann).exam is not None
    assert exam_first.first(asked(clinic), WEDNESDAY) is not None
    wish = asked(clinic)
    with statements() as sent:
        known = exam_first.known_of(wish, [WEDNESDAY], ann, NOW)
        assert exam_first.first(wish, WEDNESDAY, known) is None
    assert len(sent) == 2


def test_days_that_differ_are_searched_each_in_its_way(clinic: Clinic) -> None:
    window = asked(clinic).window(MONDAY, 4)
    until = Clearance(ids.new(), frozenset({"dry_needling"}), "MD", MONDAY, Result.CLEARED, TUESDAY)
    ways = exam_first.over(asked(clinic), window, Known((until,)))
    assert [(one.offering.exam is None, one.only) for one in ways] == [
        (True, (MONDAY, TUESDAY)), (False, (WEDNESDAY, WEDNESDAY + timedelta(days=1))),
    ]  # fmt: skip
    with statements() as sent:
        each = searching.find_each(ways, window, NOW)
    days = searching.by_day_each(each)
    lengths = [{(slot.ends_at - slot.starts_at).seconds // 60 for slot in day.slots} for day in days]
    assert (lengths, len(sent)) == ([{30}, {30}, {45}, {45}], 1)


def test_where_else_one_is_examined_is_told_with_who_does_it(clinic: Clinic) -> None:
    told = exam_first.first(asked(clinic), TUESDAY)
    assert told is not None
    assert [(one.offering.slug, [p.slug for p in one.people]) for one in told.elsewhere] == [("talk", ["p2"])]
    assert told.inside is not None
    [standing] = told.standings
    assert "can be made by" in clearing.told(standing).sentence
    assert not Booked(TUESDAY, frozenset({"MD"})).meets(standing.need, TUESDAY)


def test_the_examined_patient_comes_and_is_treated_only_once_cleared(clinic: Clinic, ann: UUID) -> None:
    row = certain(take(clinic, at(10), "p1"), ann)
    plain = certain(take(clinic, at(14), "p1", Examined.BEFORE, holder="plain"), ann)
    clearing.require_arrival(row, clinic.version())
    for refused in (
        lambda: clearing.require(row, clinic.version()),
        lambda: clearing.require_arrival(plain, clinic.version()),
    ):
        with pytest.raises(ClearanceMissing):
            refused()
    examined(clinic, ann, on=TUESDAY)
    clearing.require(row, clinic.version())
    clearing.require_arrival(plain, clinic.version())


def test_an_examination_in_the_visit_by_whom_the_rule_lets_no_more_is_none(
    clinic: Clinic, ann: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = certain(take(clinic, at(10), "p1"), ann)
    needed = clearing._needs

    def only(profession: str) -> None:
        narrowed = lambda *given: tuple(replace(one, by=frozenset({profession})) for one in needed(*given))  # noqa: E731
        monkeypatch.setattr(clearing, "_needs", narrowed)

    only("MD")
    clearing.require_arrival(row, clinic.version())
    only("NP")
    with pytest.raises(ClearanceMissing):
        clearing.require_arrival(row, clinic.version())


def test_a_visit_that_moves_keeps_its_examination(clinic: Clinic, ann: UUID) -> None:
    row = certain(take(clinic, at(10), "p1"), ann)
    reschedule.reschedule(row, NewTime(at(13), "p0"), clinic.version(), VISITOR, NOW)
    assert (row.ends_at - row.starts_at, row.exam is None) == (timedelta(minutes=45), False)
    assert listing.get(row.id).exam_minutes == 15
    takes = insides.crew_of(row.id).takes
    assert {takes["examiner"], takes["practitioner"]} == {clinic.people["p0"]}


def test_a_visit_that_asks_for_no_examination_costs_no_statement_more(clinic: Clinic, ann: UUID) -> None:
    counts = []
    for exam in (None, Examined.IN_VISIT, None, Examined.IN_VISIT):
        with statements() as sent:
            take(clinic, at(10), "p2", exam, ann, offering="talk")
        counts.append(len(sent))
    assert counts[2] == counts[3]


busy = st.lists(
    st.tuples(st.sampled_from(["p0", "p1", "p2"]), st.integers(9 * 4, 13 * 4)), max_size=6, unique=True
)


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(busy, st.booleans(), st.sampled_from([None, "p0", "p1"]))
def test_search_offers_exactly_the_slots_that_can_be_held(clinic: Clinic, taken, ends, person) -> None:
    nested = session.current().begin_nested()
    try:
        if ends:
            licensed(clinic.people["p2"], "MD", "US-AZ")
        talking = [
            {"procedure": act, "starts_on": None, "ends_on": None} for act in ("consultation", "dry_needling")
        ]
        for slug in ("p0", "p1"):
            privileges.put(clinic.people[slug], talking)
        changed(clinic)
        for number, (slug, quarter) in enumerate(taken):
            try_to_hold(clinic, at(quarter // 4, quarter % 4 * 15), slug, f"other {number}", "talk")
        wish = asked(clinic, person)
        window = wish.window(TUESDAY, 1)
        each = searching.find_each(exam_first.over(wish, window), window, NOW)
        offered = {(s.starts_at, s.practitioner.slug) for one in each for s in searching.slots(*one)}
        slugs = [person] if person else ["p0", "p1"]
        for start in (at(hour, minute) for hour in (9, 12) for minute in (0, 15, 45)):
            for slug in slugs:
                assert ((start, slug) in offered) == can_be_held(clinic, start, slug)
    finally:
        nested.rollback()
        changed(clinic)


def can_be_held(clinic: Clinic, start: datetime, slug: str) -> bool:
    nested = session.current().begin_nested()
    try:
        row = take(clinic, start, slug)
        assert row.exam is not None
        assert insides.crew_of(row.id).takes["practitioner"] == clinic.people[slug]
    except DomainError:
        return False
    finally:
        nested.rollback()
    return True


def try_to_hold(clinic: Clinic, starts_at: datetime, slug: str, holder: str, offering: str) -> None:
    nested = session.current().begin_nested()
    try:
        take(clinic, starts_at, slug, None, holder=holder, offering=offering)
    except DomainError:
        nested.rollback()


def certain(row: Appointment, patient: UUID) -> Appointment:
    complete.complete(row, complete.Completion(patient_id=patient, terms="yes"), VISITOR, NOW)
    confirm.confirm(row, VISITOR, NOW)
    return row


def test_it_comes_first_whatever_else_there_is(clinic: Clinic) -> None:
    wish = exam_first.on(asked(clinic), TUESDAY)
    lead, examiner, *_ = wish.timeline.needs
    assert (examiner.name, examiner.spans, examiner.by) == ("examiner", (Span(0, 15),), ("MD", "NP"))
    assert (lead.spans, wish.timeline.patient) == ((Span(15, 45),), Span(0, 45))
    assert exam_first.on(replace(wish, exam=Examined.BEFORE), TUESDAY).timeline.patient == Span(0, 30)


def test_it_is_explained_with_who_examines(clinic: Clinic) -> None:
    asked_for = explain.Asked("main", "visit", "p1", at(10).isoformat(), Channel.ONLINE, exam=True)
    head, crew = explain._explained(asked_for, NOW)
    assert (head.split(" at ")[0], head.rpartition(" ")[2]) == ("exam + visit", "free")
    assert crew == "  with p1 and p0"
