"""Off-label use: for review until the clinic answers for a model and a use, and a clause has patients consent to it."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas.credentials import rules
from saas.credentials.circumstances import Act, Circumstances, Device, Policy
from saas.credentials.rules import Decision
from saas.credentials.vocabulary import Verdict
from tests.credentials.people import at, codes
from tests.credentials.test_rules_properties import circumstances

PEN = Device("Pen 1", Decimal("1.5"), "microneedling_pen", "M2", ("abdomen", "face"))
SCALP = frozenset({("M2", "scalp")})


def judged(sites: tuple[str, ...], clauses: tuple[str, ...] = (), answered: frozenset[tuple[str, str]] = frozenset(),
           *more: Device) -> Decision:  # fmt: skip
    it = at("US-NY", "MD", devices=(PEN, *more), policy=Policy(off_label=answered))
    return rules.decide(Act("microneedling", Decimal("0.5"), sites=sites, off_label=clauses), it)


@pytest.mark.parametrize(("sites", "clauses", "answered", "found"), [
    (("face",), (), frozenset(), []),
    (("abdomen", "face"), (), frozenset(), []),
    ((), (), frozenset(), []),
    (("scalp",), (), frozenset(), ["label_site"]),
    (("face", "scalp"), ("scalp",), frozenset(), ["label_site"]),
    (("scalp",), (), SCALP, ["label_unconsented"]),
    (("scalp",), ("neck",), SCALP, ["label_unconsented"]),
    (("scalp",), ("scalp",), SCALP, []),
    (("neck", "scalp"), ("neck", "scalp"), SCALP, ["label_site"]),
    (("",), ("scalp",), SCALP, ["label_site_unsaid"]),
])  # fmt: skip
def test_a_use_that_the_label_does_not_have_is_for_review_until_both_are_there(
    sites, clauses, answered, found
) -> None:
    decision = judged(sites, clauses, answered)
    assert codes(decision) == found
    assert decision.verdict is (Verdict.REVIEW if found else Verdict.ALLOW)


def test_each_unit_that_might_be_used_counts_and_one_without_a_label_asks_nothing() -> None:
    unlabelled = Device("Pen 2", None, "microneedling_pen")
    other = replace(PEN, model="M3", sites=("face", "scalp"))
    assert codes(judged(("scalp",), ("scalp",), SCALP, unlabelled, other)) == []
    assert codes(judged(("neck",), (), frozenset(), other)) == ["label_site", "label_site"]


def test_the_sentence_names_the_model_and_the_place_on_the_body() -> None:
    [reason] = judged(("scalp",)).reasons
    assert str(reason) == (
        "The label of M2 does not have the scalp; the clinic has to answer for that use first."
    )


sites = st.lists(st.sampled_from(["", "face", "neck", "scalp"]), max_size=3, unique=True).map(tuple)


@given(circumstances(), sites, sites, sites)
def test_a_label_never_turns_a_refusal_into_an_allowance(it: Circumstances, used, clauses, label) -> None:
    act = Act("microneedling", Decimal("0.3"), sites=used, off_label=clauses)
    bare = replace(it, devices=(replace(PEN, sites=()),))
    before = rules.decide(act, bare).verdict
    labelled = replace(it, devices=(replace(PEN, sites=tuple(filter(None, label))),))
    assert rules.decide(act, labelled).verdict.strictness >= before.strictness
