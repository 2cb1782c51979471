"""Who may perform what by one state of things or another: eligibility's answer, for plans that compare two. Pure.

A question that reads the same is decided once, whoever asks it: by the profession and the papers of whoever would
perform, the act, the devices, the jurisdiction and the clinic's word. Names are filled in afterwards.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from uuid import UUID

from saas.catalogue.composing import Need
from saas.credentials import eligibility, privileges, revising, supervising
from saas.credentials.attesting import Word
from saas.credentials.circumstances import Act, Attestation, Credential, Device, Restriction, Supervisor
from saas.credentials.eligibility import Asked, Stretch
from saas.credentials.overseeing import Watch
from saas.credentials.privileges import Held, Period
from saas.credentials.supervising import Named
from saas.credentials.vocabulary import Verdict
from saas.kernel.errors import Reason
from saas.practice.snapshot import Place, Practice, Practitioner

HERE = "here"
# What was decided, by the clinic's word and the question; several `Answers` may share it.
Known = dict[Word, dict[Hashable, tuple[Stretch, ...]]]


@dataclass(frozen=True)
class Grounds:
    """What answers rest on: the practice, what each person was granted and holds, and the clinic's word."""

    practice: Practice
    granted: Mapping[UUID, Held] = field(default_factory=dict)
    held: Mapping[UUID, tuple[Credential, ...]] = field(default_factory=dict)
    word: Word = field(default_factory=Word)
    named: Mapping[UUID, tuple[Named, ...]] = field(default_factory=dict)

    def above(self, person_id: UUID) -> tuple[Supervisor, ...]:
        """Return who supervises somebody, with what they hold."""
        named = self.named.get(person_id, ())
        return supervising.among(person_id, named, self.practice, self.held) if named else ()

    @cached_property
    def papers(self) -> Mapping[UUID, str]:
        """What each person holds as one text, so that papers that say the same are the same: no numbers."""
        return {person_id: _papers(held) for person_id, held in self.held.items() if held}

    def of_person(self, person_id: UUID) -> object:
        """Return all that answers about somebody rest on, but for where; to be compared, and never read."""
        person = self.practice.practitioners.get(person_id)
        return person and (
            person.professions,
            self.papers.get(person_id),
            self.granted.get(person_id) or {},
            repr(self.above(person_id)),
        )

    def of_place(self, place_id: UUID) -> object:
        """Return all that answers at a place rest on, but for whom; to be compared, and never read."""
        place = self.practice.places.get(place_id)
        if place is None:
            return None
        kinds = {limit.kind for limit in self.word.rules.devices}
        devices = {
            (one.kind, one.evaluated_depth_mm, one.model, one.label_sites)
            for one in self.practice.devices if one.location_id == place_id and one.kind in kinds
        }  # fmt: skip
        policy = self.word.policy
        return (
            place.jurisdiction,
            self._rules(place.jurisdiction),
            devices,
            self._attested(place),
            self._restricted(place),
            policy.counts_unverified,
            policy.off_label,
        )

    @cached_property
    def _ruled(self) -> dict[str, object]:
        return {}

    def _rules(self, jurisdiction: str) -> object:
        """Return what the pack says for a place there, as a text; the version alone makes no difference."""
        if jurisdiction not in self._ruled:
            pack = self.word.rules
            about = [one for one in pack.rules if one.jurisdiction in (jurisdiction, pack.country)]
            said = [(one.rule, one.version, revising.substance(one), bool(one.sources)) for one in about]
            self._ruled[jurisdiction] = repr((said, pack.certified, pack.devices))
        return self._ruled[jurisdiction]

    def _attested(self, place: Place) -> set[Attestation]:
        pack = self.word.rules
        about = {one.rule for one in pack.rules if one.jurisdiction in (place.jurisdiction, pack.country)}
        return {one for one in self.word.attestations if one.rule in about}

    def _restricted(self, place: Place) -> set[Restriction]:
        return {
            replace(one, location=one.location and HERE)
            for one in self.word.policy.restrictions if one.location in (None, place.slug)
        }  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """Whether somebody may perform an act on a day, and the reasons why not; without any: not granted."""

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()

    @property
    def reason(self) -> Reason | None:
        """The first reason; None where there is none."""
        return next(iter(self.reasons), None)


class Answers:
    """What `Grounds` answer; `known` is what was decided already, and is added to."""

    def __init__(self, grounds: Grounds, known: Known | None = None) -> None:
        """Answer by *grounds*."""
        self.grounds = grounds
        self._known = (known if known is not None else {}).setdefault(grounds.word, {})
        self._asked: dict[Hashable, tuple[tuple[Act, ...], tuple[Device, ...]]] = {}
        policy = grounds.word.policy
        self._restricted = {one.location for one in policy.restrictions if one.location}

    def periods(self, person: Practitioner, place: Place, need: Need) -> tuple[Period, ...]:
        """Return when *person* may fill the role *need* at *place*: granted by the clinic, allowed by the rules."""
        acts, devices = self._question(person, place, need)
        granted = privileges.common(self.grounds.granted.get(person.id, {}), [one.act for one in acts])
        answers = (
            [part for act in acts for part in self._stretches(person, place, act, devices)] if granted else []
        )
        return eligibility.within(granted, eligibility.allowed(answers))

    def on(self, day: date, person: Practitioner, place: Place, need: Need) -> Mapping[str, Answer]:
        """Return the answer about each act of the role *need* at *place* on *day*."""
        acts, devices = self._question(person, place, need)
        return {act.act: self._answer(day, person, place, act, devices) for act in acts}

    def watches(
        self, day: date, person: Practitioner, place: Place, need: Need
    ) -> tuple[tuple[Watch, ...], ...]:
        """Return who may supervise each act of the role *need* that has to be supervised on *day*, any one of each."""
        acts, devices = self._question(person, place, need)
        found = (
            next(
                one.decision.watches
                for one in self._stretches(person, place, act, devices)
                if one.days.has(day)
            )
            for act in acts
        )
        return tuple(one for one in found if one)

    def _answer(
        self, day: date, person: Practitioner, place: Place, act: Act, devices: tuple[Device, ...]
    ) -> Answer:
        granted = privileges.common(self.grounds.granted.get(person.id, {}), (act.act,))
        if not any(one.has(day) for one in granted):
            return Answer(Verdict.PROHIBIT)
        found = self._stretches(person, place, act, devices)
        decision = next(one.decision for one in found if one.days.has(day))
        return Answer(decision.verdict, tuple(_named(why, person.name) for why in decision.reasons))

    def _question(
        self, person: Practitioner, place: Place, need: Need
    ) -> tuple[tuple[Act, ...], tuple[Device, ...]]:
        key = place.id, need.planned
        if key not in self._asked:
            asked = eligibility.question(self.grounds.practice, place, person, need)
            self._asked[key] = asked.acts, asked.devices
        return self._asked[key]

    def _stretches(
        self, person: Practitioner, place: Place, act: Act, devices: tuple[Device, ...]
    ) -> tuple[Stretch, ...]:
        held = self.grounds.held.get(person.id, ())
        here = place.slug if place.slug in self._restricted else ""
        above = self.grounds.above(person.id)
        papers = self.grounds.papers.get(person.id), repr(above) if above else ""
        key = person.professions, papers, act, devices, place.jurisdiction, here
        if key not in self._known:
            asked = Asked(replace(person, name=""), place, (act,), devices)
            self._known[key] = eligibility.judge(asked, held, self.grounds.word, above)
        return self._known[key]


def _papers(held: tuple[Credential, ...]) -> str:
    return repr(sorted(repr(replace(one, number="", hours=dict(sorted(one.hours.items())))) for one in held))


def _named(reason: Reason, name: str) -> Reason:
    return replace(reason, params={**reason.params, "name": name}) if "name" in reason.params else reason
