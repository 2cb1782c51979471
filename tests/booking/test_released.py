"""What a clinician released takes place: at the door, on the board and in plans; what is forbidden later does not."""

from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from uuid import UUID

import pytest

from saas.booking import check_in, flagging, releases, requesting, unfit
from saas.booking.releases import Release
from saas.booking.reschedule import NewTime, reschedule
from saas.credentials import attesting, records
from saas.credentials.attesting import Stance
from saas.credentials.circumstances import Policy, Restriction
from saas.credentials.vocabulary import Verdict
from saas.db import session
from saas.kernel.errors import Reason
from saas.scheduling import reading
from saas.scheduling.models import Appointment
from saas.scheduling.refusals import NotBookable, NotEligible
from tests.booking.clinic import NOW, Clinic, at
from tests.booking.test_eligibility import changed
from tests.booking.test_on_request import DIRECTOR, TEN, ask_for, asking
from tests.credentials.people import everything_attested
from tests.credentials.qualifying import attest
from tests.provisioning import worldly

__all__ = ["asking"]
OPEN = Reason("not_attested", "%(act)s", {"act": "dry needling", "name": "Ana"})
OTHER = Reason("statement_open", "%(statement)s", {"statement": "It is written.", "name": "Ana"})
RELEASE = Release(frozenset({releases.key(OPEN)}))


@pytest.mark.parametrize(
    ("release", "verdict", "reasons", "lets"),
    [
        (RELEASE, Verdict.ALLOW, (), True), (RELEASE, Verdict.REVIEW, (OPEN,), True),
        (RELEASE, Verdict.REVIEW, (OPEN, OTHER), False), (RELEASE, Verdict.PROHIBIT, (OPEN,), False),
        (releases.NONE, Verdict.ALLOW, (), True), (releases.NONE, Verdict.REVIEW, (OPEN,), False),
        (Release(None), Verdict.REVIEW, (OTHER,), True), (Release(None), Verdict.PROHIBIT, (), False),
    ],
)  # fmt: skip
def test_a_release_covers_the_questions_it_was_given_with(
    release: Release, verdict: Verdict, reasons: tuple[Reason, ...], lets: bool
) -> None:
    assert release.lets(verdict, reasons) is lets


def test_a_question_is_the_same_whatever_its_person_is_called_by_now() -> None:
    married = Reason("not_attested", OPEN.sentence, {**OPEN.params, "name": "Bea"})
    assert releases.key(married) == releases.key(OPEN) != releases.key(OTHER)


@pytest.fixture
def released(asking: Clinic) -> Appointment:
    """A visit on the Tuesday at ten that nothing but a clinician's word lets take place."""
    row = ask_for(asking)
    requesting.release(row, "Verified by telephone.", DIRECTOR, NOW)
    session.current().flush()
    return row


def stranded(clinic: Clinic) -> int:
    """Count the visits that the board lists; the calendar flags the same."""
    listed = {one.visit for one in unfit.of_people(clinic.people.values(), clinic.version(), NOW)}
    assert set(flagged(clinic)) == listed
    return len(listed)


def flagged(clinic: Clinic, now: datetime = NOW) -> dict[UUID, tuple[str, ...]]:
    rows = reading.schedule(clinic.wish().place.id, at(0), at(23)).appointments
    return flagging.of(rows, {}, (), clinic.version(), now)


def test_released_it_is_no_visit_to_move_and_its_patient_is_checked_in(
    asking: Clinic, released: Appointment
) -> None:
    assert requesting.find(released.id).covers  # type: ignore[union-attr]  # it was released
    assert stranded(asking) == 0
    assert unfit.of_visit(released, asking.version()) == []
    check_in.check_in(released, asking.version(), DIRECTOR, TEN)
    assert released.checked_in_at == TEN


def test_what_is_forbidden_later_is_refused_at_the_door_and_listed(
    asking: Clinic, released: Appointment
) -> None:
    records.put(asking.people["p0"], [])
    changed(asking)
    assert stranded(asking) == 1
    assert flagged(asking) == {released.id: ("P0 Person",)}
    assert flagged(asking, released.ends_at) == {}
    with pytest.raises(NotEligible, match="may not perform this on that day any more") as refused:
        check_in.check_in(released, asking.version(), DIRECTOR, TEN)
    assert refused.value.reasons[0].code == "practitioner_not_permitted"
    assert released.checked_in_at is None


def test_a_question_that_comes_up_after_the_release_is_not_covered_by_it(
    asking: Clinic, released: Appointment
) -> None:
    attest("US-NY.dry_needling")
    attesting.put_policy(Stance(restrictions=[{"decision": "review", "procedure": "dry_needling"}]), DIRECTOR)
    changed(asking)
    told = unfit.of_visit(released, asking.version())
    assert {reason.code for _, answer in told for reason in answer.reasons} == {"clinic_reviews"}
    assert stranded(asking) == 1


def test_a_plan_strands_it_by_what_it_was_not_released_with_alone(
    asking: Clinic, released: Appointment
) -> None:
    here = worldly.stands(asking)
    attested = replace(here, word=replace(here.word, attestations=everything_attested()))
    assert worldly.unsafe(attested, here) == []
    lost = [("scope_lost", {released.id})]
    assert worldly.unsafe(here, replace(here, held={})) == lost
    wish = Policy((Restriction(Verdict.REVIEW, procedure="dry_needling"),))
    assert worldly.unsafe(here, replace(here, word=replace(here.word, policy=wish))) == lost


def test_moved_it_would_have_to_be_asked_for_anew(asking: Clinic, released: Appointment) -> None:
    with pytest.raises(NotBookable):
        reschedule(released, NewTime(at(14)), asking.version(), DIRECTOR, NOW)
    assert (released.starts_at, released.on_request) == (TEN, True)


def test_only_what_was_on_request_takes_a_statement() -> None:
    assert releases.of([SimpleNamespace(id=None, on_request=False)]) == {}  # no session is open


def test_who_lost_the_right_is_refused_at_the_door_and_who_is_free_is_named(asking: Clinic) -> None:
    attest("US-NY.dry_needling")
    changed(asking)
    row = ask_for(asking)
    assert row.state == "confirmed"
    records.put(asking.people["p0"], [])
    changed(asking)
    with pytest.raises(NotEligible) as refused:
        check_in.check_in(row, asking.version(), DIRECTOR, at(6))
    (free,) = [one for one in refused.value.reasons if one.code == "colleague_free"]
    assert free.params["practitioner"] == "p1"
