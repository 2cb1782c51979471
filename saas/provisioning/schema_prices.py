"""The schema of money: an offering's prices, deposit and cancellation, and `taxes.yaml`.

Amounts and rates stay text until a currency is known: nothing here is ever a binary fraction.
"""

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, Field, field_validator, model_validator

from saas.provisioning.problems import quoted
from saas.provisioning.schema_places import Day, Jurisdiction
from saas.provisioning.schema_types import Prose, Record, Slug, between, refusal

MOST_RULES = 200
MOST_HOURS = 24 * 60

_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")
_PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,4})?")


def _amount(text: str) -> str:
    if not _AMOUNT.fullmatch(text):
        raise refusal(
            f"{quoted(text)} is not an amount", "digits, with a point before cents, such as '240.00'"
        )
    if not Decimal(text):
        raise refusal("an amount of nothing", "more than 0; what costs nothing has no price at all")
    return text


def _share(text: str) -> str:
    if not _PERCENT.fullmatch(text) or not 0 < Decimal(text) <= 100:
        raise refusal(f"{quoted(text)} is not a share", "per cent, more than 0 and at most 100")
    return text


def _rate(text: str) -> str:
    if not _PERCENT.fullmatch(text) or Decimal(text) > 100:
        raise refusal(f"{quoted(text)} is not a tax rate", "per cent, from 0 to 100, such as '8.6'")
    return format(Decimal(text).normalize(), "f")


Amount = Annotated[str, AfterValidator(_amount)]
Share = Annotated[str, AfterValidator(_share)]
Percent = Annotated[str, AfterValidator(_rate)]
Hours = Annotated[int, between(1, MOST_HOURS, "hours")]


def exactly_one(record: Record, *names: str) -> None:
    """Raise a refusal unless just one of the keys *names* is given."""
    given = [name for name in names if getattr(record, name) is not None]
    if len(given) != 1:
        message = "says " + (" and ".join(f"'{name}'" for name in given) or "no amount")
        raise refusal(message, "exactly one of " + ", ".join(f"'{name}'" for name in names))


class Price(Record):
    """A price, and for which variant, where, whom and from which day on it holds."""

    amount: Amount
    variant: Slug | None = None
    location: Slug | None = None
    practitioner: Slug | None = None
    tier: Slug | None = None
    since: Day | None = Field(None, alias="from")

    @model_validator(mode="after")
    def _one_person(self) -> "Price":
        if self.practitioner and self.tier:
            raise refusal("names a practitioner and a tier", "one of the two")
        return self


class Deposit(Record):
    """What is paid when booking: a share of the price, an amount, or an amount an hour."""

    percent: Share | None = None
    amount: Amount | None = None
    per_hour: Amount | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "Deposit":
        exactly_one(self, "percent", "amount", "per_hour")
        return self


class Cancellation(Record):
    """Until how many hours before the start cancelling is free, and what is due after that."""

    free_until_hours: Hours
    fee_percent: Share | None = None
    fee: Amount | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "Cancellation":
        exactly_one(self, "fee_percent", "fee")
        return self


class TaxRate(Record):
    """What a jurisdiction takes of what is sold for a purpose, from a day on, and who says so."""

    jurisdiction: Jurisdiction
    purpose: Slug
    rate: Percent
    since: Day = Field(alias="from")
    source: Prose

    def columns(self) -> dict[str, Any]:
        """Return the rate as the catalogue keeps it."""
        return {
            "jurisdiction": self.jurisdiction, "purpose": self.purpose, "percent": Decimal(self.rate),
            "valid_from": self.since, "source": self.source,
        }  # fmt: skip


class Taxes(Record):
    """The tax rates a clinic states."""

    rates: Annotated[tuple[TaxRate, ...], Field(max_length=MOST_RULES)] = ()

    @field_validator("rates")
    @classmethod
    def _sorted(cls, rates: tuple[TaxRate, ...]) -> tuple[TaxRate, ...]:
        return tuple(sorted(rates, key=lambda one: (one.jurisdiction, one.purpose, one.since)))
