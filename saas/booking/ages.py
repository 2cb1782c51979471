"""Whether a patient is as old as the labels of the devices say that would be used on them.

Which unit it will be is not known before, so the one counts whose label asks for most. Younger is off-label: the
clinic answers for it once for each model, and a clause of the treatment has patients consent to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from saas.booking.asking import Wish
from saas.catalogue import suiting
from saas.catalogue.contents import Offering
from saas.credentials import attesting, labelling
from saas.kernel.errors import Reason
from saas.kernel.text import N_
from saas.patients import records
from saas.practice import snapshot
from saas.practice.bodies import Use

TOO_YOUNG = N_(
    "The label of %(device)s is for people of %(age)s years and older; the clinic has to answer for this use first."
)


class Tools(NamedTuple):
    """The kinds of device that a treatment uses, and the off-label uses to which patients consent with it."""

    kinds: frozenset[str]
    off_label: tuple[str, ...]


@dataclass(frozen=True)
class Label:
    """From which age on a device's label is, in years."""

    device: str
    age: int

    def refusal(self, born: date, on: date) -> Reason | None:
        """Return why somebody *born* then is too young on a day; None where they are not."""
        if suiting.age_on(born, on) >= self.age:
            return None
        return Reason("label_too_young", TOO_YOUNG, {"device": self.device, "age": self.age})

    def first_day(self, born: date) -> date:
        """Return the first day on which somebody *born* then is old enough."""
        try:
            return born.replace(year=born.year + self.age)
        except ValueError:
            return date(born.year + self.age, 3, 1)


def tools(offering: Offering) -> Tools:
    """Return what *offering* uses."""
    kinds = frozenset(kind for part in offering.segments for kind in part.devices)
    return Tools(kinds, tuple(offering.off_label))


def label(place_id: UUID, used: Iterable[Tools], config_version: int) -> Label | None:
    """Return the label that asks for the highest age of what is *used* at a place; None where none asks for any."""
    policy = attesting.word(config_version).policy
    found = [
        Label(unit.model or unit.name, unit.label_min_age)
        for one in used for unit in snapshot.read(config_version).devices
        if unit.location_id == place_id and unit.kind in one.kinds and unit.label_min_age is not None
        and not labelling.is_answered(unit.model, Use.UNDER_AGE, one.off_label, policy)
    ]  # fmt: skip
    return max(found, key=lambda one: one.age, default=None)


def of_wish(asked: Wish) -> Label | None:
    """Return the label that asks for the highest age of what a wish would use."""
    used = [tools(one) for one in (asked.offering, *asked.add_ons)]
    return label(asked.place.id, used, asked.config_version)


def born(patient_id: UUID) -> date | None:
    """Return when a patient was born, where that is known."""
    return records.get(patient_id).birth_date
