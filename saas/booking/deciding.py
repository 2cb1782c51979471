"""Who may perform the roles of a visit: asked of credentials, told in words, and kept with the visit.

A visit keeps what was decided when it got its people: for each regulated act the rules with their versions,
and a digest of all that the decision rests on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from saas.booking.asking import Wish
from saas.booking.models import VisitDecision
from saas.catalogue.composing import Need
from saas.catalogue.contents import PRACTITIONER
from saas.credentials import attesting, eligibility
from saas.credentials.eligibility import Stretch
from saas.credentials.pack_schema import Pack
from saas.credentials.rules import Cited
from saas.credentials.vocabulary import UNREGULATED, Verdict
from saas.db import session
from saas.kernel import ids
from saas.kernel.errors import Reason
from saas.kernel.text import N_
from saas.practice.snapshot import Practice, Practitioner
from saas.scheduling.models import Appointment
from saas.scheduling.placing import Placement
from saas.scheduling.refusals import NotEligible

NOT_GRANTED = N_("The clinic has not granted %(name)s the privilege of %(act)s on that day.")
NO_LONGER = N_(
    "%(name)s may not perform this on that day any more. Please choose another time or somebody else."
)

LEFT = N_(
    "Somebody who was to perform this does not work here any more. Please choose another time or somebody else."
)


@dataclass(frozen=True)
class Answer:
    """Whether somebody may fill a role of a visit on a day, why not, by which rules, and for how long."""

    role: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    rules: tuple[Cited, ...]
    valid_until: date | None


def on(wish: Wish, need: Need, person: Practitioner, day: date) -> Answer:
    """Return whether *person* may fill the role *need* on *day*, the one on which the visit ends."""
    found = _asked(wish, need, person, day)
    reasons = [reason for one in found for reason in one.decision.reasons]
    worst = max(
        (one.decision.verdict for one in found), key=lambda one: one.strictness, default=Verdict.ALLOW
    )
    missing = [
        act for act in need.procedures if not eligibility.is_granted(person.id, act, day, wish.config_version)
    ]
    if missing:
        worst = Verdict.PROHIBIT
        reasons = [Reason("not_granted", NOT_GRANTED, {"name": person.name, "act": eligibility.act_named(act)})
                   for act in missing] + reasons  # fmt: skip
    ends = [one.days.ends_on for one in found if one.days.ends_on != date.max]
    rules = tuple(dict.fromkeys(cited for one in found for cited in one.decision.rules))
    return Answer(need.name, worst, tuple(reasons), rules, min(ends, default=None))


def answers(wish: Wish, ends_at: datetime, depth_mm: Decimal | None = None) -> list[Answer]:
    """Return the answer about the practitioner of choice in each role, the visit's own practitioner's first.

    Where *depth_mm* is given, as if that were planned.
    """
    if wish.practitioner is None:
        return []
    day = ends_at.astimezone(ZoneInfo(wish.place.time_zone)).date()
    roles = [replace(need, depth_mm=depth_mm) if depth_mm else need for need in wish.roles]
    return [on(wish, need, wish.practitioner, day) for need in roles]


def keep(row: Appointment, wish: Wish, placement: Placement, now: datetime) -> None:
    """Keep with the visit what was decided about whoever performs it."""
    people = {one.name: one.id for one in placement.taken if one.kind == "practitioner"}
    pack = attesting.pack(wish.config_version)
    day = row.ends_at.astimezone(ZoneInfo(wish.place.time_zone)).date()
    for need in wish.roles:
        person = wish.practice.practitioners[people[need.name]]
        session.current().add_all(_rows(row, need, person, _asked(wish, need, person, day), now, pack))
    session.current().flush()


def require(row: Appointment, wish: Wish, kept: Mapping[str, UUID]) -> Verdict:
    """Raise NotEligible where one of the people *kept* with the visit, by role, may not perform it any more.

    Return the strictest answer: ALLOW, or REVIEW where the visit is on request, so that a clinician decides.
    """
    fine = eligibility.NOT_FORBIDDEN if row.on_request else frozenset({Verdict.ALLOW})
    require_all_there(wish.practice, kept)
    day = row.ends_at.astimezone(ZoneInfo(wish.place.time_zone)).date()
    worst = Verdict.ALLOW
    for need in wish.roles:
        person = wish.practice.practitioners.get(kept[need.name]) if need.name in kept else None
        if person is None:
            continue
        answer = on(wish, need, person, day)
        worst = max(worst, answer.verdict, key=lambda one: one.strictness)
        if answer.verdict not in fine:
            reasons = [
                Reason("practitioner_not_permitted", NO_LONGER, {"name": person.name}),
                *answer.reasons,
            ]
            raise NotEligible(NO_LONGER, reasons, name=person.name)
    return worst


def require_all_there(practice: Practice, kept: Mapping[str, UUID]) -> None:
    """Raise NotEligible where one of the people *kept* with a visit, by role, does not practise here any more."""
    if any(one not in practice.practitioners for one in kept.values()):
        raise NotEligible(LEFT, [Reason("practitioner_left", LEFT)])


def open_questions(row: Appointment, wish: Wish) -> list[Reason]:
    """Return what is not settled about those who would perform the visit, each reason once."""
    day, found = row.ends_at.astimezone(ZoneInfo(wish.place.time_zone)).date(), dict[str, Reason]()
    kept = people_of(row)
    for need in wish.roles:
        person = wish.practice.practitioners.get(kept[need.name]) if need.name in kept else None
        answer = on(wish, need, person, day) if person else None
        if answer is not None and answer.verdict is not Verdict.ALLOW:
            found |= {str(reason): reason for reason in answer.reasons}
    return list(found.values())


def people_of(row: Appointment) -> dict[str, UUID]:
    """Return who was last decided about for each role with a regulated act, and the visit's practitioner."""
    query = select(VisitDecision.role, VisitDecision.person_id).where(VisitDecision.appointment_id == row.id)
    in_order = query.order_by(VisitDecision.decided_at, VisitDecision.id)
    decided = {one.role: one.person_id for one in session.current().execute(in_order)}
    return decided if row.practitioner_id is None else {PRACTITIONER: row.practitioner_id, **decided}


def _asked(wish: Wish, need: Need, person: Practitioner, day: date) -> tuple[Stretch, ...]:
    question = eligibility.question(wish.practice, wish.place, person, need)
    return eligibility.on(question, day, wish.config_version)


def _rows(
    row: Appointment, need: Need, person: Practitioner, found: tuple[Stretch, ...], now: datetime, pack: Pack
) -> Iterator[VisitDecision]:
    for one in found:
        if one.act.act not in UNREGULATED:
            yield VisitDecision(
                id=ids.new(), appointment_id=row.id, person_id=person.id, role=need.name, act=one.act.act,
                verdict=one.decision.verdict.value, rules=[[cited.rule, cited.version] for cited in one.decision.rules],
                pack=f"{pack.pack} {pack.version}", inputs=one.inputs, valid_until=one.decision.valid_until,
                decided_at=now,
            )  # fmt: skip
