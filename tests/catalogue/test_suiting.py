"""Whom a treatment is for, as a table; ages by the calendar."""

from datetime import date

import pytest

from saas.catalogue import suiting
from saas.catalogue.audience import Patients, Seen
from saas.catalogue.suiting import Person

ON = date(2027, 3, 1)
NEW, KNOWN = Person(None, is_known=False), Person(None, is_known=True)
CASES = [
    (Patients(), NEW, None),
    (Patients(Seen.NEW), NEW, None),
    (Patients(Seen.NEW), KNOWN, "new_only"),
    (Patients(Seen.RETURNING), KNOWN, None),
    (Patients(Seen.RETURNING), NEW, "returning_only"),
    (Patients(min_age=18), NEW, "birth_date_needed"),
    (Patients(min_age=18), Person(date(2009, 3, 1), is_known=False), None),
    (Patients(min_age=18), Person(date(2009, 3, 2), is_known=False), "too_young"),
    (Patients(max_age=70), Person(date(1956, 3, 2), is_known=False), None),
    (Patients(max_age=70), Person(date(1956, 3, 1), is_known=False), "too_old"),
]


@pytest.mark.parametrize(("meant", "person", "code"), CASES)
def test_the_first_rule_that_is_broken_is_said(meant: Patients, person: Person, code: str | None) -> None:
    found = suiting.refusal(meant, "Peel", person, ON)
    assert (found.code if found else None) == code


def test_who_was_born_on_a_leap_day_is_older_on_the_first_of_march() -> None:
    born = date(2008, 2, 29)
    assert [suiting.age_on(born, date(2026, 2, 28)), suiting.age_on(born, date(2026, 3, 1))] == [17, 18]
