"""Who may perform what in a visit, where and when: the rules' answer, and the privilege the clinic granted.

Asked once for a person, a place and a set of acts, and answered in stretches of days; the answers are kept
with the configuration's version, so that a search that follows asks nobody.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from saas.catalogue.composing import Need
from saas.credentials import attesting, boundaries, packing, privileges, records, rules, supervising
from saas.credentials.attesting import Word
from saas.credentials.circumstances import Act, Circumstances, Credential, Device, Performer, Supervisor
from saas.credentials.overseeing import Watch
from saas.credentials.privileges import Period
from saas.credentials.rules import Decision
from saas.credentials.vocabulary import ACTS, BY_THE_HOUR, EXAM, INTO_SKIN, Verdict
from saas.db import versioned
from saas.kernel.text import Phrase
from saas.practice.snapshot import Place, Practice, Practitioner

NOT_FORBIDDEN = frozenset({Verdict.ALLOW, Verdict.REVIEW})


@dataclass(frozen=True)
class Stretch:
    """Days over which the answer about an act is the same, and a digest of what it rests on."""

    act: Act
    days: Period
    decision: Decision
    inputs: str


@dataclass(frozen=True)
class Asked:
    """Who would do what: `acts` in their order, `devices` that would be used."""

    person: Practitioner
    place: Place
    acts: tuple[Act, ...]
    devices: tuple[Device, ...] = ()

    @property
    def key(self) -> tuple[Hashable, ...]:
        """What tells one question from another, within one version of the configuration."""
        return self.person.id, self.place.id, self.acts, self.devices


@dataclass(frozen=True)
class Presence:
    """Days on which an act needs a supervisor who is near enough at the hour: any one of `watches`."""

    act: str
    days: Period
    watches: tuple[Watch, ...]


def question(practice: Practice, place: Place, person: Practitioner, need: Need) -> Asked:
    """Return the question whether *person* may fill the role *need* of a visit at *place*."""
    acts = tuple(
        Act(one, need.depth_mm, (), need.sites, need.off_label)
        if one in INTO_SKIN
        else Act(one, None, need.by if one == EXAM else ())
        for one in need.procedures
    )
    return Asked(person, place, acts, tuple(_devices(practice, place, need.procedures)))


def act_named(act: str) -> Phrase:
    """Return how people call *act*."""
    return Phrase(ACTS.get(act, act.replace("_", " ")))


def periods(asked: Asked, config_version: int) -> tuple[Period, ...]:
    """Return when the person may perform every act: granted by the clinic and allowed by the rules."""
    known: dict[Hashable, tuple[Period, ...]] = versioned.read("periods of scope", config_version, dict)
    if asked.key not in known:
        granted = privileges.periods(asked.person.id, [one.act for one in asked.acts], config_version)
        known[asked.key] = within(granted, allowed(stretches(asked, config_version)))
    return known[asked.key]


def to_decide(asked: Asked, config_version: int) -> tuple[Period, ...]:
    """Return when a clinician may be asked: granted by the clinic, and no act forbidden; also where all is allowed."""
    known: dict[Hashable, tuple[Period, ...]] = versioned.read("periods to decide", config_version, dict)
    if asked.key not in known:
        granted = privileges.periods(asked.person.id, [one.act for one in asked.acts], config_version)
        answers = stretches(asked, config_version)
        known[asked.key] = within(granted, allowed(answers, NOT_FORBIDDEN))
    return known[asked.key]


def presences(asked: Asked, config_version: int) -> tuple[Presence, ...]:
    """Return when which act needs a supervisor whom only the schedule can show to be near enough."""
    known: dict[Hashable, tuple[Presence, ...]] = versioned.read("presences of scope", config_version, dict)
    if asked.key not in known:
        known[asked.key] = tuple(
            Presence(one.act.act, one.days, one.decision.watches)
            for one in stretches(asked, config_version)
            if one.decision.watches and all(it.mode in BY_THE_HOUR for it in one.decision.watches)
        )
    return known[asked.key]


def stretches(asked: Asked, config_version: int) -> tuple[Stretch, ...]:
    """Return the rules' answers about each act, stretch after stretch, over all days."""
    known: dict[Hashable, tuple[Stretch, ...]] = versioned.read("stretches of scope", config_version, dict)
    if asked.key not in known:
        held = records.everybody(config_version).get(asked.person.id, ())
        above = supervising.of(asked.person.id, config_version)
        known[asked.key] = judge(asked, held, attesting.word(config_version), above)
    return known[asked.key]


def on(asked: Asked, day: date, config_version: int) -> tuple[Stretch, ...]:
    """Return the answers about each act on *day*."""
    return tuple(one for one in stretches(asked, config_version) if one.days.has(day))


def is_granted(person_id: UUID, act: str, day: date, config_version: int) -> bool:
    """Whether the clinic lets the person perform *act* on *day*, whatever the rules say."""
    return any(period.has(day) for period in privileges.periods(person_id, [act], config_version))


def judge(
    asked: Asked, held: Sequence[Credential], word: Word, above: tuple[Supervisor, ...] = ()
) -> tuple[Stretch, ...]:
    """Return the answers for somebody who holds *held* in a clinic that says *word*. Pure but for the packs.

    *above* are those who supervise them.

    The rules are asked once for each act and stretch.
    """
    person, place = asked.person, asked.place
    it = Circumstances(
        place.jurisdiction, date.min, Performer(person.name, person.professions, tuple(held)), word.rules,
        word.attestations, word.policy, asked.devices, place.slug, above,
    )  # fmt: skip
    return tuple(stretch for act in asked.acts for stretch in _over_all_days(act, it))


def allowed(
    answers: Iterable[Stretch], verdicts: frozenset[Verdict] = frozenset({Verdict.ALLOW})
) -> tuple[Period, ...]:
    """Return when every act that is answered about is allowed, or has another of the *verdicts*."""
    by_act: dict[Act, tuple[Period, ...]] = {}
    for one in answers:
        fitting = (one.days,) if one.decision.verdict in verdicts else ()
        by_act[one.act] = (*by_act.get(one.act, ()), *fitting)
    common: tuple[Period, ...] = (Period(date.min, date.max),)
    for found in by_act.values():
        common = within(common, found)
    return common


def within(one: Sequence[Period], other: Sequence[Period]) -> tuple[Period, ...]:
    """Return the days that are in both, those that touch joined."""
    shared = (Period(max(a.starts_on, b.starts_on), min(a.ends_on, b.ends_on)) for a in one for b in other)
    joined: list[Period] = []
    for period in sorted({found for found in shared if found.starts_on <= found.ends_on}):
        if joined and period.starts_on - timedelta(days=1) <= joined[-1].ends_on:
            joined[-1] = Period(joined[-1].starts_on, max(joined[-1].ends_on, period.ends_on))
        else:
            joined.append(period)
    return tuple(joined)


def _devices(practice: Practice, place: Place, acts: Sequence[str]) -> Iterable[Device]:
    """Yield every unit at the place that might be used: which one it will be is not known before."""
    for act in acts:
        for kind in packing.device_kinds(act):
            for unit in practice.units("device", kind, place):
                yield Device(unit.name, unit.evaluated_depth_mm, kind, unit.model, unit.label_sites)


def _over_all_days(act: Act, it: Circumstances) -> Iterable[Stretch]:
    inputs = rules.digest(act, it)
    starts = [date.min, *sorted({day for day in boundaries.days(act, it) if day > date.min})]
    ends = [*(day - timedelta(days=1) for day in starts[1:]), date.max]
    for first, last in zip(starts, ends, strict=True):
        yield Stretch(act, Period(first, last), rules.decide(act, replace(it, on=first)), inputs)
