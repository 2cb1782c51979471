"""`saas explain`: why something is as it is."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from saas.booking import asking, explaining, searching
from saas.booking.asking import Channel, Wish
from saas.cli import connecting
from saas.db import session
from saas.kernel import clock
from saas.kernel.errors import Invalid
from saas.tenancy import tenants


class NoInstant(Invalid):
    """The time cannot be read."""

    code = "no_instant"
    sentence = "%(text)s is no time; write 2026-11-10T10:15 (the location's own) or with an offset."


@dataclass(frozen=True)
class Asked:
    """What to explain, by slugs."""

    location: str
    offering: str
    practitioner: str | None
    at: str
    channel: Channel


@click.group()
def explain() -> None:
    """Say why."""


@explain.command()
@click.option("--tenant", "slug", required=True)
@click.option("--location", required=True)
@click.option("--offering", required=True)
@click.option("--practitioner", help="With this practitioner, by their slug.")
@click.option("--at", required=True, help="ISO 8601; without an offset the location's own wall time.")
@click.option("--staff", is_flag=True, help="As the desk books: any five minutes, no lead time.")
def slot(slug: str, location: str, offering: str, practitioner: str | None, at: str, staff: bool) -> None:
    """Say whether a visit can begin at a time, with whom, or what stands in the way."""
    channel = Channel.STAFF if staff else Channel.ONLINE
    with connecting.in_tenant(slug):
        for line in _explained(Asked(location, offering, practitioner, at, channel), clock.now()):
            print(line)


def _explained(asked: Asked, now: datetime) -> list[str]:
    version = tenants.config_version(session.current().tenant_id)
    wish = asking.wish(asked.offering, asked.location, version, asked.channel, asked.practitioner)
    at = _instant(asked.at, wish.place.time_zone)
    head = f"{wish.offering.slug} at {wish.place.slug}, {at.isoformat(timespec='minutes')}: "
    reasons = explaining.explain(wish, at.astimezone(UTC), now)
    if not reasons:
        return [f"{head}free", f"  with {', '.join(_with(wish, at, now))}"]
    return [f"{head}not free", *(f"  {reason.code}: {reason}" for reason in reasons)]


def _with(wish: Wish, at: datetime, now: datetime) -> list[str]:
    found = searching.find(wish, wish.today(at), 1, now)
    return [slot.practitioner.slug for slot in searching.slots(wish, found) if slot.starts_at == at]


def _instant(text: str, zone: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise NoInstant(text=text) from error
    place = ZoneInfo(zone)
    return found.astimezone(place) if found.tzinfo else found.replace(tzinfo=place)
