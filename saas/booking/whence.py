"""Why a visit costs what it costs, in sentences: which price and which rules decided, which were passed over and why.

Of a booked visit it is told from what was frozen with its hold, of one that nobody booked from what the catalogue
says. Sentences are to be translated and then filled from their parameters; names stand in them for slugs.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from saas.billing.quoting import Quote, QuoteLine
from saas.booking import terms_told
from saas.booking.terms_told import Said
from saas.catalogue import policies, pricing
from saas.catalogue.contents import Offering
from saas.catalogue.governing import Decision, Rule, Source, Step
from saas.catalogue.pricing import Circumstances, Level, Passed
from saas.catalogue.terms import Kind, Terms
from saas.kernel.money import Money
from saas.kernel.text import N_, Phrase
from saas.practice.snapshot import Practice

LEVELS = {
    Level.PATIENT: N_("the patient's own price"), Level.PRACTITIONER: N_("the practitioner's price"),
    Level.TIER: N_("the tier's price"), Level.LOCATION: N_("the location's price"),
    Level.ORGANISATION: N_("the price everywhere"),
}  # fmt: skip
CATEGORIES = {
    "physiotherapy": N_("physiotherapy"), "aesthetics": N_("aesthetics"), "consultation": N_("consultations"),
}  # fmt: skip
VISITS = {True: N_("first visits"), False: N_("later visits")}
SINCE = "from "


class Verdict(StrEnum):
    """What became of a rule: it decides, was passed over, or says nothing."""

    DECIDES = "decides"
    PASSED = "passed"
    SILENT = "silent"


@dataclass(frozen=True)
class Told:
    """One rule: what became of it, what it says, and where it comes from or why it was passed over."""

    verdict: Verdict
    what: Said
    more: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Priced:
    """A line of a quote, its name by language, and the prices that were asked for it, level by level.

    `others` are prices of the offering that do not hold for the visit at all; none of a visit that is booked.
    """

    name: Mapping[str, str]
    amount: Money
    steps: tuple[Told, ...]
    others: tuple[Told, ...] = ()


@dataclass(frozen=True)
class Ruled:
    """A policy: what it says, what that comes to where there is a price, and the rules that were asked."""

    kind: Kind
    what: Said
    amount: Money | None
    steps: tuple[Told, ...]


@dataclass(frozen=True)
class Names:
    """What slugs are called in *language*; what is not known any more is called by its slug."""

    practice: Practice
    offerings: Mapping[str, Offering] = field(default_factory=dict)
    language: str = "en"

    def place(self, slug: str) -> str:
        """Return a location's name."""
        found = self.practice.by_slug.get(slug)
        return found.name if found else slug

    def person(self, slug: str) -> str:
        """Return a practitioner's name."""
        people = self.practice.practitioners.values()
        return next((one.name for one in people if one.slug == slug), slug)

    def offering(self, slug: str) -> str:
        """Return an offering's name."""
        found = self.offerings.get(slug)
        return found.text("name", self.language) if found else slug


def prices(quoted: Quote, names: Names, offerings: Iterable[Offering] = (),
           asked: Circumstances | None = None) -> list[Priced]:  # fmt: skip
    """Return why each line of *quoted* costs what it does.

    *offerings* are those that the lines are for, as far as they are known; prices of theirs that do not hold at all
    are told where it is said what was *asked*.
    """
    known = {one.version_id: one for one in offerings}
    return [_priced(line, names, known.get(line.offering_version_id), asked) for line in quoted.lines]


def money_policies(quoted: Quote, names: Names) -> list[Ruled]:
    """Return the policies about money that *quoted* was made under; without rules where those were not kept."""
    known, decided = quoted.policies, quoted.decided
    amounts = {
        Kind.DEPOSIT: quoted.deposit, Kind.CANCELLATION: policies.late_fee(known.cancellation, quoted.net),
        Kind.NO_SHOW: policies.no_show_fee(known, quoted.net),
    }  # fmt: skip
    found = []
    for kind, amount in amounts.items():
        what = terms_told.told(kind, getattr(known, kind.value), quoted.currency)
        steps = rules(kind, decided[kind], names, quoted.currency) if kind in decided else ()
        found.append(Ruled(kind, what, amount, steps))
    return found


def rules(kind: Kind, decision: Decision[Terms], names: Names, currency: str) -> tuple[Told, ...]:
    """Return the rules of *kind* that were asked, the one that decided first; amounts are in *currency*."""
    if not decision.trace:
        return (Told(Verdict.SILENT, Said(N_("No rule speaks of it."))),)
    agreed = decision.trace[0].rule.source is Source.PATIENT
    return tuple(_rule(kind, step, names, currency, agreed=agreed) for step in decision.trace)


def source(rule: Rule[Terms], names: Names) -> Said:
    """Return where a rule comes from."""
    if rule.source is Source.PATIENT:
        return Said(N_("It is agreed with this patient."))
    if rule.source is Source.OFFERING:
        return Said(N_("The offering itself says so."))
    scope = tuple(_scope(rule, names))
    if not scope:
        return Said(N_("The rule for every visit."))
    return Said(N_("The rule for: %(scope)s."), {"scope": scope})


def _scope(rule: Rule[Terms], names: Names) -> Iterator[str]:
    scope = rule.scope
    if scope.offering:
        yield names.offering(scope.offering)
    if scope.category:
        yield Phrase(CATEGORIES.get(scope.category, scope.category))
    if scope.location:
        yield names.place(scope.location)
    if scope.first_visit is not None:
        yield Phrase(VISITS[scope.first_visit])


def _rule(kind: Kind, step: Step[Terms], names: Names, currency: str, *, agreed: bool) -> Told:
    what, whence = terms_told.told(kind, step.rule.terms, currency), source(step.rule, names)
    if step.chosen:
        return Told(Verdict.DECIDES, what, (whence,))
    before = N_("What is agreed comes first.") if agreed else N_("A more specific rule comes first.")
    return Told(Verdict.PASSED, what, (whence, Said(before)))


def _priced(line: QuoteLine, names: Names, offering: Offering | None, asked: Circumstances | None) -> Priced:
    chosen = next((step.level for step in line.trace if step.chosen), Level.ORGANISATION)
    steps = tuple(_step(step, chosen, offering, names) for step in line.trace)
    if offering is None or asked is None:
        return Priced(line.description, line.net, steps)
    others = pricing.passed_over(offering, asked)
    return Priced(
        line.description, line.net, steps, tuple(_other(one, offering, names, asked) for one in others)
    )


def _step(step: pricing.Step, chosen: Level, offering: Offering | None, names: Names) -> Told:
    if step.amount is None:
        return Told(Verdict.SILENT, Said(step.sentence))
    subject, limits = _read(step.level, step.rule or "", offering, names)
    what = Said(step.sentence, {"rule": subject, "amount": step.amount})
    if step.chosen:
        return Told(Verdict.DECIDES, what, limits)
    before = Said(N_("It is passed over, for %(level)s comes first."), {"level": Phrase(LEVELS[chosen])})
    return Told(Verdict.PASSED, what, (*limits, before))


def _other(passed: Passed, offering: Offering, names: Names, asked: Circumstances) -> Told:
    rule, level = passed.rule, pricing.level_of(passed.rule)
    subject, limits = _read(level, pricing.text(rule), offering, names)
    amount = Money.from_major(rule.amount, asked.currency)
    what = Said(pricing.SENTENCES[level, True], {"rule": subject, "amount": amount})
    why = Said(passed.sentence, {"since": rule.since} if passed.code == "later" else {})
    return Told(Verdict.PASSED, what, (why,) if passed.code == "later" else (*limits, why))


def _read(level: Level, text: str, offering: Offering | None, names: Names) -> tuple[str, tuple[Said, ...]]:
    """Return whom a price's text names first, and what else it is limited to."""
    if level is Level.PATIENT:
        return "", tuple(_agreed(text))
    parts, limits = [part for part in text.split(", ") if part], []
    since = parts.pop() if parts and parts[-1].startswith(SINCE) else None
    variants = {one.slug: one.name for one in offering.variants} if offering else {}
    if parts and parts[0] in variants:
        name = variants[parts.pop(0)]
        called = name.get(names.language) or next(iter(name.values()), "")
        limits.append(Said(N_("It is for %(variant)s."), {"variant": called}))
    subject = parts.pop(0) if parts and level is not Level.ORGANISATION else ""
    limits += [Said(N_("It is for %(place)s only."), {"place": names.place(place)}) for place in parts]
    if since:
        began = date.fromisoformat(since.removeprefix(SINCE))
        limits.append(Said(N_("It holds from %(since)s on."), {"since": began}))
    called_by = {Level.PRACTITIONER: names.person, Level.LOCATION: names.place}
    return called_by.get(level, str)(subject), tuple(limits)


def _agreed(text: str) -> Iterator[Said]:
    since, _, until = text.removeprefix(SINCE).partition(" until ")
    days = {"since": date.fromisoformat(since)}
    if until:
        yield Said(N_("It is agreed from %(since)s until the day before %(until)s."),
                   {**days, "until": date.fromisoformat(until)})  # fmt: skip
    elif since:
        yield Said(N_("It is agreed from %(since)s on."), days)
