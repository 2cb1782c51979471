"""How many days lie between two visits of one patient: each treatment may ask for some, in both directions. Pure.

Days are calendar days of the place of each visit. "14 days" means that the 14th day after is the first possible.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from saas.catalogue.audience import Interval
from saas.catalogue.contents import Offering
from saas.kernel.errors import Reason

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Part:
    """One treatment of a visit, its base or an add-on: slug, name, acts, and what it keeps a distance from."""

    slug: str
    name: str
    procedures: frozenset[str]
    intervals: tuple[Interval, ...] = ()


@dataclass(frozen=True)
class Stay:
    """A visit that the patient has or had, on its day."""

    on: date
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Away:
    """The days, both included, that are too near to another visit: *days* lie between *one* and that *other*.

    `why` is said instead where days are not for the patient for another reason.
    """

    first: date
    last: date
    days: int = 0
    one: str = ""
    other: str = ""
    why: Reason | None = None


def part(offering: Offering) -> Part:
    """Return an offering or add-on as a part of a visit."""
    return Part(offering.slug, offering.text("name"), frozenset(offering.procedures), offering.intervals)


def away(parts: Sequence[Part], others: Iterable[Stay]) -> tuple[Away, ...]:
    """Return the days on which a visit of *parts* is too near to one of the *others*, by their first day."""
    return tuple(
        sorted((found for stay in others for found in _near(parts, stay)), key=lambda one: one.first)
    )


def too_near(found: Iterable[Away], on: date) -> Away | None:
    """Return what a day is too near to, the one that ends last; None where it is near to nothing."""
    near = (one for one in found if one.first <= on <= one.last)
    return max(near, key=lambda one: one.last, default=None)


def first_possible(found: Sequence[Away], on: date) -> date:
    """Return the first day from *on* that is near to nothing."""
    while (near := too_near(found, on)) is not None:
        on = near.last + DAY
    return on


def _near(parts: Sequence[Part], stay: Stay) -> Iterator[Away]:
    for one in parts:
        for other in stay.parts:
            days = max(_asked(one, other), _asked(other, one))
            if days:
                reach = (days - 1) * DAY
                yield Away(stay.on - reach, stay.on + reach, days, one.name, other.name)


def _asked(one: Part, other: Part) -> int:
    """Return how many days *one* asks for between itself and *other*; 0 for none."""
    return max((rule.days for rule in one.intervals if _is_meant(rule, one, other)), default=0)


def _is_meant(rule: Interval, one: Part, other: Part) -> bool:
    if rule.procedure is not None:
        return rule.procedure in other.procedures
    return other.slug == (rule.offering or one.slug)
