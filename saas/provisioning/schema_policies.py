"""The schema of `policies.yaml`: what is paid and kept, how late is late, how often a visit is moved.

Each rule says where it holds (an offering, a category, a location, first visits) and what; `none` says that there
is no such policy there.
"""

from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, model_validator

from saas.catalogue.contents import Category
from saas.catalogue.terms import Kind
from saas.provisioning.schema_prices import MOST_RULES, Amount, Hours, Share, exactly_one
from saas.provisioning.schema_types import Record, Slug, TextByLanguage, between, code_of, refusal

MOST_MINUTES = 240
MOST_TIMES = 50

Minutes = Annotated[int, between(0, MOST_MINUTES, "minutes")]
Times = Annotated[int, between(0, MOST_TIMES, "times")]


class Rule(Record):
    """Where a policy holds; what is not named is not asked about."""

    offering: Slug | None = None
    category: Annotated[Category, code_of(Category)] | None = None
    location: Slug | None = None
    first_visit: bool | None = None
    none: bool | None = None

    @model_validator(mode="after")
    def _one_place(self) -> "Rule":
        if self.offering and self.category:
            raise refusal("names an offering and a category", "one of the two")
        if self.none is False:
            raise refusal("says 'none: false'", "'none: true', or a policy")
        return self

    @property
    def place(self) -> tuple[str, ...]:
        """Where it holds, in words that sort."""
        named = (self.offering, self.category, self.location, self.first_visit)
        return tuple("" if one is None else str(one) for one in named)

    def written(self) -> dict[str, Any]:
        """Return the rule as the catalogue keeps it: just what it says."""
        return self.model_dump(mode="json", exclude_defaults=True)


class DepositRule(Rule):
    """What is paid when booking: a share of the price, an amount, an amount an hour, or nothing."""

    percent: Share | None = None
    amount: Amount | None = None
    per_hour: Amount | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "DepositRule":
        exactly_one(self, "percent", "amount", "per_hour", "none")
        return self


class CancellationRule(Rule):
    """Until how many hours before the start cancelling is free, and what is due after that."""

    free_until_hours: Hours | None = None
    fee_percent: Share | None = None
    fee: Amount | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "CancellationRule":
        exactly_one(self, "fee_percent", "fee", "none")
        if self.none and self.free_until_hours is not None:
            raise refusal("says 'none' and 'free_until_hours'", "one of the two")
        if not self.none and self.free_until_hours is None:
            raise refusal("says what is due and not from when on", "'free_until_hours'")
        return self


class NoShowRule(Rule):
    """What is due when the patient does not come."""

    fee_percent: Share | None = None
    fee: Amount | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "NoShowRule":
        exactly_one(self, "fee_percent", "fee", "none")
        return self


class LateRule(Rule):
    """For how many minutes a visit waits, after how many it counts as not come, and what happens, in words."""

    grace_minutes: Minutes | None = None
    no_show_after_minutes: Minutes | None = None
    text: TextByLanguage = Field(default_factory=dict)

    @model_validator(mode="after")
    def _in_order(self) -> "LateRule":
        says = self.grace_minutes is not None or self.no_show_after_minutes is not None or bool(self.text)
        if says == bool(self.none):
            raise refusal(
                "says 'none' and something else" if says else "says nothing",
                "'grace_minutes', 'no_show_after_minutes' or 'text', or 'none' alone",
            )
        if self.no_show_after_minutes is not None and self.no_show_after_minutes < (self.grace_minutes or 0):
            raise refusal(
                f"counts as a no-show after {self.no_show_after_minutes} minutes, within its grace",
                f"{self.grace_minutes} or more",
            )
        return self


class RescheduleRule(Rule):
    """Until how many hours before the start, and how many times, a patient may move a visit themselves."""

    until_hours: Hours | None = None
    most_times: Times | None = None

    @model_validator(mode="after")
    def _some_way(self) -> "RescheduleRule":
        says = self.until_hours is not None or self.most_times is not None
        if says == bool(self.none):
            raise refusal(
                "says 'none' and something else" if says else "says nothing",
                "'until_hours' or 'most_times', or 'none' alone",
            )
        return self


One = TypeVar("One", bound=Rule)


def _in_order(rules: tuple[One, ...]) -> tuple[One, ...]:
    """Sort rules by where they hold: the order in which they are written says nothing."""
    return tuple(sorted(rules, key=lambda rule: rule.place))


Rules = Annotated[tuple[One, ...], Field(max_length=MOST_RULES), AfterValidator(_in_order)]


class Policies(Record):
    """The policies a clinic states, by what they are about."""

    deposit: Rules[DepositRule] = ()
    cancellation: Rules[CancellationRule] = ()
    no_show: Rules[NoShowRule] = ()
    late_arrival: Rules[LateRule] = ()
    reschedule: Rules[RescheduleRule] = ()

    def written(self) -> dict[Kind, list[dict[str, Any]]]:
        """Return the rules of each kind as the catalogue keeps them."""
        return {kind: [rule.written() for rule in getattr(self, kind.value)] for kind in Kind}
