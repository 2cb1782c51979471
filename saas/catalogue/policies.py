"""What policies come to for one visit: what is paid when booking, until when what is free, what is due after.

All pure. A deposit or a fee is never more than the price. The free window is counted on the wall clock of
the location: 48 hours before Tuesday 9:00 is Sunday 9:00, also where clocks change in between.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from saas.catalogue import terms
from saas.catalogue.contents import CancellationPolicy, DepositPolicy, Offering
from saas.catalogue.terms import Kind, NoShowPolicy, Policies
from saas.kernel.money import Money

MINUTES_AN_HOUR = 60


OF_MONEY = (Kind.DEPOSIT, Kind.CANCELLATION, Kind.NO_SHOW)
OF_TIME = (Kind.LATE_ARRIVAL, Kind.RESCHEDULE)


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
    return _fee(policy, price)


def no_show_fee(known: Policies, price: Money) -> Money:
    """Return what not coming costs, at most *price*. Rounded half up.

    Where no policy speaks of it, as much as cancelling late: not to come is later than late.
    """
    return _fee(known.cancellation if known.no_show is None else known.no_show, price)


def _fee(policy: CancellationPolicy | NoShowPolicy | None, price: Money) -> Money:
    if policy is None:
        return Money.zero(price.currency)
    if policy.fee is not None:
        return min(Money.from_major(policy.fee, price.currency), price)
    return min(price.percent(Decimal(policy.fee_percent or "0")), price)


def free_until(policy: CancellationPolicy, wall_start: datetime, zone: str) -> datetime:
    """Return the instant (UTC) from which on cancelling costs a fee; see `hours_before`."""
    return hours_before(policy.free_until_hours, wall_start, zone)


def hours_before(hours: int, wall_start: datetime, zone: str) -> datetime:
    """Return the instant (UTC) that is *hours* before the start on the wall's clock.

    *wall_start* is the start on the clock of *zone*, without a zone of its own. A wall time that the
    change of clocks skips or repeats is read as the later instant, in the patient's favour.
    """
    wall = wall_start - timedelta(hours=hours)
    readings = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    return max(reading.astimezone(UTC) for reading in readings)


def own(offering: Offering) -> Policies:
    """Return the policies that the offering itself states."""
    return Policies(offering.deposit, offering.cancellation)


def snapshot(known: Policies) -> dict[str, Any]:
    """Return the policies about money as JSON, to be kept with the quote that is made under them."""
    return _picked(known, OF_MONEY)


def snapshot_of_time(known: Policies) -> dict[str, Any]:
    """Return the policies about time (late arrival, rescheduling) as JSON, to be kept with the visit."""
    return _picked(known, OF_TIME)


def read_snapshot(kept: Mapping[str, Any] | None) -> Policies:
    """Return the policies that were kept; None for none."""
    return terms.read_all(kept or {})


def _picked(known: Policies, kinds: Iterable[Kind]) -> dict[str, Any]:
    every = asdict(known)
    return {kind.value: every[kind] for kind in kinds}
