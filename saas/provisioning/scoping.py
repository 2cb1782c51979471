"""Who may perform what and where, on a day: the matrix of people, offerings and places. Pure.

What the rules say is asked once for each distinct set of profession, credentials, act, device and jurisdiction,
whoever holds them; names are filled in afterwards. `Ground` is what it rests on, as it stands or as it would be.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from saas.booking.deciding import NOT_GRANTED, Answer
from saas.catalogue import composing, offerings, varying
from saas.catalogue.composing import Need
from saas.catalogue.contents import Offering
from saas.credentials import attesting, eligibility, privileges, records, rules, supervising
from saas.credentials.attesting import Word
from saas.credentials.circumstances import Act, Circumstances, Credential, Device, Performer
from saas.credentials.privileges import Held
from saas.credentials.rules import Decision
from saas.credentials.supervising import Named
from saas.credentials.vocabulary import Verdict
from saas.kernel.errors import Reason
from saas.practice import snapshot
from saas.practice.snapshot import Place, Practice, Practitioner

# What no paper of theirs would change: the rules of the place, or the clinic's own.
NEVER = frozenset({
    "scope_not_listed", "scope_prohibited", "scope_prohibited_because", "scope_too_deep", "clinic_prohibits",
    "scope_too_deep_for_clinic", "scope_too_deep_for_device",
})  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """What answers rest on: the practice, what is offered, what people hold and were granted, the clinic's word."""

    practice: Practice
    offerings: tuple[Offering, ...]
    held: Mapping[UUID, tuple[Credential, ...]]
    granted: Mapping[UUID, Held]
    word: Word
    named: Mapping[UUID, tuple[Named, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Work:
    """What is the same work: offerings, as their variants, whose roles do the same at the same depth."""

    offerings: tuple[Offering, ...]
    roles: tuple[Need, ...]

    def at(self, place: Place) -> tuple[Offering, ...]:
        """Return those that are offered at *place*."""
        return tuple(one for one in self.offerings if place.slug in one.locations)


@dataclass(frozen=True)
class Cell:
    """What somebody may do of some work at a place, role by role; the best of the answers counts."""

    works: bool
    answers: tuple[Answer, ...]

    @property
    def best(self) -> Answer:
        """The answer that lets them do most, the practitioner's own role first."""
        nobody = Answer("", Verdict.ALLOW, (), (), None)
        return min(self.answers, key=lambda one: one.verdict.strictness, default=nobody)


def standing(config_version: int) -> Ground:
    """Return what holds at *config_version*; what this process has read of it already costs no statement."""
    sold = (
        *offerings.list_current(config_version).values(),
        *offerings.list_add_ons(config_version).values(),
    )
    return Ground(
        snapshot.read(config_version), sold, records.everybody(config_version),
        privileges.everybody(config_version), attesting.word(config_version), supervising.everybody(config_version),
    )  # fmt: skip


def works(sold: Iterable[Offering]) -> list[Work]:
    """Return the kinds of work in *sold*, in the order in which they first occur; what needs nobody is none."""
    found: dict[Hashable, Work] = {}
    for offering in (one for whole in sold for one in varying.each(whole)):
        work = work_of(offering)
        key = tuple((one.name, one.planned) for one in work.roles)
        before = found.get(key)
        found[key] = Work((*before.offerings, offering), before.roles) if before else work
    return [one for one in found.values() if one.roles]


def work_of(offering: Offering) -> Work:
    """Return the work of *offering*, as its variant, alone."""
    needs = composing.compose(offering.segments).needs
    return Work((offering,), tuple(one for one in needs if one.kind == "role"))


class Judge:
    """Answers for one day; `decided` counts how often the rules were asked."""

    def __init__(self, ground: Ground, on: date) -> None:
        """Judge by *ground* on the day *on*, the one on which visits would end."""
        self.ground, self.on = ground, on
        self._pack = ground.word.rules
        self._decided: dict[Hashable, Decision] = {}
        self._asked: dict[Hashable, tuple[tuple[Act, ...], tuple[Device, ...]]] = {}
        self._papers: dict[UUID, tuple[tuple[Credential, ...], str]] = {}

    @property
    def decided(self) -> int:
        """How many distinct questions the rules were asked."""
        return len(self._decided)

    def cell(self, work: Work, place: Place, person: Practitioner) -> Cell:
        """Return what *person* may do of *work* at *place*."""
        answers = tuple(self.answer(need, place, person) for need in work.roles)
        return Cell(place.id in person.hours, answers)

    def answer(self, need: Need, place: Place, person: Practitioner) -> Answer:
        """Return whether *person* may fill the role *need* at *place*, and why not."""
        acts, devices = self._question(need, place, person)
        found = [self._decide(act, devices, place, person) for act in acts]
        missing = [one.act for one in acts if not self._is_granted(person, one.act)]
        reasons = [reason for one in found for reason in one.reasons]
        worst = max((one.verdict for one in found), key=_strictness, default=Verdict.ALLOW)
        if missing:
            worst = Verdict.PROHIBIT
            reasons += [_not_granted(act) for act in missing]  # what the place says comes first
        ends = [one.valid_until for one in found if one.valid_until]
        cited = tuple(dict.fromkeys(one for decision in found for one in decision.rules))
        named = tuple(_named(one, person.name) for one in dict.fromkeys(map(_Said, reasons)))
        return Answer(need.name, worst, named, cited, min(ends, default=None))

    def _question(
        self, need: Need, place: Place, person: Practitioner
    ) -> tuple[tuple[Act, ...], tuple[Device, ...]]:
        key = (place.id, need.planned)
        if key not in self._asked:
            asked = eligibility.question(self.ground.practice, place, person, need)
            self._asked[key] = asked.acts, asked.devices
        return self._asked[key]

    def _decide(self, act: Act, devices: tuple[Device, ...], place: Place, person: Practitioner) -> Decision:
        papers, mark = self._papers_of(person)
        here = place.slug if any(one.location for one in self.ground.word.policy.restrictions) else ""
        named = self.ground.named.get(person.id, ())
        above = supervising.among(person.id, named, self.ground.practice, self.ground.held)
        key = (person.professions, mark, act, devices, place.jurisdiction, here, repr(above) if above else "")
        if key not in self._decided:
            self._decided[key] = rules.decide(act, Circumstances(
                place.jurisdiction, self.on, Performer("", person.professions, papers), self._pack,
                self.ground.word.attestations, self.ground.word.policy, devices, place.slug, above,
            ))  # fmt: skip
        return self._decided[key]

    def _papers_of(self, person: Practitioner) -> tuple[tuple[Credential, ...], str]:
        """Return what they hold without its numbers, by which papers that say the same differ, and a key to it."""
        if person.id not in self._papers:
            papers = tuple(replace(one, number="") for one in self.ground.held.get(person.id, ()))
            self._papers[person.id] = papers, repr(papers)
        return self._papers[person.id]

    def _is_granted(self, person: Practitioner, act: str) -> bool:
        periods = privileges.common(self.ground.granted.get(person.id, {}), (act,))
        return any(period.has(self.on) for period in periods)


@dataclass(frozen=True)
class Gap:
    """One thing that is missing, and for which work of which places."""

    reason: Reason
    work: tuple[tuple[Work, tuple[Place, ...]], ...]


def gaps(judge: Judge, person: Practitioner, some: Sequence[Work], places: Sequence[Place]) -> list[Gap]:
    """Return what stands between the person and work that papers or the clinic's word would open to them.

    What opens most comes first.
    """
    found: dict[_Said, dict[int, list[Place]]] = {}
    for at, work in enumerate(some):
        for place in (one for one in places if work.at(one)):
            best = judge.cell(work, place, person).best
            if best.verdict is Verdict.ALLOW or any(one.code in NEVER for one in best.reasons):
                continue
            for reason in best.reasons:
                found.setdefault(_Said(reason), {}).setdefault(at, []).append(place)
    told = [
        Gap(said.reason, tuple((some[at], tuple(where)) for at, where in by_work.items()))
        for said, by_work in found.items()
    ]
    return sorted(told, key=lambda gap: -sum(len(where) for _, where in gap.work))


class _Said:
    """A reason as something that can be told from another."""

    def __init__(self, reason: Reason) -> None:
        self.reason, self._key = reason, (reason.code, tuple(sorted(reason.params.items(), key=repr)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Said) and self._key == other._key

    def __hash__(self) -> int:
        return hash(repr(self._key))


def _named(said: _Said, name: str) -> Reason:
    reason = said.reason
    return replace(reason, params={**reason.params, "name": name}) if "name" in reason.params else reason


def _not_granted(act: str) -> Reason:
    return Reason("not_granted", NOT_GRANTED, {"name": "", "act": eligibility.act_named(act)})


def _strictness(verdict: Verdict) -> int:
    return verdict.strictness
