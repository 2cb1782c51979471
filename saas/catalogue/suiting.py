"""Whom a treatment is for: new patients or those who were here before, from and up to which age. Pure."""

from datetime import date
from typing import Any, NamedTuple

from saas.catalogue.audience import Patients, Seen
from saas.kernel.errors import Reason
from saas.kernel.text import N_

SENTENCES = {
    "new_only": N_("%(offering)s is for new patients only."),
    "returning_only": N_("%(offering)s is for patients who have been here before."),
    "birth_date_needed": N_("%(offering)s has an age limit, so we need the date of birth."),
    "too_young": N_("%(offering)s is for patients of %(age)s years and older."),
    "too_old": N_("%(offering)s is for patients of at most %(age)s years."),
}


class Person(NamedTuple):
    """What is asked of a patient: their birth date, where it is known, and whether they were here before."""

    born: date | None
    is_known: bool


def age_on(born: date, on: date) -> int:
    """Return the age in whole years on a day; who was born on 29 February is a year older on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def refusal(meant: Patients, name: str, person: Person, on: date) -> Reason | None:
    """Return why somebody cannot have what is *meant* for some, on the day of the visit; None where they can."""
    if meant.only is Seen.NEW and person.is_known:
        return _reason("new_only", name)
    if meant.only is Seen.RETURNING and not person.is_known:
        return _reason("returning_only", name)
    if not meant.has_ages:
        return None
    if person.born is None:
        return _reason("birth_date_needed", name)
    age = age_on(person.born, on)
    if meant.min_age is not None and age < meant.min_age:
        return _reason("too_young", name, age=meant.min_age)
    if meant.max_age is not None and age > meant.max_age:
        return _reason("too_old", name, age=meant.max_age)
    return None


def _reason(code: str, name: str, **more: Any) -> Reason:
    return Reason(code, SENTENCES[code], {"offering": name, **more})
