"""Where else a visit could go when the time that was wished for cannot be had."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from saas.booking import reschedule, searching
from saas.booking.asking import Channel, Wish
from saas.booking.searching import Slot
from saas.practice.snapshot import Practitioner
from saas.scheduling.availability import NOBODY
from saas.scheduling.models import Appointment

AHEAD_DAYS = 8
MOST = 3


@dataclass(frozen=True)
class Offer:
    """A time that is free, and with whom."""

    starts_at: datetime
    practitioner: Practitioner


def offers(row: Appointment, wanted: datetime, practitioner: str | None, config_version: int,
           now: datetime) -> list[Offer]:  # fmt: skip
    """Return up to three free times from *wanted* on: the wished-for person's first, then the soonest others."""
    wish = reschedule.wish_of(row, config_version, Channel.STAFF, practitioner)
    anyone = replace(wish, practitioner=None)
    wished = wish.practitioner.id if wish.practitioner else None
    found = [
        offer
        for offer in soonest(anyone, max(wanted, now), now, ignoring=row.id)
        if (offer.starts_at, offer.practitioner.id) != (row.starts_at, row.practitioner_id)
    ]
    found.sort(key=lambda offer: (offer.practitioner.id != wished, offer.starts_at))
    return found[:MOST]


def soonest(wish: Wish, wanted: datetime, now: datetime, *, ignoring: object = NOBODY) -> Iterator[Offer]:
    """Yield each practitioner's first free time from *wanted* on; none that a clinician would have to decide about."""
    certain = replace(wish, may_ask=False)
    times = searching.find(certain, wish.today(wanted), AHEAD_DAYS, now, ignoring=ignoring)  # type: ignore[arg-type]  # an id
    first: dict[object, Slot] = {}
    for slot in searching.slots(wish, times):
        if slot.starts_at >= wanted:
            first.setdefault(slot.practitioner.id, slot)
    yield from (Offer(slot.starts_at, slot.practitioner) for slot in first.values())


def until(starts_at: datetime, minutes: int) -> datetime:
    """Return when something that begins at *starts_at* is over."""
    return starts_at + timedelta(minutes=minutes)
