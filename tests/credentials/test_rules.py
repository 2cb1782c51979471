"""Who may do what, where: the table that people of the trade would check by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from saas.credentials import choosing
from saas.credentials.circumstances import Attestation, Device, Policy, Restriction, Status
from saas.credentials.vocabulary import Verdict
from tests.credentials.people import (
    ATTESTED,
    CPR,
    DAY,
    PACK,
    at,
    codes,
    judged,
    licence,
    registration,
    training,
    well_qualified,
)

YES, ASK, NO = Verdict.ALLOW, Verdict.REVIEW, Verdict.PROHIBIT


@pytest.mark.parametrize(("place", "profession", "expected"), [
    ("US-NY", "PT", NO), ("US-CA", "PT", NO), ("US-HI", "PT", NO), ("US-OR", "PT", NO),
    ("US-WA", "PT", YES), ("US-AZ", "PT", YES), ("US-CO", "PT", YES), ("US-FL", "PT", YES), ("US-IL", "PT", YES),
    ("US-MD", "PT", YES), ("US-NJ", "PT", YES), ("US-TX", "PT", YES), ("US-UT", "PT", YES), ("US-VA", "PT", YES),
    ("US-NV", "PT", YES), ("US-TN", "PT", YES), ("US-LA", "PT", YES),
    ("US-NY", "LAC", YES), ("US-CA", "LAC", YES), ("US-NY", "MD", YES), ("US-NY", "DC", ASK), ("US-NY", "RN", NO),
    ("US-AZ", "ATC", YES), ("US-AZ", "PTA", NO), ("US-WA", "OT", NO), ("US-CO", "OT", NO), ("US-FL", "DC", YES),
    ("US-GA", "PT", ASK), ("US-GA", "MD", ASK), ("US-GA", "PTA", NO), ("CA-ON", "PT", ASK),
])  # fmt: skip
def test_who_may_dry_needle_where(place: str, profession: str, expected: Verdict) -> None:
    assert judged("dry_needling", at(place, profession)).verdict is expected


@pytest.mark.parametrize(("place", "profession", "depth", "expected"), [
    ("US-AZ", "EST", "0.5", YES), ("US-AZ", "EST", "0.6", NO), ("US-AZ", "EST", None, ASK),
    ("US-NC", "EST", "1.0", YES), ("US-NC", "EST", "1.1", NO), ("US-UT", "MEST", "1.5", YES),
    ("US-UT", "MEST", "1.6", NO), ("US-UT", "EST", "0.2", NO), ("US-CA", "EST", "0.2", NO),
    ("US-NY", "EST", "0.2", NO), ("US-IL", "EST", "0.2", NO), ("US-AZ", "NP", "1.5", YES), ("US-AZ", "RN", "1.0", YES),
    ("US-NY", "RN", "1.0", ASK), ("US-NY", "MD", "1.0", YES), ("US-AZ", "NP", "2.0", NO), ("US-WA", "MEST", "1.0", YES),
    ("US-GA", "EST", "0.2", NO), ("US-GA", "MD", "1.0", YES), ("US-GA", "NP", "1.0", ASK),
])  # fmt: skip
def test_who_may_needle_skin_and_how_deep(
    place: str, profession: str, depth: str | None, expected: Verdict
) -> None:
    assert judged("microneedling", at(place, profession), depth).verdict is expected


@pytest.mark.parametrize(("place", "act", "profession", "expected"), [
    ("US-AZ", "prp_draw", "PHLEB", YES), ("US-AZ", "prp_draw", "MA", ASK), ("US-AZ", "prp_administer", "PHLEB", NO),
    ("US-AZ", "prp_administer", "NP", YES), ("US-AZ", "prp_draw", "EST", NO), ("US-AZ", "prp_process", "RN", YES),
    ("US-CA", "prp_administer", "NP", ASK), ("US-FL", "prp_administer", "NP", YES), ("US-NY", "prp_draw", "PHLEB", ASK),
    ("US-GA", "prp_draw", "PHLEB", YES), ("US-GA", "prp_draw", "EST", NO), ("US-GA", "prp_administer", "MD", YES),
    ("US-NY", "chemical_peel_superficial", "EST", YES), ("US-NY", "chemical_peel_medium", "EST", NO),
    ("US-NY", "chemical_peel_deep", "MD", ASK),
])  # fmt: skip
def test_plasma_is_three_acts_and_a_peel_is_judged_by_its_depth(place, act, profession, expected) -> None:
    assert judged(act, at(place, profession)).verdict is expected


@pytest.mark.parametrize("act", ["consultation", "discovery_call", "follow_up"])
def test_talking_needs_no_rule_and_no_licence(act: str) -> None:
    assert judged(act, at("US-NY", held=(), attestations=())).verdict is YES


@pytest.mark.parametrize(("changed", "code"), [
    ({"expires_on": date(2027, 3, 9)}, "licence_ended"), ({"issued_on": date(2027, 3, 11)}, "licence_not_begun"),
    ({"is_verified": False}, "licence_unverified"), ({"status": Status.SUSPENDED}, "licence_suspended"),
    ({"status": Status.REVOKED}, "licence_suspended"), ({"jurisdiction": "US-NV"}, "licence_missing"),
    ({"profession": "PTA"}, "licence_missing"),
])  # fmt: skip
def test_the_licence_must_be_good_there_on_the_day(changed: dict[str, object], code: str) -> None:
    decision = judged("dry_needling", at("US-AZ", "PT", held=(licence("PT", "US-AZ", **changed), training())))
    assert (decision.verdict, codes(decision)) == (NO, [code])


def test_a_licence_that_ends_on_the_day_is_still_good() -> None:
    held = (licence("PT", "US-AZ", expires_on=DAY), training())
    decision = judged("dry_needling", at("US-AZ", "PT", held=held))
    assert (decision.verdict, decision.valid_until) == (YES, DAY)


@pytest.mark.parametrize(("place", "held", "code"), [
    ("US-AZ", (), "training_missing"),
    ("US-AZ", (training(expires_on=date(2027, 3, 9)),), "training_ended"),
    ("US-AZ", (training(procedure="microneedling"),), "training_missing"),
    ("US-AZ", (training(hours={"total": 23}),), "training_short"),
    ("US-IL", (training(exam=False),), "training_exam_missing"),
    ("US-IL", (training(sessions=199),), "training_sessions_short"),
    ("US-WA", (training(),), "registration_missing"),
    ("US-WA", (training(), registration("US-OR")), "registration_missing"),
    ("US-WA", (training(), registration("US-WA", expires_on=date(2027, 1, 1))), "registration_ended"),
    ("US-NJ", (training(),), "certificate_missing"),
    ("US-NJ", (training(), replace(CPR, expires_on=date(2027, 3, 9))), "certificate_ended"),
])  # fmt: skip
def test_what_is_not_learnt_or_registered_is_refused(place: str, held: tuple, code: str) -> None:
    decision = judged("dry_needling", at(place, "PT", held=(licence("PT", place), *held)))
    assert (decision.verdict, codes(decision)) == (NO, [code])


def test_courses_add_up() -> None:
    held = (licence("PT", "US-AZ"), training(hours={"total": 20}), training(hours={"total": 4}))
    assert judged("dry_needling", at("US-AZ", "PT", held=held)).verdict is YES


def test_a_course_that_is_begun_is_looked_at() -> None:
    held = (licence("PT", "US-CO"), training(hours={"total": 30, "in_person": 30}))
    assert codes(judged("dry_needling", at("US-CO", "PT", held=held))) == ["training_begun"]


@pytest.mark.parametrize(("elsewhere", "expected", "code"), [
    (None, NO, "licence_too_young"), (date(2015, 1, 1), ASK, "licence_years_elsewhere"),
])  # fmt: skip
def test_years_with_a_licence_count_where_the_visit_is(elsewhere, expected, code) -> None:
    here = licence("PT", "US-FL", issued_on=date(2025, 3, 11))
    other = (licence("PT", "US-GA", issued_on=elsewhere),) if elsewhere else ()
    it = at("US-FL", "PT", held=(here, *other, training()))
    assert (judged("dry_needling", it).verdict, codes(judged("dry_needling", it))) == (expected, [code])
    assert judged("dry_needling", replace(it, on=date(2027, 3, 11))).verdict is YES


def test_who_has_two_professions_is_judged_in_the_better() -> None:
    held = (*well_qualified("PT", "US-NY"), *well_qualified("LAC", "US-NY"))
    assert judged("dry_needling", at("US-NY", "PT", "LAC", held=held)).verdict is YES
    assert judged("dry_needling", at("US-NY", "PT", "LAC", held=well_qualified("PT", "US-NY"))).verdict is NO


def test_a_phlebotomists_national_certificate_is_enough_where_the_state_has_none() -> None:
    national = (licence("PHLEB", "US"),)
    assert judged("prp_draw", at("US-AZ", "PHLEB", held=national)).verdict is YES
    assert judged("prp_draw", at("US-CA", "PHLEB", held=national)).verdict is NO


@pytest.mark.parametrize(("attestations", "code"), [
    ((), "not_attested"),
    ((Attestation("US-AZ.microneedling", 1),), "supervision_open"),
    ((Attestation("US-AZ.microneedling", 2, frozenset({"supervision-rn"})),), "attested_earlier"),
])  # fmt: skip
def test_what_the_clinic_has_not_attested_is_looked_at(attestations: tuple, code: str) -> None:
    decision = judged("microneedling", at("US-AZ", "RN", attestations=attestations), "1.0")
    assert (decision.verdict, codes(decision)[-1]) == (ASK, code)


@pytest.mark.parametrize("rule", [rule for rule in PACK.rules if rule.attest], ids=lambda rule: rule.rule)
def test_each_statement_counts_for_those_whom_it_concerns(rule) -> None:
    act = next(iter(rule.steps), str(rule.procedure))
    for statement in rule.attest:
        act = statement.steps[0] if statement.steps else act
        who = statement.who or [w for entry in rule.entries(act) if entry.may is YES for w in entry.who]
        without = tuple(replace(one, statements=one.statements - {statement.id}) for one in ATTESTED)
        decision = judged(act, at(rule.jurisdiction, who[0], attestations=without), "0.5")
        assert (decision.verdict, codes(decision)[-1]) == (ASK, "statement_open")


@pytest.mark.parametrize(("place", "profession", "missing", "depth"), [
    ("US-VA", "PT", "hours-pt", None), ("US-NJ", "PT", "hours-pt", None), ("US-FL", "EST", "depth-est", "0.5"),
])  # fmt: skip
def test_what_is_not_established_is_never_not_required(place, profession, missing, depth) -> None:
    without = tuple(replace(one, statements=one.statements - {missing}) for one in ATTESTED)
    act = "microneedling" if depth else "dry_needling"
    decision = judged(act, at(place, profession, attestations=without), depth)
    assert decision.verdict is ASK
    assert codes(decision)[-1] in ("training_open", "scope_depth_open")


@pytest.mark.parametrize(("restriction", "depth", "expected"), [
    (Restriction(NO, "microneedling"), "0.3", NO), (Restriction(ASK, profession="NP"), "0.3", ASK),
    (Restriction(NO, profession="RN"), "0.3", YES), (Restriction(NO, location="tempe"), "0.3", YES),
    (Restriction(NO, location="phoenix"), "0.3", NO), (Restriction(to_mm=Decimal("0.5")), "0.6", NO),
    (Restriction(to_mm=Decimal("0.5")), "0.5", YES), (Restriction(to_mm=Decimal("0.5")), None, ASK),
    (Restriction(YES), "0.3", YES),
])  # fmt: skip
def test_the_clinic_may_tighten(restriction: Restriction, depth: str | None, expected: Verdict) -> None:
    it = at("US-AZ", "NP", policy=Policy((restriction,)), location="phoenix")
    assert judged("microneedling", it, depth).verdict is expected


def test_the_clinic_cannot_loosen() -> None:
    it = at("US-NY", "PT", policy=Policy((Restriction(YES, "dry_needling", "PT"),)))
    assert judged("dry_needling", it).verdict is NO


@pytest.mark.parametrize(("device", "depth", "expected"), [
    ("0.4", "0.5", NO), ("0.5", "0.5", YES), ("2.5", "0.5", YES), ("2.5", "0.6", NO), (None, "0.5", YES),
])  # fmt: skip
def test_of_performer_and_device_the_smaller_depth_counts(device, depth, expected) -> None:
    pen = Device("The pen", Decimal(device) if device else None)
    assert judged("microneedling", at("US-AZ", "EST", devices=(pen,)), depth).verdict is expected


def test_what_nobody_verified_counts_where_the_clinic_says_so() -> None:
    held = (licence("LAC", "US-NY", is_verified=False),)
    it = at("US-NY", "LAC", held=held)
    assert judged("dry_needling", it).verdict is NO
    assert judged("dry_needling", replace(it, policy=Policy(counts_unverified=True))).verdict is YES


def test_refusals_read_as_sentences() -> None:
    assert [str(one) for one in judged("dry_needling", at("US-NY", "PT")).reasons] == [
        "In New York a physical therapist may not perform dry needling: the state's position since 1992."
    ]
    held = (licence("PT", "US-AZ"), training(expires_on=date(2027, 3, 3)))
    assert [str(one) for one in judged("dry_needling", at("US-AZ", "PT", held=held)).reasons] == [
        "Ana's certificate of training in dry needling ends on 3 March 2027."
    ]


def test_an_examination_comes_first_above_the_depth_that_the_rule_names() -> None:
    def kinds(depth: str) -> list[str]:
        return [duty.kind for duty in judged("microneedling", at("US-AZ", "NP"), depth).duties]

    assert kinds("0.5") == ["consent"]
    assert kinds("0.6") == ["prior_exam", "consent"]


def test_a_rule_holds_from_and_until_its_days() -> None:
    old, new = PACK.index["US-WA", "dry_needling"][0], date(2024, 6, 22)
    before = old.model_copy(
        update={"rule": "US-WA.old", "effective_from": None, "effective_to": date(2024, 6, 21)}
    )
    pack = PACK.model_copy(update={"rules": (before, *PACK.rules)})
    pack.__dict__.pop("index", None)
    assert choosing.rule_for(pack, "US-WA", "dry_needling", new) is old
    assert choosing.rule_for(pack, "US-WA", "dry_needling", date(2024, 6, 21)) is before
