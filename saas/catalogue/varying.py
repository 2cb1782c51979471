"""One pure function from an offering and one of its variants to the offering that is booked.

A variant ("face", "face and neck") takes other minutes for some parts and may have prices of its own. What
comes out is an offering like any other, so search, quote, claims and chart need to know nothing of variants.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from saas.catalogue.contents import Offering, PriceRule, Segment, Variant
from saas.kernel.errors import Invalid
from saas.kernel.text import N_


class VariantRefused(Invalid):
    """A variant that the offering does not have."""

    code = "variant_refused"
    sentence = N_("%(offering)s has no variant %(variant)s.")


def of(offering: Offering, slug: str | None = None) -> Offering:
    """Return *offering* as its variant *slug*; as the first it lists where none is named. VariantRefused.

    An offering without variants is returned as it is. *offering* is one that was not varied yet.
    """
    if slug is None:
        return _varied(offering, offering.variants[0]) if offering.variants else offering
    chosen = next((one for one in offering.variants if one.slug == slug), None)
    if chosen is None:
        raise VariantRefused(offering=offering.slug, variant=slug)
    return _varied(offering, chosen)


def as_known(offering: Offering, slug: str | None) -> Offering:
    """Return *offering* as its variant *slug* where it has that one, else as it is: to show an old booking."""
    return of(offering, slug) if has(offering, slug) else offering


def has(offering: Offering, slug: str | None) -> bool:
    """Whether *offering* has the variant *slug*."""
    return any(one.slug == slug for one in offering.variants)


def each(offering: Offering) -> Iterator[Offering]:
    """Yield *offering* as each of its variants, or as it is where it has none."""
    if not offering.variants:
        yield offering
    for variant in offering.variants:
        yield _varied(offering, variant)


def parts_named(segments: Sequence[Segment], key: str) -> list[int]:
    """Return which segments a key of a variant's `minutes` means: a part's number from 1, or all of a kind."""
    if key.isdecimal():
        return [int(key) - 1] if len(key) < 3 and 1 <= int(key) <= len(segments) else []
    return [number for number, segment in enumerate(segments) if segment.kind == key]


def prices(rules: Sequence[PriceRule], slug: str) -> tuple[PriceRule, ...]:
    """Return the price list of the variant *slug*: its own prices, or, where it has none, those of no variant.

    The two are never mixed: a general price at one location must not undercut what a larger area costs.
    """
    own = tuple(rule for rule in rules if rule.variant == slug)
    return own or tuple(rule for rule in rules if rule.variant is None)


def _varied(offering: Offering, variant: Variant) -> Offering:
    minutes = {
        number: longer
        for key, longer in variant.minutes.items()
        for number in parts_named(offering.segments, key)
    }
    depth = variant.depth_mm if variant.depth_mm is not None else offering.depth_mm
    sites = variant.sites or offering.sites
    return replace(
        offering, variant=variant, name=_named(offering.name, variant.name),
        segments=tuple(
            replace(segment, minutes=minutes.get(number, segment.minutes), depth_mm=depth, sites=sites)
            for number, segment in enumerate(offering.segments)
        ),
        prices=prices(offering.prices, variant.slug),
        depth_mm=depth, sites=sites,
    )  # fmt: skip


def _named(name: Mapping[str, str], variant: Mapping[str, str]) -> dict[str, str]:
    """Return what a visit is called: the treatment, and which variant of it."""
    usual = next(iter(variant.values()), "")
    return {language: f"{text} · {variant.get(language, usual)}" for language, text in name.items()}
