"""Prices and tax rates against everything else: a price must be sayable, unambiguous and never missing.

Each rule is typed for itself; one with a fault of its own is left out, for the schema tells that.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from saas.catalogue import composing, contents
from saas.catalogue.composing import CannotCompose
from saas.kernel.money import Money
from saas.provisioning import money_checks, variant_checks
from saas.provisioning.crosschecks import Sources, entries, stem, text_at
from saas.provisioning.documents import Document
from saas.provisioning.explaining import typed
from saas.provisioning.problems import Loc, Problem, listed, nearest, quoted
from saas.provisioning.schema import Configuration
from saas.provisioning.schema_catalogue import Segment
from saas.provisioning.schema_prices import Cancellation, Deposit, Price, TaxRate

Rule = tuple[Loc, Price]


@dataclass(frozen=True)
class _Priced:
    """An offering with its typed rules, and the currencies of the places it is offered at, by slug."""

    document: Document
    rules: tuple[Rule, ...]
    currencies: dict[str, str]


def check(sources: Sources) -> Iterator[Problem]:
    """Yield what is wrong with prices, deposits, fees and tax rates."""
    currencies = money_checks.currencies(sources)
    for document in sources.offerings:
        rules = tuple(
            (loc, rule) for loc, entry in entries(document, "prices") if (rule := typed(Price, entry))
        )
        offered = {slug: currencies[slug] for slug in _offered(document) if slug in currencies}
        priced = _Priced(document, rules, offered)
        yield from _names(priced, sources)
        yield from _repeated(priced)
        yield from _sayable(priced)
        yield from _belongings(priced)
        yield from _gaps(priced)
        yield from _beyond_the_price(priced)
    yield from _tax_rates(sources)


def for_review(configuration: Configuration, today: date) -> list[str]:
    """Return a note for each place and purpose of a price that has no tax rate in force on *today*."""
    stated = {(rate.jurisdiction, rate.purpose) for rate in configuration.taxes.rates if rate.since <= today}
    jurisdictions = {location.slug: location.jurisdiction for location in configuration.locations}
    wanted = {
        (jurisdictions[slug], offering.tax_purpose or "")
        for offering in configuration.offerings if offering.prices
        for slug in offering.locations
    }  # fmt: skip
    return [
        f"no tax rate for {purpose} in {jurisdiction}: such lines are for review"
        for jurisdiction, purpose in sorted(wanted - stated)
    ]


def _offered(document: Document) -> list[str]:
    found = document.data.get("locations")
    return [slug for slug in found if isinstance(slug, str)] if isinstance(found, list) else []


def _names(priced: _Priced, sources: Sources) -> Iterator[Problem]:
    """Yield names that lead nowhere: a price that nobody could ever be asked."""
    people = {stem(file) for file in sources.files if file.startswith("people/")}
    tiers = {tier for person in sources.people if (tier := text_at(person, "tier"))}
    known = {"practitioner": people, "tier": tiers, "location": sources.location_slugs()}
    for loc, rule in priced.rules:
        for what, names in known.items():
            name = getattr(rule, what)
            if name and name not in names:
                yield _unknown(priced.document, (*loc, what), what, name, names)
        variants = set(variant_checks.slugs_of(priced.document))
        if rule.variant and rule.variant not in variants:
            yield _unknown(priced.document, (*loc, "variant"), "variant", rule.variant, variants)
        if rule.location in known["location"] and rule.location not in _offered(priced.document):
            message = f"it is not offered at {quoted(rule.location)}"
            yield priced.document.problem((*loc, "location"), message, "one of its locations")


def _unknown(document: Document, loc: Loc, what: str, name: str, known: Set[str]) -> Problem:
    near = nearest(name, known)
    expected = "" if near else listed(sorted(known)) if known else f"a {what}, but there is none"
    said = "nobody has the tier" if what == "tier" else f"there is no {what}"
    return document.problem(loc, f"{said} {quoted(name)}", expected, near)


def _repeated(priced: _Priced) -> Iterator[Problem]:
    first: dict[tuple[object, ...], int] = {}
    for loc, rule in priced.rules:
        key = (rule.variant, rule.practitioner, rule.tier, rule.location, rule.since)
        if key in first:
            message = f"a second price for the same, first in line {first[key]}"
            yield priced.document.problem(loc, message, "one price for each place, person and day")
        first.setdefault(key, priced.document.mark(loc)[0])


def _sayable(priced: _Priced) -> Iterator[Problem]:
    """Yield amounts that their currency has no coin for, or that are of no one currency."""
    for loc, rule in priced.rules:
        yield from _amount(priced, (*loc, "amount"), rule.amount, rule.location, "'location'")
    deposit = typed(Deposit, priced.document.data.get("deposit"))
    cancellation = typed(Cancellation, priced.document.data.get("cancellation"))
    for what, amount in (("amount", deposit and deposit.amount), ("per_hour", deposit and deposit.per_hour)):
        if amount:
            yield from _amount(priced, ("deposit", what), amount, None, "'percent'")
    if cancellation and cancellation.fee:
        yield from _amount(priced, ("cancellation", "fee"), cancellation.fee, None, "'fee_percent'")


def _amount(priced: _Priced, loc: Loc, amount: str, location: str | None, instead: str) -> Iterator[Problem]:
    found = {code for slug, code in priced.currencies.items() if location in (None, slug)}
    yield from money_checks.sayable(priced.document, loc, amount, found, instead)


def _belongings(priced: _Priced) -> Iterator[Problem]:
    data = priced.document.data
    if data.get("prices") and "tax_purpose" not in data:
        message = "there are prices and no 'tax_purpose'"
        yield priced.document.problem(
            ("prices",), message, "a code such as 'therapeutic', which taxes.yaml uses"
        )
    for key in ("deposit", "cancellation"):
        if key in data and not data.get("prices"):
            yield priced.document.problem(
                (key,), "there is no price it could refer to", "'prices', or neither"
            )


def _gaps(priced: _Priced) -> Iterator[Problem]:
    """Yield places that have no price for everybody and every day, or only from some day on."""
    written = priced.document.data.get("prices")
    if not written or len(priced.rules) != len(written):
        return
    for variant, _minutes in _variants(priced.document):
        yield from _gaps_of(priced, variant)


def _gaps_of(priced: _Priced, variant: str | None) -> Iterator[Problem]:
    """Yield the gaps in the price list of a variant, or of what has none."""
    general = [rule for rule in _list_of(priced, variant) if not rule.practitioner and not rule.tier]
    named = f" of {quoted(variant)}" if variant else ""
    for slug in _offered(priced.document):
        here = [rule.since for rule in general if rule.location in (None, slug)]
        if None in here:
            continue
        when = f" before {min(day for day in here if day)}" if here else ""
        expected = (
            f"a price without 'from' for everybody, there or everywhere, beside {quoted(slug)}'s others"
        )
        yield priced.document.problem(("prices",), f"no price{named} holds at {quoted(slug)}{when}", expected)


def _list_of(priced: _Priced, variant: str | None) -> list[Price]:
    """Return the price list of a variant: its own prices, or those of no variant."""
    own = [rule for _, rule in priced.rules if rule.variant == variant]
    return own or [rule for _, rule in priced.rules if rule.variant is None]


def _beyond_the_price(priced: _Priced) -> Iterator[Problem]:
    """Yield a deposit or a fee that is more than the lowest price; said once, however many variants."""
    found = (one for variant in _variants(priced.document) for one in _beyond(priced, *variant))
    yield from dict.fromkeys(found)


def _variants(document: Document) -> list[tuple[str | None, Mapping[str, object]]]:
    """Return the slug and the minutes of each variant; one without a name where there is none."""
    found = [one for _, one in entries(document, "variants") if isinstance(one.get("slug"), str)]
    return [(str(one["slug"]), _mapping(one.get("minutes"))) for one in found] or [(None, {})]


def _mapping(found: object) -> Mapping[str, object]:
    return found if isinstance(found, dict) else {}


def _beyond(priced: _Priced, variant: str | None, minutes: Mapping[str, object]) -> Iterator[Problem]:
    amounts = [rule.amount for rule in _list_of(priced, variant)]
    if len(set(priced.currencies.values())) != 1 or not amounts:
        return
    currency = next(iter(priced.currencies.values()))
    payable = [Money.from_major(one, currency) for one in amounts if money_checks.is_payable(one, currency)]
    for loc, amount, times in _fixed(priced.document, minutes):
        if payable and money_checks.is_payable(amount, currency):
            asked = Money.from_major(amount, currency).percent(times)
            if asked > min(payable):
                message = f"{asked} is more than the lowest price, {min(payable)}"
                yield priced.document.problem(loc, message, "at most the price")


def _fixed(document: Document, minutes: Mapping[str, object]) -> Iterator[tuple[Loc, str, Fraction]]:
    """Yield each fixed amount with how many per cent of it one visit asks."""
    deposit = typed(Deposit, document.data.get("deposit"))
    cancellation = typed(Cancellation, document.data.get("cancellation"))
    if deposit and deposit.amount:
        yield ("deposit", "amount"), deposit.amount, Fraction(100)
    if deposit and deposit.per_hour:
        yield (
            ("deposit", "per_hour"),
            deposit.per_hour,
            Fraction(_patient_minutes(document, minutes) * 100, 60),
        )
    if cancellation and cancellation.fee:
        yield ("cancellation", "fee"), cancellation.fee, Fraction(100)


def _patient_minutes(document: Document, minutes: Mapping[str, object]) -> int:
    """Return how long the patient is there; a segment with a fault of its own takes no time."""
    written = [entry for _, entry in entries(document, "segments")]
    changed = variant_checks.laid_over(written, minutes)
    parts = [segment for entry in changed if (segment := typed(Segment, entry))]
    segments = [
        contents.Segment(one.kind, one.minutes, patient_present=one.patient_present, roles=(), parallel=one.parallel)
        for one in parts
    ]  # fmt: skip
    try:
        return composing.compose(segments).patient.minutes
    except CannotCompose:
        return 0


def _tax_rates(sources: Sources) -> Iterator[Problem]:
    if sources.taxes is None:
        return
    purposes = {text for one in sources.offerings if (text := text_at(one, "tax_purpose"))}
    first: dict[tuple[object, ...], int] = {}
    for loc, entry in entries(sources.taxes, "rates"):
        rate = typed(TaxRate, entry)
        if rate is None:
            continue
        if rate.purpose not in purposes:
            near = nearest(rate.purpose, purposes)
            message = f"no offering has the tax_purpose {quoted(rate.purpose)}"
            yield sources.taxes.problem((*loc, "purpose"), message, "" if near else "one that is used", near)
        key = (rate.jurisdiction, rate.purpose, rate.since)
        if key in first:
            message = f"a second rate for the same, first in line {first[key]}"
            yield sources.taxes.problem(loc, message, "one rate for each jurisdiction, purpose and day")
        first.setdefault(key, sources.taxes.mark(loc)[0])
