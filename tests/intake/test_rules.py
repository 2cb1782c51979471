"""Is an examination needed, and does one count: the stricter of two asks, and every way in which one does not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas.intake import rules
from saas.intake.rules import Basis, Clearance, Code, EndReason, Need, Result
from saas.kernel import ids

DAY = date(2026, 11, 24)
NEED = Need("microneedling", frozenset({"MD", "NP"}), 12)
MADE = Clearance(ids.new(), frozenset({"microneedling"}), "MD", date(2026, 6, 1), Result.CLEARED)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, Code.CLEARED),
        ({"procedures": frozenset({"dry_needling"})}, Code.MISSING),
        ({"profession": "PT"}, Code.BY_OTHERS),
        ({"telehealth": True}, Code.BY_TELEHEALTH),
        ({"examined_on": date(2025, 11, 23)}, Code.EXPIRED),
        ({"examined_on": date(2025, 11, 24)}, Code.CLEARED),
        ({"valid_until": date(2026, 11, 23)}, Code.EXPIRED),
        ({"valid_until": DAY}, Code.CLEARED),
        ({"examined_on": date(2026, 11, 25)}, Code.NOT_YET),
        ({"result": Result.NOT_CLEARED}, Code.NOT_CLEARED),
        ({"result": Result.CONDITIONAL, "conditions": "No cheeks."}, Code.CLEARED),
        ({"ended": DAY, "why": EndReason.NEW_MEDICATION}, Code.ENDED),
        ({"ended": date(2026, 11, 25), "why": EndReason.ADVERSE_EVENT}, Code.CLEARED),
        ({"ended": DAY, "why": EndReason.MISTAKE}, Code.MISSING),
    ],
)
def test_an_examination_counts_or_says_why_not(change: dict[str, object], code: Code) -> None:
    assert rules.judge(NEED, [replace(MADE, **change)], DAY).code is code  # type: ignore[arg-type]


NEWER = replace(MADE, id=ids.new(), examined_on=date(2026, 9, 1))


@pytest.mark.parametrize(
    ("newer", "code"),
    [
        (replace(NEWER, result=Result.NOT_CLEARED), Code.NOT_CLEARED),
        (replace(NEWER, ended=DAY, why=EndReason.NEW_DIAGNOSIS), Code.ENDED),
        (replace(NEWER, ended=DAY, why=EndReason.MISTAKE), Code.CLEARED),
        (replace(NEWER, profession="PT"), Code.CLEARED),
        (replace(NEWER, valid_until=date(2026, 10, 1)), Code.CLEARED),
    ],
)
def test_what_was_found_last_counts_if_it_counts_at_all(newer: Clearance, code: Code) -> None:
    assert rules.judge(NEED, [newer, MADE], DAY).code is code
    assert rules.judge(NEED, [MADE, newer], DAY).code is code


@pytest.mark.parametrize(
    ("between", "code"),
    [
        ({"result": Result.NOT_CLEARED}, Code.NOT_CLEARED),
        ({"ended": DAY, "why": EndReason.NEW_DIAGNOSIS}, Code.ENDED),
    ],
)
@pytest.mark.parametrize(
    "idle", [{"profession": "PT"}, {"telehealth": True}, {"valid_until": date(2026, 11, 1)}]
)
def test_what_does_not_count_hides_no_finding_before_it(
    between: dict[str, object], code: Code, idle: dict[str, object]
) -> None:
    found = replace(NEWER, **between)  # type: ignore[arg-type]
    last = replace(MADE, id=ids.new(), examined_on=date(2026, 10, 20), **idle)  # type: ignore[arg-type]
    assert rules.judge(NEED, [MADE, found, last], DAY).code is code


@pytest.mark.parametrize(
    ("other", "together"),
    [
        (None, NEED),
        (replace(NEED, months=6, basis=Basis.STATUTE), replace(NEED, months=6, basis=Basis.STATUTE)),
        (replace(NEED, months=None), NEED),
        (replace(NEED, by=frozenset({"NP", "PA"})), replace(NEED, by=frozenset({"NP"}))),
        (replace(NEED, by=frozenset({"PA"})), replace(NEED, by=frozenset())),
        (replace(NEED, telehealth=True), NEED),
    ],
)
def test_of_rule_and_clinic_the_stricter_counts(other: Need | None, together: Need) -> None:
    assert rules.stricter(NEED, other) == rules.stricter(other, NEED) == together


def test_where_nobody_may_examine_nobody_is_cleared() -> None:
    assert rules.judge(replace(NEED, by=frozenset()), [MADE], DAY).code is Code.BY_OTHERS


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [("2026-01-31", 1, "2026-02-28"), ("2024-02-29", 12, "2025-02-28"), ("2026-12-15", 3, "2027-03-15")],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(day: str, months: int, last: str) -> None:
    assert rules.months_after(date.fromisoformat(day), months).isoformat() == last


needs = st.builds(
    Need, st.just("microneedling"), st.frozensets(st.sampled_from(["MD", "NP", "PA"])),
    st.none() | st.integers(1, 24), st.sampled_from(Basis), st.booleans(),
)  # fmt: skip
made = st.builds(
    Clearance, st.uuids(), st.just(frozenset({"microneedling"})), st.sampled_from(["MD", "NP", "PT"]),
    st.integers(-900, 30).map(lambda days: DAY + timedelta(days=days)), st.sampled_from(Result), st.none(),
    st.booleans(),
)  # fmt: skip


@given(needs, needs, st.lists(made, max_size=4))
def test_asking_for_more_clears_nobody(one: Need, other: Need, known: list[Clearance]) -> None:
    both = rules.stricter(one, other)
    assert both is not None
    if rules.judge(both, known, DAY).is_cleared:
        assert rules.judge(one, known, DAY).is_cleared
        assert rules.judge(other, known, DAY).is_cleared
