"""Deposit and cancellation: what is paid when booking, until when cancelling is free, what is due after.

All pure. A deposit or a fee is never more than the price. The free window is counted on the wall clock of
the location: 48 hours before Tuesday 9:00 is Sunday 9:00, also where clocks change in between.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from saas.catalogue import contents
from saas.catalogue.contents import CancellationPolicy, DepositPolicy, Offering
from saas.kernel.money import Money

MINUTES_AN_HOUR = 60


@dataclass(frozen=True)
class Policies:
    """The policies something was booked under."""

    deposit: DepositPolicy | None = None
    cancellation: CancellationPolicy | None = None


def deposit(policy: DepositPolicy | None, price: Money, minutes: int) -> Money:
    """Return what is paid when booking a visit of *minutes* (the patient's), at most *price*.

    Nothing without a policy. Rounded half up.
    """
    if policy is None:
        return Money.zero(price.currency)
    if policy.percent is not None:
        return min(price.percent(Decimal(policy.percent)), price)
    if policy.per_hour is not None:
        hourly = Money.from_major(policy.per_hour, price.currency)
        return min(hourly.percent(Fraction(minutes * 100, MINUTES_AN_HOUR)), price)
    return min(Money.from_major(policy.amount or "0", price.currency), price)


def late_fee(policy: CancellationPolicy | None, price: Money) -> Money:
    """Return what a late cancellation costs, at most *price*; nothing without a policy. Rounded half up."""
    if policy is None:
        return Money.zero(price.currency)
    if policy.fee is not None:
        return min(Money.from_major(policy.fee, price.currency), price)
    return min(price.percent(Decimal(policy.fee_percent or "0")), price)


def free_until(policy: CancellationPolicy, wall_start: datetime, zone: str) -> datetime:
    """Return the instant (UTC) from which on cancelling costs a fee.

    *wall_start* is the start on the clock of *zone*, without a zone of its own. A wall time that the
    change of clocks skips or repeats is read as the later instant, in the patient's favour.
    """
    wall = wall_start - timedelta(hours=policy.free_until_hours)
    readings = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    return max(reading.astimezone(UTC) for reading in readings)


def snapshot(offering: Offering) -> dict[str, Any]:
    """Return the offering's policies as JSON, to be kept with what is booked under them."""
    return asdict(Policies(offering.deposit, offering.cancellation))


def read_snapshot(kept: Mapping[str, Any]) -> Policies:
    """Return the policies that `snapshot` wrote."""
    return Policies(
        contents.read_deposit(kept.get("deposit")), contents.read_cancellation(kept.get("cancellation"))
    )
