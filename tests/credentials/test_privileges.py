"""Who may perform what, from and until: periods of every procedure together."""

from datetime import date
from uuid import UUID

import pytest

from saas.credentials import privileges
from saas.credentials.privileges import Period
from saas.db import versioned
from tests.booking.clinic import set_up

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)


@pytest.mark.parametrize(("held", "asked", "expected"), [
    ([("a", None, None)], ["a"], [Period(date.min, date.max)]),
    ([("a", None, None)], ["a", "b"], []),
    ([("a", MAY, JULY), ("b", JUNE, None)], ["a", "b"], [Period(JUNE, JULY)]),
    ([("a", None, MAY), ("b", JUNE, None)], ["a", "b"], []),
    ([("a", None, MAY), ("a", JULY, None)], ["a"], [Period(date.min, MAY), Period(JULY, date.max)]),
    ([], ["a"], []),
])  # fmt: skip
def test_only_the_time_in_which_all_procedures_are_allowed_counts(
    tenant: UUID, held, asked, expected
) -> None:
    person = next(iter(set_up(tenant).people.values()))
    rows = [{"procedure": p, "starts_on": s, "ends_on": e} for p, s, e in held]
    privileges.put(person, rows)
    versioned.forget()
    assert list(privileges.periods(person, asked, 1)) == expected


def test_putting_the_same_privileges_changes_nothing(tenant: UUID) -> None:
    person = next(iter(set_up(tenant).people.values()))
    rows = [{"procedure": "a", "starts_on": None, "ends_on": MAY}]
    assert privileges.put(person, rows)
    assert not privileges.put(person, rows)
    assert privileges.put(person, [])


def test_a_privilege_that_ends_the_day_before_does_not_reach_the_day() -> None:
    assert not Period(date.min, MAY).has(date(2026, 5, 2))
    assert Period(date.min, MAY).has(MAY)
