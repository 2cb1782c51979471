"""`saas explain`: why something is as it is."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import click

from saas.booking import asking, costs, deciding, explaining, searching
from saas.booking.asking import Channel, Wish
from saas.catalogue import policies, rulebook, taxes
from saas.catalogue.pricing import Step
from saas.cli import connecting
from saas.credentials import packing
from saas.db import session
from saas.kernel import clock
from saas.kernel.errors import Invalid
from saas.kernel.money import Money
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
    add_ons: tuple[str, ...] = ()
    variant: str | None = None


@click.group()
def explain() -> None:
    """Say why."""


@explain.command()
@click.option("--tenant", "slug", required=True)
@click.option("--location", required=True)
@click.option("--offering", required=True)
@click.option("--practitioner", help="With this practitioner, by their slug.")
@click.option("--at", required=True, help="ISO 8601; without an offset the location's own wall time.")
@click.option("--add-on", "add_ons", multiple=True, help="With this add-on, by its slug; again for another.")
@click.option("--variant", help="As this variant, by its slug; the first without it.")
@click.option("--staff", is_flag=True, help="As the desk books: any five minutes, no lead time.")
def slot(slug: str, staff: bool, **asked: Any) -> None:
    """Say whether a visit can begin at a time, with whom, or what stands in the way."""
    channel = Channel.STAFF if staff else Channel.ONLINE
    with connecting.in_tenant(slug):
        for line in _explained(Asked(**asked, channel=channel), clock.now()):
            print(line)


@explain.command()
@click.option("--tenant", "slug", required=True)
@click.option("--practitioner", required=True, help="Whom to ask about, by their slug.")
@click.option("--offering", required=True)
@click.option("--variant", help="As this variant, by its slug; the first without it.")
@click.option("--add-on", "add_ons", multiple=True, help="With this add-on, by its slug; again for another.")
@click.option("--location", required=True)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day of the visit; today without it.")
@click.option(
    "--depth", type=click.FloatRange(0, 10, min_open=True), help="Millimetres, instead of what is planned."
)
def eligibility(
    slug: str, on: datetime | None, depth: float | None, variant: str | None, **asked: Any
) -> None:
    """Say whether somebody may perform a visit, in which role, by which rules, or what stands in the way."""
    with connecting.in_tenant(slug):
        version = tenants.config_version(session.current().tenant_id)
        names = (asked["offering"], asked["location"], version, Channel.STAFF, asked["practitioner"])
        wish = asking.vary(asking.wish(*names, asked["add_ons"]), variant)
        noon = datetime.combine(
            on.date() if on else wish.today(clock.now()), time(12), ZoneInfo(wish.place.time_zone)
        )
        for line in _judged(wish, noon, Decimal(str(depth)) if depth else None):
            print(line)


def _judged(wish: Wish, noon: datetime, depth: Decimal | None) -> list[str]:
    who = wish.practitioner.slug if wish.practitioner else ""
    lines = [
        f"{who}, {wish.offering.slug} at {wish.place.slug} ({wish.place.jurisdiction}), {noon:%Y-%m-%d}:"
    ]
    for one in deciding.answers(wish, noon, depth):
        until = f" until {one.valid_until}" if one.valid_until else ""
        by = f" by {', '.join(map(str, one.rules))}" if one.rules else ""
        lines.append(f"  {one.role}: {one.verdict}{by}{until}")
        lines += [f"    {reason.code}: {reason}" for reason in one.reasons]
    pack = packing.current()
    return [*lines, f"  Rules: {pack.pack} {pack.version}. {pack.notice}"]


def _explained(asked: Asked, now: datetime) -> list[str]:
    version = tenants.config_version(session.current().tenant_id)
    plain = asking.wish(
        asked.offering, asked.location, version, asked.channel, asked.practitioner, asked.add_ons
    )
    wish = asking.vary(plain, asked.variant)
    at = _instant(asked.at, wish.place.time_zone)
    what = " + ".join((_named(wish), *(one.slug for one in wish.add_ons)))
    head = f"{what} at {wish.place.slug}, {at.isoformat(timespec='minutes')}: "
    reasons = explaining.explain(wish, at.astimezone(UTC), now)
    if not reasons:
        return [f"{head}free", f"  with {', '.join(_with(wish, at, now))}"]
    return [f"{head}not free", *(f"  {reason.code}: {reason}" for reason in reasons)]


def _named(wish: Wish) -> str:
    variant = wish.offering.variant
    return f"{wish.offering.slug} ({variant.slug})" if variant else wish.offering.slug


def _with(wish: Wish, at: datetime, now: datetime) -> list[str]:
    found = searching.find(wish, wish.today(at), 1, now)
    slots = (slot for slot in searching.slots(wish, found) if slot.starts_at == at)
    return [" and ".join(person.slug for person in slot.crew) for slot in slots]


def _instant(text: str, zone: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise NoInstant(text=text) from error
    place = ZoneInfo(zone)
    return found.astimezone(place) if found.tzinfo else found.replace(tzinfo=place)


@explain.command()
@click.option("--tenant", "slug", required=True)
@click.option("--offering", required=True)
@click.option("--location", required=True)
@click.option("--practitioner", help="With this practitioner, by their slug.")
@click.option("--variant", help="As this variant, by its slug; the first without it.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day of the visit; today without it.")
def price(slug: str, on: datetime | None, variant: str | None, **asked: Any) -> None:
    """Say what a visit costs, and which price decides."""
    with connecting.in_tenant(slug):
        version = tenants.config_version(session.current().tenant_id)
        plain = asking.wish(**asked, config_version=version, channel=Channel.STAFF)
        wish = asking.vary(plain, variant)
        day = on.date() if on else wish.today(clock.now())
        for line in _priced(wish, day):
            print(line)


def _priced(wish: Wish, day: date) -> list[str]:
    who = f" with {wish.practitioner.slug}" if wish.practitioner else ""
    head = f"{_named(wish)} at {wish.place.slug}{who}, {day}: "
    found = costs.price(wish.offering, wish.place, wish.practitioner, day)
    if found is None:
        return [f"{head}free of charge"]
    steps = [f"  {'>' if step.chosen else ' '} {step.level}: {step}{_rule(step)}" for step in found.trace]
    return [f"{head}{found.amount}", *steps, *_terms(wish, found.amount, day)]


def _rule(step: Step) -> str:
    return f" ({step.rule})" if step.rule else ""


def _terms(wish: Wish, amount: Money, day: date) -> list[str]:
    offering, purpose = wish.offering, wish.offering.tax_purpose or ""
    rate = taxes.find(wish.place.jurisdiction, purpose, day, wish.config_version)
    where = f"{purpose} in {wish.place.jurisdiction}"
    tax = (
        f"{taxes.of(amount, rate)}, {rate.percent} % for {where} ({rate.source})"
        if rate
        else f"for review, no rate for {where}"
    )
    lines = [f"    tax: {tax}"]
    for kind, found in rulebook.explain(
        offering, wish.place.slug, is_first=True, config_version=wish.config_version
    ).items():
        for step in found.trace:
            lines.append(f"  {'>' if step.chosen else ' '} {kind}: {step.rule.scope}")
    known = costs.governing(wish)
    if known.deposit:
        lines.append(f"    deposit: {policies.deposit(known.deposit, amount, wish.timeline.patient.minutes)}")
    if known.cancellation:
        hours, fee = known.cancellation.free_until_hours, policies.late_fee(known.cancellation, amount)
        lines.append(f"    cancellation: free until {hours} hours before, {fee} after that")
    return lines
