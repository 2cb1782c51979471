"""What a patient chooses of a visit: which variant, and what is added; each with its price and its minutes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from saas.booking import costs, exam_first
from saas.booking.asking import Wish
from saas.booking.costs import Cost
from saas.booking.views import wording
from saas.booking.views.board import Href
from saas.catalogue import offerings, varying
from saas.catalogue.contents import Offering
from saas.kernel import clock
from saas.kernel.money import Money


@dataclass(frozen=True)
class Choice:
    """An add-on: *href* takes it to the visit or leaves it out; *instead* names what would make way for it."""

    slug: str
    name: str
    summary: str
    price: Money | None
    longer: str
    is_chosen: bool
    href: str
    instead: Sequence[str] = ()


@dataclass(frozen=True)
class Option:
    """A variant of the offering, such as a body area: *href* asks for it."""

    slug: str
    name: str
    duration: str
    cost: Cost | None
    is_chosen: bool
    href: str


def variants(wish: Wish, href: Href) -> list[Option]:
    """Return the variants to choose from at the wish's place, in their order; none of what has none.

    *href* makes an address from `variant`. The price is without add-ons. NoPrice.
    """
    on, plain = wish.today(clock.now()), offerings.get(wish.offering.slug, wish.config_version)
    return [
        Option(
            one.variant.slug, wording.localized(one.variant.name),
            wording.duration(_minutes(replace(wish, offering=one, add_ons=()))),
            costs.of_wish(replace(wish, offering=one, add_ons=()), on),
            one.variant == wish.offering.variant, href(variant=one.variant.slug),
        )
        for one in varying.each(plain) if one.variant
    ]  # fmt: skip


def choices(wish: Wish, href: Href) -> list[Choice]:
    """Return what can be added to *wish* at its place; *href* makes an address from `add_on`."""
    offered = offerings.add_ons_of(wish.offering, wish.place.slug, wish.config_version)
    names = {one.slug: one.text("name", wording.language()) for one in offered}
    chosen, on, out = [one.slug for one in wish.add_ons], wish.today(clock.now()), []
    for one in offered:
        is_chosen = one.slug in chosen
        kept = [slug for slug in chosen if slug != one.slug] if is_chosen else _beside(wish, one.slug, chosen)
        out.append(Choice(
            one.slug, names[one.slug], one.text("summary", wording.language()), costs.surcharge(wish, one, on),
            _longer(wish, one), is_chosen, href(add_on=kept if is_chosen else [*kept, one.slug]),
            [] if is_chosen else [names[slug] for slug in chosen if slug not in kept],
        ))  # fmt: skip
    return out


def _longer(wish: Wish, add_on: Offering) -> str:
    """Return how much longer the visit takes with it, in words; nothing where it is no longer."""
    minutes = _minutes(replace(wish, add_ons=(add_on,))) - _minutes(replace(wish, add_ons=()))
    return wording.duration(minutes) if minutes else ""


def _minutes(wish: Wish) -> int:
    """Return how long the patient is there, with the examination that may come first."""
    return exam_first.on(wish, wish.today(clock.now())).timeline.patient.minutes


def _beside(wish: Wish, slug: str, chosen: Sequence[str]) -> list[str]:
    """Return which of the *chosen* may stay when *slug* is added: none it excludes, and no more than may be."""
    excluded = next(join.excludes for join in wish.offering.add_ons if join.offering == slug)
    kept = [other for other in chosen if other not in excluded]
    return kept[max(0, len(kept) + 1 - wish.offering.max_add_ons) :]
