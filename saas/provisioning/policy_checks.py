"""Policies against everything else: each rule leads somewhere, no two say the same, and amounts can be paid.

Each rule is typed for itself; one with a fault of its own is left out, for the schema tells that.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass

from saas.catalogue.contents import Category
from saas.catalogue.terms import Kind
from saas.provisioning import crosschecks, money_checks
from saas.provisioning.crosschecks import Sources, entries, stem, text_at
from saas.provisioning.documents import Document
from saas.provisioning.explaining import typed
from saas.provisioning.problems import Loc, Problem, listed, nearest, quoted
from saas.provisioning.schema_policies import (
    CancellationRule,
    DepositRule,
    LateRule,
    NoShowRule,
    RescheduleRule,
    Rule,
)

AMOUNTS = ("amount", "per_hour", "fee")
INSTEAD = {"amount": "'percent', or a rule for each location", "per_hour": "'percent', or a rule for each location",
           "fee": "'fee_percent', or a rule for each location"}  # fmt: skip
MODELS: dict[Kind, type[Rule]] = {
    Kind.DEPOSIT: DepositRule, Kind.CANCELLATION: CancellationRule, Kind.NO_SHOW: NoShowRule,
    Kind.LATE_ARRIVAL: LateRule, Kind.RESCHEDULE: RescheduleRule,
}  # fmt: skip


@dataclass(frozen=True)
class _Known:
    """What a rule can name: offerings by slug, and each location's currency."""

    offerings: dict[str, Document | None]
    locations: Set[str]
    currencies: dict[str, str]


def check(sources: Sources) -> Iterator[Problem]:
    """Yield what is wrong with the policies, beside what the schema says of each."""
    document = sources.policies
    if document is None:
        return
    read = {text_at(one, "slug") or stem(one.file): one for one in sources.offerings}
    files = {stem(file) for file in sources.files if file.startswith("offerings/")}
    offered: dict[str, Document | None] = {slug: read.get(slug) for slug in {*files, *read}}
    known = _Known(offered, sources.location_slugs(), money_checks.currencies(sources))
    for kind, model in MODELS.items():
        rules = [(loc, rule) for loc, entry in entries(document, kind) if (rule := typed(model, entry))]
        yield from _repeated(document, rules)
        for loc, rule in rules:
            yield from _names(document, loc, rule, known)
            yield from _said_twice(document, kind, loc, rule, known)
            yield from _amounts(document, loc, rule, known)
    yield from _languages(document, sources)


def _repeated(document: Document, rules: list[tuple[Loc, Rule]]) -> Iterator[Problem]:
    first: dict[tuple[object, ...], int] = {}
    for loc, rule in rules:
        key = (rule.offering, rule.category, rule.location, rule.first_visit)
        if key in first:
            message = f"a second rule for the same, first in line {first[key]}"
            yield document.problem(loc, message, "one rule for each offering, category, location and visit")
        first.setdefault(key, document.mark(loc)[0])


def _names(document: Document, loc: Loc, rule: Rule, known: _Known) -> Iterator[Problem]:
    """Yield names that lead nowhere: a rule that nothing could ever be booked under."""
    for what, name, names in (
        ("offering", rule.offering, known.offerings.keys()), ("location", rule.location, known.locations),
    ):  # fmt: skip
        if name and name not in names:
            near = nearest(name, names)
            expected = "" if near else listed(sorted(names)) if names else f"a {what}, but there is none"
            yield document.problem((*loc, what), f"there is no {what} {quoted(name)}", expected, near)
    offering = known.offerings.get(rule.offering or "")
    if offering is not None:
        yield from _of_offering(document, loc, rule, offering)
    elif rule.category and not any(_is_of(one, rule.category) for one in known.offerings.values()):
        yield document.problem((*loc, "category"), f"nothing that is booked is {quoted(rule.category.value)}")


def _of_offering(document: Document, loc: Loc, rule: Rule, offering: Document) -> Iterator[Problem]:
    name = quoted(rule.offering)
    if text_at(offering, "kind") == "add_on":
        message = f"{name} is an add-on, and goes by the policies of its visit"
        yield document.problem((*loc, "offering"), message, "an offering that is booked by itself")
    places = offering.data.get("locations")
    if rule.location and isinstance(places, list) and rule.location not in places:
        message = f"{name} is not offered at {quoted(rule.location)}"
        yield document.problem((*loc, "location"), message, "one of its locations")
    patients = offering.data.get("patients")
    if rule.first_visit is False and isinstance(patients, dict) and patients.get("only") == "new":
        message = f"{name} is for new patients only, so it is nobody's later visit"
        yield document.problem((*loc, "first_visit"), message, "'true', or nothing")


def _is_of(offering: Document | None, category: Category) -> bool:
    return offering is None or (
        text_at(offering, "category") == category.value and text_at(offering, "kind") != "add_on"
    )


def _said_twice(document: Document, kind: Kind, loc: Loc, rule: Rule, known: _Known) -> Iterator[Problem]:
    """Yield a rule for just an offering whose own file says it, too: neither is more specific."""
    offering = known.offerings.get(rule.offering or "")
    if offering is None or rule.location or rule.first_visit is not None or kind.value not in offering.data:
        return
    message = f"{offering.file} has a '{kind.value}' of its own, which is for just the same"
    yield document.problem(loc, message, "one of the two")


def _amounts(document: Document, loc: Loc, rule: Rule, known: _Known) -> Iterator[Problem]:
    offering = known.offerings.get(rule.offering or "")
    offered = offering.data.get("locations") if offering else None
    places = offered if isinstance(offered, list) else known.currencies
    here = {slug: code for slug, code in known.currencies.items() if slug in places}
    for name in AMOUNTS:
        if amount := getattr(rule, name, None):
            found = {code for slug, code in here.items() if rule.location in (None, slug)}
            yield from money_checks.sayable(document, (*loc, name), amount, found, INSTEAD[name])


def _languages(document: Document, sources: Sources) -> Iterator[Problem]:
    known = crosschecks.languages(sources)
    for loc, entry in entries(document, "late_arrival"):
        said = entry.get("text")
        if known and isinstance(said, dict):
            yield from crosschecks.languages_of(document, (*loc, "text"), said, known)
