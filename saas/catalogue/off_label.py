"""The clauses by which patients consent to a use that the label of a device does not have. Pure."""

from collections.abc import Iterable, Iterator

from saas.catalogue.contents import Offering
from saas.practice.bodies import Use


def of(offering: Offering, language: str) -> Iterator[tuple[str, str]]:
    """Yield each use for which *offering*, as its variant, has a clause, and the clause in *language*."""
    for use, said in offering.off_label.items():
        if use in offering.sites or use == Use.UNDER_AGE:
            yield use, said.get(language) or next(iter(said.values()), "")


def clauses(booked: Iterable[Offering], language: str) -> list[str]:
    """Return the clauses of what is *booked* together, each once."""
    return list(dict.fromkeys(clause for one in booked for _, clause in of(one, language)))
