"""What policies say, as immutable values; what they come to for one visit is `policies`, which governs `governing`.

Amounts and shares are decimal text, as the clinic wrote them; hours, minutes and times are whole numbers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from saas.catalogue import contents
from saas.catalogue.contents import CancellationPolicy, DepositPolicy


class Kind(StrEnum):
    """What a policy is about."""

    DEPOSIT = "deposit"
    CANCELLATION = "cancellation"
    NO_SHOW = "no_show"
    LATE_ARRIVAL = "late_arrival"
    RESCHEDULE = "reschedule"


@dataclass(frozen=True)
class NoShowPolicy:
    """What is due when the patient does not come: a share of the price, an amount, or nothing."""

    fee_percent: str | None = None
    fee: str | None = None


@dataclass(frozen=True)
class LateArrivalPolicy:
    """For how many minutes a visit waits, when it counts as not come, and what happens, by language."""

    grace_minutes: int = 0
    no_show_after_minutes: int = 0
    text: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReschedulePolicy:
    """Until how many hours before the start, and how many times, a patient may move a visit themselves."""

    until_hours: int | None = None
    most_times: int | None = None


@dataclass(frozen=True)
class Policies:
    """The policies something is booked under; None where there is none."""

    deposit: DepositPolicy | None = None
    cancellation: CancellationPolicy | None = None
    no_show: NoShowPolicy | None = None
    late_arrival: LateArrivalPolicy | None = None
    reschedule: ReschedulePolicy | None = None


Terms = DepositPolicy | CancellationPolicy | NoShowPolicy | LateArrivalPolicy | ReschedulePolicy


def read(kind: Kind, said: Mapping[str, Any] | None) -> Terms | None:
    """Return what JSON *said* of a policy of *kind*; None for none."""
    if said is None:
        return None
    if kind is Kind.DEPOSIT:
        return contents.read_deposit(said)
    if kind is Kind.CANCELLATION:
        return contents.read_cancellation(said)
    made: dict[Kind, Callable[..., Terms]] = {
        Kind.NO_SHOW: NoShowPolicy,
        Kind.LATE_ARRIVAL: LateArrivalPolicy,
        Kind.RESCHEDULE: ReschedulePolicy,
    }
    return made[kind](**said)


def read_all(kept: Mapping[str, Any]) -> Policies:
    """Return the policies that were kept as JSON, by kind."""
    return Policies(**{kind.value: read(kind, kept.get(kind)) for kind in Kind})  # type: ignore[arg-type]  # by kind
