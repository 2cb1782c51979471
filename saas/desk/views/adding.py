"""Which variant of a visit, and what can be added to it, at the desk; and what it all costs before it is booked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from saas.booking import asking, costs, exam_first
from saas.booking.asking import Channel, Examined, Wish
from saas.booking.costs import Cost
from saas.catalogue import composing, offerings, varying
from saas.catalogue.adding import AddOnRefused
from saas.catalogue.contents import Offering
from saas.catalogue.pricing import NoPrice
from saas.desk import inside
from saas.desk.views import saying
from saas.kernel.money import Money
from saas.web import edge


@dataclass(frozen=True)
class Choice:
    """An add-on to tick; *minutes* longer it makes the visit."""

    slug: str
    name: str
    price: Money | None
    minutes: int
    is_chosen: bool


@dataclass(frozen=True)
class Option:
    """A variant to choose; *minutes* is how long the patient is there."""

    slug: str
    name: str
    minutes: int
    cost: Cost | None
    is_chosen: bool


@dataclass(frozen=True)
class Wished:
    """What is wished for. With a `refusal`, `wish` is without the add-ons, and has no times."""

    wish: Wish | None
    refusal: str = ""


def ask(offering: str, location: str, practitioner: str, add_ons: Sequence[str], variant: str = "") -> Wished:
    """Resolve what the page's address says; add-ons that cannot be are refused by name.

    NotFound, VariantRefused.
    """
    if not offering:
        return Wished(None)
    version = edge.tenant().config_version
    first = asking.wish(offering, location, version, Channel.STAFF, practitioner or None)
    plain = asking.vary(first, variant or None)
    try:
        added = offerings.get_add_ons(plain.offering, add_ons, location, version) if add_ons else ()
    except AddOnRefused as error:
        return Wished(plain, _by_name(error, version))
    return Wished(replace(plain, add_ons=added))


def examined(wished: Wished, on: date) -> Wished:
    """Return what is wished for as it begins with an examination, where one is needed on the day and can be made."""
    if wished.wish is None:
        return wished
    return replace(wished, wish=exam_first.on(replace(wished.wish, exam=Examined.IN_VISIT), on))


def exam_minutes(wish: Wish | None, on: date) -> int:
    """Return how long the examination takes with which the visit could begin; 0 where it cannot or need not."""
    found = exam_first.inside(wish, on) if wish else None
    return found.minutes if found else 0


def choices(wish: Wish | None, chosen: Sequence[str], on: date) -> list[Choice]:
    """Return what can be added to the wish where it is, with what each costs besides."""
    if wish is None:
        return []
    offered = offerings.add_ons_of(wish.offering, wish.place.slug, wish.config_version)
    return [
        Choice(one.slug, one.text("name"), _surcharge(wish, one, on), costs.extra_minutes(wish, one),
               one.slug in chosen)
        for one in offered
    ]  # fmt: skip


def variants(wish: Wish | None, on: date) -> list[Option]:
    """Return the variants of what is wished for, each with its minutes and its cost on a day."""
    if wish is None or not wish.offering.variants:
        return []
    plain = offerings.get(wish.offering.slug, wish.config_version)
    return [
        Option(
            one.variant.slug, next(iter(one.variant.name.values())),
            composing.of_offering(one).patient.minutes,
            cost(replace(wish, offering=one, add_ons=()), on)[0], one.variant == wish.offering.variant,
        )
        for one in varying.each(plain) if one.variant
    ]  # fmt: skip


def cost(wish: Wish, on: date) -> tuple[Cost | None, str]:
    """Return what the wish costs with its practitioner or the lowest; or why that cannot be told."""
    try:
        return costs.of_wish(wish, on), ""
    except NoPrice as error:
        return None, saying.refusal(error)


def called(wish: Wish) -> str:
    """Return what is wished for, by name."""
    return inside.called(wish.offering.text("name"), [one.text("name") for one in wish.add_ons])


def _surcharge(wish: Wish, add_on: Offering, on: date) -> Money | None:
    try:
        return costs.surcharge(wish, add_on, on)
    except NoPrice:
        return None


def _by_name(error: AddOnRefused, version: int) -> str:
    """Return the refusal with names in place of slugs."""
    known = {**offerings.list_current(version), **offerings.list_add_ons(version)}
    named = {
        name: known[str(value)].text("name") if str(value) in known else value
        for name, value in error.params.items()
    }
    return saying.refusal(AddOnRefused(error.message, (), **named))
