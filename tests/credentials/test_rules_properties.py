"""Laws of the decision that hold whatever people hold and clinics say."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from saas.credentials import rules
from saas.credentials.circumstances import (
    Act,
    Attestation,
    Circumstances,
    Credential,
    Device,
    Kind,
    Performer,
    Policy,
    Restriction,
    Status,
)
from saas.credentials.vocabulary import ACTS, PROFESSIONS, Verdict
from tests.credentials.people import ATTESTED, PACK

FIRST = date(2024, 1, 1)
days = st.integers(0, 1_500).map(lambda number: FIRST + timedelta(days=number))
places = st.sampled_from(sorted(PACK.jurisdictions))
professions = st.sampled_from(sorted(PROFESSIONS))
depths = st.none() | st.sampled_from([Decimal("0.3"), Decimal("1.2"), Decimal(2)])
acts = st.builds(Act, st.sampled_from(sorted(ACTS)), depths)
hours = st.fixed_dictionaries(
    {kind: st.sampled_from([0, 30, 60, 400]) for kind in ("total", "in_person", "practical")}
)
credentials = st.builds(
    Credential, st.sampled_from(Kind), professions, places, st.sampled_from(["dry_needling", "microneedling"]),
    st.just("CPR"), issued_on=st.none() | days, expires_on=st.none() | days, hours=hours,
    sessions=st.sampled_from([0, 400]), exam=st.booleans(), status=st.sampled_from(Status), is_verified=st.booleans(),
)  # fmt: skip
attestations = st.lists(st.sampled_from(ATTESTED), max_size=60).map(tuple) | st.just(ATTESTED)
restrictions = st.builds(
    Restriction, st.sampled_from(Verdict), st.none() | st.sampled_from(["dry_needling", "prp"]),
    st.none() | professions, st.none(), st.none() | st.just(Decimal("0.5")),
)  # fmt: skip


@st.composite
def circumstances(draw: st.DrawFn) -> Circumstances:
    """Return a performer with a few credentials, most of which are about their own profession and place."""
    place, who = draw(places), draw(st.lists(professions, min_size=1, max_size=2, unique=True))
    held = [draw(credentials) for _ in range(draw(st.integers(0, 3)))]
    near = [replace(one, profession=who[0], jurisdiction=place) for one in held]
    ends = draw(st.none() | days)
    good = [
        Credential(Kind.LICENCE, one, place, issued_on=FIRST, expires_on=ends, is_verified=True)
        for one in who
    ]
    mine = (*near, *(good if draw(st.booleans()) else []))
    policy = Policy(tuple(draw(st.lists(restrictions, max_size=2))), draw(st.booleans()))
    devices = draw(st.sampled_from([(), (Device("pen", Decimal("0.5")),)]))
    performer = Performer("Ana", tuple(who), mine)
    return Circumstances(place, draw(days), performer, PACK, draw(attestations), policy, devices)


@given(acts, circumstances(), restrictions)
def test_a_restriction_never_turns_a_refusal_into_an_allowance(act, it, restriction) -> None:
    tightened = replace(it, policy=replace(it.policy, restrictions=(*it.policy.restrictions, restriction)))
    before, after = rules.decide(act, it).verdict, rules.decide(act, tightened).verdict
    assert after.strictness >= before.strictness


@given(acts, circumstances(), st.integers(0, 600))
def test_a_decision_is_the_same_until_it_says(act: Act, it: Circumstances, later: int) -> None:
    decision = rules.decide(act, it)
    last = decision.valid_until or it.on + timedelta(days=600)
    for day in (last, min(last, it.on + timedelta(days=later))):
        then = rules.decide(act, replace(it, on=day))
        assert (then.verdict, then.reasons, then.rules) == (
            decision.verdict,
            decision.reasons,
            decision.rules,
        )


@given(acts, circumstances())
def test_nothing_is_allowed_without_licence_and_attestation(act: Act, it: Circumstances) -> None:
    if rules.decide(act, it).verdict is Verdict.ALLOW:
        bare = replace(it, performer=replace(it.performer, credentials=()))
        assert rules.decide(act, bare).verdict is Verdict.PROHIBIT
        assert rules.decide(act, replace(it, attestations=())).verdict is Verdict.REVIEW


@given(acts, circumstances(), st.sampled_from(ATTESTED))
def test_an_attestation_never_lifts_a_prohibition(act: Act, it: Circumstances, word: Attestation) -> None:
    if rules.decide(act, it).verdict is Verdict.PROHIBIT:
        assert (
            rules.decide(act, replace(it, attestations=(*it.attestations, word))).verdict is Verdict.PROHIBIT
        )


@given(acts, circumstances())
def test_whatever_is_not_allowed_says_why(act: Act, it: Circumstances) -> None:
    decision = rules.decide(act, it)
    assert (decision.verdict is Verdict.ALLOW) == (not decision.reasons)
    assert all("%(" not in str(reason) for reason in decision.reasons)
