"""Tax rates as the clinic states them, each with its source. No row means for review, never zero."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from saas.catalogue.models import TaxRate
from saas.db import session, versioned
from saas.kernel.money import Money
from saas.practice import putting


@dataclass(frozen=True)
class Rate:
    """So many per cent from a day on, and who says so."""

    percent: Decimal
    source: str
    since: date


def find(jurisdiction: str, purpose: str, on: date, config_version: int) -> Rate | None:
    """Return the rate in force on the day *on*; None where nobody stated one, which is for review."""
    stated = _all(config_version).get((jurisdiction, purpose), ())
    return max((rate for rate in stated if rate.since <= on), key=lambda rate: rate.since, default=None)


def of(net: Money, rate: Rate) -> Money:
    """Return the tax on the line *net*, rounded half up."""
    return net.percent(rate.percent)


def put_all(rates: Iterable[Mapping[str, Any]]) -> bool:
    """Make the stated rates exactly *rates* (the columns of each); return whether anything changed."""
    return putting.put_set(TaxRate, {}, rates)


def _all(config_version: int) -> Mapping[tuple[str, str], tuple[Rate, ...]]:
    return versioned.read("tax_rates", config_version, _load)


def _load() -> Mapping[tuple[str, str], tuple[Rate, ...]]:
    found: dict[tuple[str, str], tuple[Rate, ...]] = {}
    for row in session.current().scalars(select(TaxRate)):
        rate = Rate(row.percent, row.source, row.valid_from)
        key = (row.jurisdiction, row.purpose)
        found[key] = (*found.get(key, ()), rate)
    return found
