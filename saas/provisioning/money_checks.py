"""Amounts against the currencies of the places where they hold."""

from collections.abc import Iterator, Set

from saas.kernel.money import AmountRefused, Money
from saas.provisioning.crosschecks import Sources, entries, text_at
from saas.provisioning.documents import Document
from saas.provisioning.problems import Loc, Problem


def currencies(sources: Sources) -> dict[str, str]:
    """Return each location's currency by its slug; a location whose company is not known is left out."""
    companies = entries(sources.clinic, "legal_entities") if sources.clinic else ()
    of_company = {str(entry.get("slug")): str(entry.get("currency")) for _, entry in companies}
    found = {text_at(one, "slug"): of_company.get(text_at(one, "legal_entity")) for one in sources.locations}
    return {slug: currency for slug, currency in found.items() if currency}


def sayable(document: Document, loc: Loc, amount: str, found: Set[str], instead: str) -> Iterator[Problem]:
    """Yield why *amount* cannot be said in the currencies *found*: more than one, or one without such a coin."""
    if len(found) > 1:
        message = f"{amount} would be in {' and in '.join(sorted(found))}, the currencies of its locations"
        yield document.problem(loc, message, instead)
    for currency in found if len(found) == 1 else ():
        if not is_payable(amount, currency):
            yield document.problem(loc, f"{amount} is finer than a coin of {currency}", "a whole coin")


def is_payable(amount: str, currency: str) -> bool:
    """Whether *amount* is more than nothing, and whole coins of *currency*."""
    try:
        return bool(Money.from_major(amount, currency))
    except (AmountRefused, ValueError):
        return False
