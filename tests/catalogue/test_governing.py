"""Which policy governs a visit: the most specific rule, by one order, whatever order they are written in."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas.catalogue import governing
from saas.catalogue.governing import Rule, Scope, Situation

ASKED = Situation("micro-needling", "aesthetics", "phoenix", is_first=True)

names = st.sampled_from(["micro-needling", "peel", None])
scopes = st.builds(
    Scope, names, st.sampled_from(["aesthetics", "consultation", None]), st.sampled_from(["phoenix", "hoboken", None]),
    st.sampled_from([True, False, None]),
)  # fmt: skip
situations = st.builds(
    Situation, st.sampled_from(["micro-needling", "peel"]), st.sampled_from(["aesthetics", "consultation"]),
    st.sampled_from(["phoenix", "hoboken"]), st.booleans(),
)  # fmt: skip
rulebooks = st.lists(scopes, unique=True, max_size=12).map(
    lambda found: [Rule(scope, str(number)) for number, scope in enumerate(found)]
)


@pytest.mark.parametrize(
    ("scopes", "deciding"),
    [
        ([], None),
        ([Scope()], Scope()),
        ([Scope(), Scope(first_visit=True)], Scope(first_visit=True)),
        ([Scope(first_visit=True), Scope(location="phoenix")], Scope(location="phoenix")),
        ([Scope(location="phoenix"), Scope(category="aesthetics")], Scope(category="aesthetics")),
        ([Scope(category="aesthetics", location="phoenix"), Scope("micro-needling")], Scope("micro-needling")),
        ([Scope("micro-needling"), Scope("micro-needling", first_visit=True)],
         Scope("micro-needling", first_visit=True)),
        ([Scope("micro-needling", location="phoenix"), Scope("micro-needling", first_visit=True)],
         Scope("micro-needling", location="phoenix")),
        ([Scope("peel"), Scope(location="hoboken"), Scope(first_visit=False)], None),
    ],
)  # fmt: skip
def test_the_most_specific_rule_decides(scopes: list[Scope], deciding: Scope | None) -> None:
    found = governing.resolve([Rule(scope, str(scope)) for scope in scopes], ASKED)
    assert found.terms == (None if deciding is None else str(deciding))


def test_a_specific_rule_can_say_that_there_is_no_such_policy() -> None:
    found = governing.resolve([Rule(Scope(), "20"), Rule(Scope(location="phoenix"), None)], ASKED)
    assert found.terms is None
    assert [(str(step.rule.scope), step.chosen) for step in found.trace] == [
        ("phoenix", True),
        ("everything", False),
    ]


@given(rulebooks, situations, st.randoms())
def test_the_order_of_the_rules_never_matters(
    rules: list[Rule[str]], asked: Situation, shuffling: object
) -> None:
    shuffled = list(rules)
    shuffling.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    assert governing.resolve(shuffled, asked) == governing.resolve(rules, asked)


@given(rulebooks, situations)
def test_what_decides_holds_and_nothing_that_holds_is_as_specific(
    rules: list[Rule[str]], asked: Situation
) -> None:
    found = governing.resolve(rules, asked)
    holding = [rule for rule in rules if rule.scope.holds(asked)]
    assert sorted(step.rule.terms or "" for step in found.trace) == sorted(
        rule.terms or "" for rule in holding
    )
    ranks = [step.rule.scope.precedence for step in found.trace]
    assert ranks == sorted(set(ranks), reverse=True)


@given(
    rulebooks,
    situations,
    st.sets(st.sampled_from(["offering", "category", "location", "first_visit"]), min_size=1),
)
def test_a_more_general_rule_never_changes_what_a_more_specific_one_says(
    rules: list[Rule[str]], asked: Situation, forgotten: set[str]
) -> None:
    before = governing.resolve(rules, asked)
    if not before.trace:
        return
    deciding = before.trace[0].rule.scope
    general = replace(deciding, **dict.fromkeys(forgotten))
    if any(rule.scope == general for rule in rules):
        return
    assert governing.resolve([*rules, Rule(general, "general")], asked).terms == before.terms
