"""THE price of an offering: one ordered resolver, and the trace that explains its answer.

Levels are asked in one order (patient, practitioner, tier, location, organisation) and the first that
has a price in force decides. Within a level a price of just this location comes before one of all, then
the one that began last. A price of a lower level never changes what a higher one says. A variant with prices of
its own has a list of its own, which `varying` chooses before anybody asks here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from saas.catalogue.contents import Offering, PriceRule
from saas.kernel.errors import Conflict
from saas.kernel.money import Money
from saas.kernel.text import N_


class NoPrice(Conflict):
    """A treatment that has prices has none for this place and day; never read as free of charge."""

    code = "no_price"
    sentence = N_("This treatment has no price here for this day. Please call us.")


class Level(StrEnum):
    """Who a price is for, the one that decides first on top; a patient's is an agreement."""

    PATIENT = "patient"
    PRACTITIONER = "practitioner"
    TIER = "tier"
    LOCATION = "location"
    ORGANISATION = "organisation"


SENTENCES = {
    (Level.PATIENT, True): N_("This patient's own price is %(amount)s."),
    (Level.PATIENT, False): N_("This patient has no price of their own."),
    (Level.PRACTITIONER, True): N_("%(rule)s asks %(amount)s."),
    (Level.PRACTITIONER, False): N_("The practitioner has no price of their own."),
    (Level.TIER, True): N_("Practitioners of the tier %(rule)s ask %(amount)s."),
    (Level.TIER, False): N_("The practitioner's tier has no price."),
    (Level.LOCATION, True): N_("The price at %(rule)s is %(amount)s."),
    (Level.LOCATION, False): N_("The location has no price of its own."),
    (Level.ORGANISATION, True): N_("The price everywhere is %(amount)s."),
    (Level.ORGANISATION, False): N_("There is no price for everywhere."),
}


PASSED = {
    "practitioner": N_("The visit is not with them."),
    "tier": N_("The practitioner is not of that tier."),
    "location": N_("The visit is not there."),
    "later": N_("It begins on %(since)s only."),
    "outranked": N_("Another of its kind is for just this place, or began later."),
}


@dataclass(frozen=True)
class AgreedPrice:
    """A price of one patient's own for an offering, for visits from a day to the day before another."""

    offering_id: UUID
    amount: Money
    since: date
    until: date | None = None

    def holds(self, offering: Offering, asked: "Circumstances") -> bool:
        """Whether it is for the offering, the day and the currency."""
        in_force = self.since <= asked.on and (self.until is None or asked.on < self.until)
        return in_force and self.offering_id == offering.id and self.amount.currency == asked.currency


@dataclass(frozen=True)
class Circumstances:
    """For whom and what a price is asked: slugs, the day of the visit at its place, that place's currency.

    `agreed` are the patient's own prices, none where nobody knows yet who the patient is.
    """

    location: str
    practitioner: str | None
    tier: str | None
    on: date
    currency: str
    agreed: tuple[AgreedPrice, ...] = ()


@dataclass(frozen=True)
class Step:
    """What one level says: the text of its rule and the amount, or neither; one step of a trace is chosen."""

    level: Level
    rule: str | None = None
    amount: Money | None = None
    chosen: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the step as it is kept with a quote: the level, its rule, the amount in minor units."""
        return {
            "level": self.level.value, "rule": self.rule, "chosen": self.chosen,
            "amount_minor": self.amount.minor if self.amount is not None else None,
            "currency": self.amount.currency if self.amount is not None else None,
        }  # fmt: skip

    @property
    def sentence(self) -> str:
        """The step in words, to be translated and then filled from `rule` and `amount`."""
        return SENTENCES[self.level, self.amount is not None]

    def __str__(self) -> str:
        return self.sentence % {"rule": self.rule, "amount": self.amount}


@dataclass(frozen=True)
class Price:
    """What an offering costs before tax, and the trace that says why."""

    amount: Money
    trace: tuple[Step, ...]

    @property
    def chosen(self) -> Step:
        """The step that decided."""
        return next(step for step in self.trace if step.chosen)


def read_step(kept: Mapping[str, Any]) -> Step:
    """Return the step that `as_json` wrote."""
    amount = kept["amount_minor"]
    return Step(
        Level(kept["level"]), kept["rule"], None if amount is None else Money(amount, kept["currency"]),
        kept["chosen"],
    )  # fmt: skip


def resolve(offering: Offering, asked: Circumstances) -> Price | None:
    """Return the price that *asked* leads to; None where the offering is free of charge.

    NoPrice where it has prices and none holds here on that day: what has a price is never given away
    by a gap. Configurations with such a gap are refused, so this is for days and places outside them.
    """
    if not offering.prices:
        return None
    chosen_one = offering.variant.slug if offering.variant else None
    rules = [rule for rule in offering.prices if rule.variant in (None, chosen_one)]
    found = {level: _of_level(rules, level, asked) for level in Level}
    own = next((one for one in asked.agreed if one.holds(offering, asked)), None)
    deciding = Level.PATIENT if own else next((level for level, rule in found.items() if rule), None)
    if deciding is None:
        raise NoPrice
    general = [_step(level, rule, asked, level is deciding) for level, rule in found.items()]
    trace = (_agreed(own), *(step for step in general if step.level is not Level.PATIENT))
    chosen = next(step.amount for step in trace if step.chosen)
    assert chosen is not None
    return Price(chosen, trace)


@dataclass(frozen=True)
class Passed:
    """A price of the offering's that was passed over, and why."""

    rule: PriceRule
    code: str

    @property
    def sentence(self) -> str:
        """The reason in words, to be translated and then filled with `since`, the day on which the price begins."""
        return PASSED[self.code]


def passed_over(offering: Offering, asked: Circumstances) -> list[Passed]:
    """Return the prices that do not stand in the trace of *asked*, each with why it does not hold."""
    return [found for rule in offering.prices if (found := _passed(rule, offering.prices, asked))]


def _passed(rule: PriceRule, rules: Iterable[PriceRule], asked: Circumstances) -> Passed | None:
    named = (
        ("practitioner", rule.practitioner, asked.practitioner), ("tier", rule.tier, asked.tier),
        ("location", rule.location, asked.location),
    )  # fmt: skip
    for code, wanted, actual in named:
        if wanted is not None and wanted != actual:
            return Passed(rule, code)
    if rule.since is not None and rule.since > asked.on:
        return Passed(rule, "later")
    level = level_of(rule)
    return None if _of_level(rules, level, asked) is rule else Passed(rule, "outranked")


def level_of(rule: PriceRule) -> Level:
    """Return the level of *rule*: the most particular thing it names."""
    if rule.practitioner:
        return Level.PRACTITIONER
    if rule.tier:
        return Level.TIER
    return Level.LOCATION if rule.location else Level.ORGANISATION


def _of_level(rules: Iterable[PriceRule], level: Level, asked: Circumstances) -> PriceRule | None:
    holding = [rule for rule in rules if level_of(rule) is level and _holds(rule, asked)]
    return max(holding, key=_precedence, default=None)


def _precedence(rule: PriceRule) -> tuple[bool, date]:
    return rule.location is not None, rule.since or date.min


def _holds(rule: PriceRule, asked: Circumstances) -> bool:
    named = (
        (rule.location, asked.location),
        (rule.practitioner, asked.practitioner),
        (rule.tier, asked.tier),
    )
    in_force = rule.since is None or rule.since <= asked.on
    return in_force and all(wanted is None or wanted == actual for wanted, actual in named)


def _step(level: Level, rule: PriceRule | None, asked: Circumstances, chosen: bool) -> Step:
    if rule is None:
        return Step(level)
    return Step(level, text(rule), Money.from_major(rule.amount, asked.currency), chosen)


def _agreed(own: AgreedPrice | None) -> Step:
    if own is None:
        return Step(Level.PATIENT)
    until = f" until {own.until.isoformat()}" if own.until else ""
    return Step(Level.PATIENT, f"from {own.since.isoformat()}{until}", own.amount, chosen=True)


def text(rule: PriceRule) -> str:
    """Return what *rule* names, as the clinic wrote it: `senior, phoenix, from 2027-01-01`; "" for none."""
    since = f"from {rule.since.isoformat()}" if rule.since else None
    parts = (rule.variant, rule.practitioner, rule.tier, rule.location, since)
    return ", ".join(part for part in parts if part)
