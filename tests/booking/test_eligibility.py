"""Nobody is found, held or moved to for what they may not do on that day; what was decided stays with the visit."""

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from saas.booking import asking, complete, confirm, hold, reschedule, searching
from saas.booking.asking import Channel
from saas.booking.models import VisitDecision
from saas.booking.reschedule import NewTime
from saas.catalogue import offerings
from saas.credentials import attesting, eligibility, privileges, records, rules
from saas.db import session, versioned
from saas.kernel.errors import DomainError
from saas.patients.records import Details
from saas.practice import configuring
from saas.scheduling import appointments
from saas.scheduling.refusals import NotEligible
from saas.tenancy import tenants
from tests.booking.clinic import MONDAY, NOW, TUESDAY, VISITOR, Clinic, at, content, set_up
from tests.credentials.qualifying import attest, licensed

WEDNESDAY = TUESDAY + timedelta(days=1)
ANN = Details("Ann", "Lee", "ann@mail.example", "212 555 0123")
NEEDLES = {"procedures": ["dry_needling"]}


@pytest.fixture
def needling(tenant: UUID) -> Clinic:
    """A clinic in New York where two acupuncturists needle, and everything is attested."""
    clinic = set_up(tenant)
    offerings.put("visit", content(**NEEDLES))
    for person in clinic.people.values():
        let(clinic, person, "LAC")
    attest("US-NY.dry_needling")
    changed(clinic)
    return clinic


def let(clinic: Clinic, person: UUID, profession: str) -> None:
    slug = next(slug for slug, one in clinic.people.items() if one == person)
    row = session.current().get(configuring.Person, (clinic.tenant_id, person))
    assert row is not None, slug
    row.professions = [profession]
    privileges.put(person, [{"procedure": "dry_needling", "starts_on": None, "ends_on": None}])
    licensed(person, profession, "US-NY")


def changed(clinic: Clinic) -> None:
    session.current().flush()
    tenants.raise_config_version(clinic.tenant_id)
    versioned.forget()


def licence_of(person: UUID) -> records.CredentialRow:
    table = records.CredentialRow
    query = select(table).where(table.person_id == person, table.archived_at.is_(None))
    return session.current().scalars(query).one()


def found(clinic: Clinic, days: int = 3, practitioner: str | None = None) -> list[searching.Slot]:
    wish = clinic.wish(practitioner=practitioner)
    return list(searching.slots(wish, searching.find(wish, MONDAY, days, NOW)))


def test_each_person_is_judged_once_however_long_and_often_one_searches(
    needling: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, judge = list[str](), eligibility.judge

    def counted(one: eligibility.Asked, *rest: Any) -> tuple[eligibility.Stretch, ...]:
        asked.append(one.person.slug)
        return judge(one, *rest)

    monkeypatch.setattr(eligibility, "judge", counted)
    versioned.forget()
    assert len(found(needling, 14)) < len(found(needling, 28))
    needling.hold(at(10))
    assert sorted(asked) == ["p0", "p1"]


def test_a_physical_therapist_in_new_york_is_never_offered_needling(needling: Clinic) -> None:
    let(needling, needling.people["p0"], "PT")
    changed(needling)
    assert {slot.practitioner.slug for slot in found(needling)} == {"p1"}
    with pytest.raises(NotEligible) as refused:
        needling.hold(at(10), practitioner="p0")
    assert [reason.code for reason in refused.value.reasons] == [
        "practitioner_not_permitted", "scope_prohibited_because",
    ]  # fmt: skip
    assert str(refused.value.reasons[1]).startswith(
        "In New York a physical therapist may not perform dry needling"
    )


def test_a_licence_that_ends_the_day_before_is_refused_and_on_the_day_it_is_not(needling: Clinic) -> None:
    person = needling.people["p0"]
    row = licence_of(person)
    row.expires_on = TUESDAY
    changed(needling)
    days = {slot.starts_at.date() for slot in found(needling, practitioner="p0")}
    assert days == {MONDAY, TUESDAY}
    needling.hold(at(10), practitioner="p0")
    with pytest.raises(NotEligible, match="may not do this on that day") as refused:
        needling.hold(at(10, day=WEDNESDAY), holder="other", practitioner="p0")
    assert "license as a licensed acupuncturist ends on" in str(refused.value.reasons[1])


def test_what_is_revoked_is_not_offered_by_the_next_search(needling: Clinic) -> None:
    assert found(needling, practitioner="p0")
    records.put(needling.people["p0"], [])
    tenants.raise_config_version(needling.tenant_id)
    assert not found(needling, practitioner="p0")


def test_a_visit_is_not_moved_to_where_the_clinic_has_to_look_at_it_and_that_is_said(
    needling: Clinic,
) -> None:
    row = needling.hold(at(10), practitioner="p0")
    appointments.confirm(row, VISITOR, NOW)
    attesting.put([])
    changed(needling)
    with pytest.raises(NotEligible, match="The clinic has to look at the case") as refused:
        reschedule.reschedule(row, NewTime(at(11), "p1"), needling.version(), VISITOR, NOW)
    assert [reason.code for reason in refused.value.reasons][:2] == ["for_review", "not_attested"]


def test_a_privilege_that_the_clinic_did_not_grant_is_no_matter_of_rules(needling: Clinic) -> None:
    privileges.put(needling.people["p0"], [])
    changed(needling)
    with pytest.raises(NotEligible) as refused:
        needling.hold(at(10), practitioner="p0")
    assert [reason.code for reason in refused.value.reasons] == ["practitioner_not_permitted"]


def test_a_visit_keeps_what_was_decided_when_it_was_held_and_when_it_moved(needling: Clinic) -> None:
    row = needling.hold(at(10), practitioner="p0")
    appointments.confirm(row, VISITOR, NOW)
    reschedule.reschedule(row, NewTime(at(11), "p1"), needling.version(), VISITOR, NOW)
    kept = list(session.current().scalars(select(VisitDecision).order_by(VisitDecision.id)))
    assert [one.person_id for one in kept] == [needling.people["p0"], needling.people["p1"]]
    assert {(one.act, one.verdict, one.pack) for one in kept} == {("dry_needling", "allow", "us-sample 1")}
    assert kept[0].rules == [["US-NY.dry_needling", 1]]
    assert len(kept[0].inputs) == 64


def test_nobody_is_moved_to_who_may_not(needling: Clinic) -> None:
    row = needling.hold(at(10), practitioner="p0")
    appointments.confirm(row, VISITOR, NOW)
    records.put(needling.people["p1"], [])
    changed(needling)
    with pytest.raises(NotEligible):
        reschedule.reschedule(row, NewTime(at(11), "p1"), needling.version(), VISITOR, NOW)


def test_rules_are_asked_once_for_a_practitioner_and_stretch(needling: Clinic, monkeypatch) -> None:
    person = needling.people["p0"]
    row = licence_of(person)
    row.expires_on = TUESDAY
    changed(needling)
    asked: list[object] = []
    decide = rules.decide
    monkeypatch.setattr(
        rules, "decide", lambda act, it: asked.append((it.performer.name, it.on)) or decide(act, it)
    )
    found(needling, days=14)
    # no licence yet, from the issue on, after the end: the first from ever; the other has no end
    assert len(asked) == len(set(asked)) == 3 + 2
    found(needling, days=30)
    needling.hold(at(10))
    assert len(asked) == 5


STATES = st.sampled_from(["none", "good", "unverified", "ending"])


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STATES, STATES, st.sampled_from(["LAC", "PT", "DC"]), st.booleans())
def test_search_offers_exactly_the_slots_that_can_be_held(
    needling: Clinic, one, two, profession, attested
) -> None:
    for person, state in zip(needling.people.values(), (one, two), strict=True):
        let(needling, person, profession)
        records.put(person, list(licences(profession, state)))
    attest(*(["US-NY.dry_needling"] if attested else []))
    changed(needling)
    offered = {(slot.starts_at, slot.practitioner.slug) for slot in found(needling, days=3)}
    for start in (at(10), at(10, day=WEDNESDAY)):
        for slug in needling.people:
            assert ((start, slug) in offered) == can_be_held(needling, start, slug)


def licences(profession: str, state: str) -> Iterator[dict[str, object]]:
    row: dict[str, object] = {"kind": "licence", "profession": profession, "jurisdiction": "US-NY"}
    if state == "ending":
        row["expires_on"] = TUESDAY
    if state in ("good", "ending"):
        row |= {"verified_by": "boss", "verified_on": date(2026, 1, 5), "verified_how": "the register"}
    if state != "none":
        yield row


def can_be_held(clinic: Clinic, start, slug: str) -> bool:
    nested = session.current().begin_nested()
    try:
        asked = hold.Asked("visit", "main", start, slug)
        hold.hold(asked, hold.Holder("me"), clinic.version(), VISITOR, NOW)
    except DomainError:
        return False
    finally:
        nested.rollback()
    return True


def test_the_answer_is_found_for_every_day_without_a_gap(needling: Clinic) -> None:
    wish = asking.wish("visit", "main", needling.version(), Channel.STAFF, "p0")
    assert wish.practitioner is not None
    question = eligibility.question(wish.practice, wish.place, wish.practitioner, wish.roles[0])
    days = [one.days for one in eligibility.stretches(question, wish.config_version)]
    assert (days[0].starts_on, days[-1].ends_on) == (date.min, date.max)
    assert all(a.ends_on + timedelta(days=1) == b.starts_on for a, b in itertools.pairwise(days))


def test_a_licence_that_is_revoked_meanwhile_keeps_the_hold_from_becoming_certain(needling: Clinic) -> None:
    row = needling.hold(at(10), practitioner="p0")
    complete.complete(row, complete.Completion(ANN, terms="yes"), VISITOR, NOW)
    records.put(needling.people["p0"], [])
    changed(needling)
    with pytest.raises(NotEligible, match="P0 Person may not perform this on that day any more"):
        confirm.confirm(row, VISITOR, NOW)
    licensed(needling.people["p0"], "LAC", "US-NY")
    changed(needling)
    confirm.confirm(row, VISITOR, NOW)
    assert row.state == "confirmed"
