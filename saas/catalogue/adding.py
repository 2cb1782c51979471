"""Which add-ons go with an offering and with each other. Pure; where they go in time is `composing`'s."""

import itertools
from collections.abc import Collection, Iterator, Sequence

from saas.catalogue.contents import AddOn, Offering
from saas.kernel.errors import Invalid
from saas.kernel.text import N_


class AddOnRefused(Invalid):
    """An add-on that does not go with the offering or with another one, or one too many."""

    code = "add_on_refused"
    sentence = N_("This cannot be added.")


def require(base: Offering, slugs: Sequence[str]) -> tuple[AddOn, ...]:
    """Return how the add-ons *slugs* join *base*, in the order in which *base* names them; AddOnRefused."""
    joins = tuple(join for join in base.add_ons if join.offering in slugs)
    for slug in slugs:
        if slug not in {join.offering for join in joins}:
            raise not_offered(base, slug)
    if len(set(slugs)) < len(slugs):
        raise AddOnRefused(N_("The same add-on cannot be added twice."))
    if len(slugs) > base.max_add_ons:
        raise AddOnRefused(
            N_("At most %(most)s can be added to %(offering)s."), most=base.max_add_ons, offering=base.slug
        )
    for one, other in itertools.combinations(joins, 2):
        if other.offering in one.excludes:
            raise AddOnRefused(
                N_("%(one)s and %(other)s do not go together."), one=one.offering, other=other.offering
            )
    return joins


def require_enough(base: Offering, count: int) -> None:
    """Raise AddOnRefused where fewer are added to *base* than it needs: asked when a time is taken."""
    if count < base.min_add_ons:
        raise AddOnRefused(
            N_("At least %(least)s has to be added to %(offering)s."),
            least=base.min_add_ons,
            offering=base.text("name"),
        )


def not_offered(base: Offering, slug: str) -> AddOnRefused:
    """Return the refusal of an add-on that *base* does not have."""
    return AddOnRefused(N_("%(add_on)s cannot be added to %(offering)s."), add_on=slug, offering=base.slug)


def combinations(base: Offering, among: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Yield every allowed set of add-ons of *base* that are *among* these, the smaller ones first.

    None at all is the first of them where it need not be more; at most `max_add_ons` stand in one.
    """
    joins = [join for join in base.add_ons if join.offering in among]
    for size in range(base.min_add_ons, min(base.max_add_ons, len(joins)) + 1):
        for chosen in itertools.combinations(joins, size):
            if not any(b.offering in a.excludes for a, b in itertools.combinations(chosen, 2)):
                yield tuple(join.offering for join in chosen)
