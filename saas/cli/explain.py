"""`saas explain`: why something is as it is."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import click

from saas.billing.quoting import Quote
from saas.booking import (
    asking,
    costs,
    deciding,
    exam_first,
    explaining,
    knowing,
    searching,
    terms_told,
    whence,
)
from saas.booking.asking import Channel, Examined, Wish
from saas.booking.whence import Names
from saas.catalogue import offerings, policies, taxes
from saas.catalogue.pricing import Step
from saas.cli import connecting
from saas.credentials import attesting
from saas.db import session
from saas.kernel import clock
from saas.kernel.errors import Invalid
from saas.patients import records
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
    exam: bool = False


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
@click.option(
    "--exam", is_flag=True, help="Beginning with an examination, where one comes first and can be made."
)
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
    pack = attesting.pack(wish.config_version)
    return [*lines, f"  Rules: {pack.pack} {pack.version}. {pack.notice}"]


def _explained(asked: Asked, now: datetime) -> list[str]:
    version = tenants.config_version(session.current().tenant_id)
    plain = asking.wish(
        asked.offering, asked.location, version, asked.channel, asked.practitioner, asked.add_ons
    )
    varied = asking.vary(plain, asked.variant)
    at = _instant(asked.at, varied.place.time_zone)
    exam = Examined.IN_VISIT if asked.exam else None
    wish = exam_first.on(replace(varied, exam=exam), varied.today(at))
    what = " + ".join((_named(wish), *(one.slug for one in wish.add_ons)))
    head = f"{what} at {wish.place.slug}, {at.isoformat(timespec='minutes')}: "
    reasons = explaining.explain(wish, at.astimezone(UTC), now)
    if not reasons:
        return [f"{head}free", f"  with {', '.join(_with(wish, at, now))}"]
    return [f"{head}not free", *(f"  {reason.code}: {reason}" for reason in reasons)]


def _named(wish: Wish) -> str:
    variant, first = wish.offering.variant, "exam + " if wish.offering.exam else ""
    return f"{first}{wish.offering.slug} ({variant.slug})" if variant else f"{first}{wish.offering.slug}"


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
@click.option(
    "--patient", type=click.UUID, help="For this patient: the id in the address of their agreements."
)
def price(slug: str, on: datetime | None, variant: str | None, patient: UUID | None, **asked: Any) -> None:
    """Say what a visit costs, and which price and which policies decide."""
    with connecting.in_tenant(slug):
        version = tenants.config_version(session.current().tenant_id)
        plain = asking.wish(**asked, config_version=version, channel=Channel.STAFF)
        wish = asking.vary(plain, variant)
        day = on.date() if on else wish.today(clock.now())
        for line in _priced(_known(wish, patient, day), day):
            print(line)


def _known(wish: Wish, patient: UUID | None, day: date) -> Wish:
    """Return *wish* as it is booked for the patient: what is agreed with them, and whether it is their first visit."""
    if patient is None:
        return wish
    noon = datetime.combine(day, time(12), ZoneInfo(wish.place.time_zone))
    return replace(wish, whom=knowing.look_up(records.get(patient).id, noon))


def _priced(wish: Wish, day: date) -> list[str]:
    who = f" with {wish.practitioner.slug}" if wish.practitioner else ""
    head = f"{_named(wish)} at {wish.place.slug}{who}, {day}: "
    quoted = costs.quote(wish, wish.practitioner, day)
    if quoted is None:
        return [f"{head}free of charge"]
    steps = [
        f"  {'>' if step.chosen else ' '} {step.level}: {step}{_rule(step)}" for step in quoted.lines[0].trace
    ]
    return [f"{head}{quoted.net}", *steps, *_others(wish, quoted, day), *_terms(wish, quoted, day)]


def _rule(step: Step) -> str:
    return f" ({step.rule})" if step.rule else ""


def _others(wish: Wish, quoted: Quote, day: date) -> list[str]:
    """Return the prices that do not hold here at all, each with why."""
    asked = costs.circumstances(wish.place, wish.practitioner, day)
    [line] = whence.prices(quoted, Names(wish.practice), [wish.offering], asked)
    return [f"    passed over: {one.what} {' '.join(map(str, one.more))}" for one in line.others]


def _terms(wish: Wish, quoted: Quote, day: date) -> list[str]:
    purpose = wish.offering.tax_purpose or ""
    rate = taxes.find(wish.place.jurisdiction, purpose, day, wish.config_version)
    where = f"{purpose} in {wish.place.jurisdiction}"
    stated = f"{quoted.tax}, {rate.percent} % for {where} ({rate.source})" if rate else ""
    lines = [f"    tax: {stated or f'for review, no rate for {where}'}"]
    names = Names(wish.practice, offerings.list_current(wish.config_version))
    decided = {**costs.decided(wish), **quoted.decided}
    for kind, found in decided.items():
        for step in found.trace:
            said = terms_told.told(kind, step.rule.terms, quoted.currency)
            lines.append(f"  {'>' if step.chosen else ' '} {kind}: {said} {whence.source(step.rule, names)}")
    return [*lines, *_amounts(quoted)]


def _amounts(quoted: Quote) -> list[str]:
    known, lines = quoted.policies, []
    if known.deposit:
        lines.append(f"    deposit: {quoted.deposit}")
    if known.cancellation:
        hours, fee = known.cancellation.free_until_hours, policies.late_fee(known.cancellation, quoted.net)
        lines.append(f"    cancellation: free until {hours} hours before, {fee} after that")
    return lines
