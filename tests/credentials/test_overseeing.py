"""Who has to be supervised, by whom, how near and by which writing: the nearer of what rule and clinic ask."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from saas.credentials.circumstances import Circumstances, Status, Supervisor
from saas.credentials.overseeing import Watch
from saas.credentials.pack_schema import Pack, Performer, Supervision
from saas.credentials.vocabulary import Mode, Verdict, nearer
from tests.credentials.people import DAY, PACK, at, codes, judged, licence, supervisor

ACT, PLACE = "microneedling", "US-AZ"
MD, NP = supervisor("MD", PLACE), supervisor("NP", PLACE)


def asking(mode: Mode | None, writing: str | None = None, **more: object) -> Circumstances:
    """Return circumstances of a nurse whom the rule lets needle under supervision by a physician in *mode*."""
    under = Supervision(mode=mode, by=("MD",), writing=writing) if mode is not Mode.NONE else None
    entry = Performer(who=("RN",), may="allow", supervision=under)
    rules = [
        one.model_copy(update={"performers": (entry,)}) if one.rule == f"{PLACE}.{ACT}" else one
        for one in PACK.rules
    ]
    values = {name: getattr(PACK, name) for name in Pack.model_fields}
    return replace(at(PLACE, "RN"), pack=Pack(**{**values, "rules": tuple(rules)}), **more)


def holding(**more: object) -> Supervisor:
    """Return the physician with one licence like this."""
    return replace(MD, performer=replace(MD.performer, credentials=(licence("MD", PLACE, **more),)))


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.NONE])
def test_each_mode_needs_somebody_who_is_named(mode: Mode) -> None:
    alone = judged(ACT, asking(mode, supervisors=()), "1.0")
    assert (alone.verdict, codes(alone)) == (Verdict.REVIEW, ["supervisor_missing"])
    supervised = judged(ACT, asking(mode, supervisors=(MD,)), "1.0")
    assert (supervised.verdict, supervised.watches) == (Verdict.ALLOW, (Watch(MD.id, mode),))


@pytest.mark.parametrize(("named", "code"), [
    (NP, "supervisor_other_profession"),
    (replace(MD, protocol=""), "supervision_unwritten"),
    (replace(MD, acts=("prp_draw",)), "supervisor_missing"),
    (replace(MD, ends_on=DAY - timedelta(days=1)), "supervisor_missing"),
    (replace(MD, starts_on=DAY + timedelta(days=1)), "supervisor_missing"),
    (supervisor("MD", "US-NY"), "supervisor_unlicensed"),
    (holding(expires_on=DAY - timedelta(days=1)), "supervisor_unlicensed"),
    (holding(status=Status.REVOKED), "supervisor_unlicensed"),
])  # fmt: skip
def test_who_is_named_must_be_able_to(named, code: str) -> None:
    decision = judged(ACT, asking(Mode.DELEGATION, "order", supervisors=(named,)), "1.0")
    assert (decision.verdict, codes(decision), decision.watches) == (Verdict.REVIEW, [code], ())
    both = judged(ACT, asking(Mode.DELEGATION, "order", supervisors=(named, MD)), "1.0")
    assert both.verdict is Verdict.ALLOW


def test_the_sentence_names_the_writing_that_is_missing() -> None:
    found = asking(Mode.DELEGATION, "order", supervisors=(replace(MD, protocol=""),))
    said = str(judged(ACT, found, "1.0").reasons[0])
    assert said.endswith("performs micro-needling under a written order; there is none of Bo.")


@pytest.mark.parametrize(("rule", "clinic", "holds"), [
    (Mode.NONE, Mode.ON_SITE, Mode.ON_SITE), (Mode.GENERAL, Mode.DIRECT, Mode.DIRECT),
    (Mode.DIRECT, Mode.GENERAL, Mode.DIRECT), (Mode.ON_SITE, None, Mode.ON_SITE),
    (Mode.DELEGATION, Mode.AVAILABLE, Mode.AVAILABLE), (Mode.AVAILABLE, Mode.DELEGATION, Mode.AVAILABLE),
])  # fmt: skip
def test_the_nearer_of_rule_and_clinic_holds(rule: Mode, clinic: Mode | None, holds: Mode) -> None:
    decision = judged(ACT, asking(rule, supervisors=(replace(MD, mode=clinic),)), "1.0")
    assert [one.mode for one in decision.watches] == [holds]
    assert nearer(rule, clinic or Mode.NONE) is holds


def test_nobody_watches_where_neither_rule_nor_clinic_asks() -> None:
    decision = judged(ACT, asking(Mode.NONE, supervisors=(MD,)), "1.0")
    assert (decision.verdict, decision.watches) == (Verdict.ALLOW, ())


def test_a_mode_that_is_not_established_is_attested_or_looked_at() -> None:
    assert judged(ACT, asking(None, supervisors=()), "1.0").verdict is Verdict.ALLOW
    assert codes(judged(ACT, asking(None, attestations=()), "1.0")) == ["supervision_open", "not_attested"]


def test_the_answer_holds_until_the_supervisor_is_no_longer_good() -> None:
    last = date(2027, 6, 30)
    decision = judged(ACT, asking(Mode.GENERAL, supervisors=(holding(expires_on=last),)), "1.0")
    assert (decision.verdict, decision.valid_until) == (Verdict.ALLOW, last)
    assert (
        judged(ACT, asking(Mode.GENERAL, supervisors=(replace(MD, ends_on=last),)), "1.0").valid_until == last
    )


def test_of_two_professions_the_one_that_nobody_watches_counts() -> None:
    nurse_and_physician = at(PLACE, "RN", "MD")
    assert judged(ACT, nurse_and_physician, "1.0").watches == ()
    assert judged(ACT, at(PLACE, "RN"), "1.0").watches != ()
