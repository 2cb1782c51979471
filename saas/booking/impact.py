"""Whose booked visits would be performed by somebody who may not any more: not granted, or not allowed by the rules.

Each role of a visit, as the version and the variant that it was booked with, is asked at its place on its own day.
Only who could before is missed; who leaves altogether is scheduling's to tell.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID
from zoneinfo import ZoneInfo

from saas.booking import booked_as, releases, unwatched
from saas.booking.releases import Release
from saas.catalogue import offerings
from saas.catalogue.composing import Need
from saas.catalogue.contents import Offering
from saas.credentials import impact as eligibility
from saas.credentials.grounds import Answer, Answers
from saas.kernel.errors import Reason
from saas.kernel.impacts import Impact
from saas.kernel.text import N_
from saas.practice.snapshot import Place, Practitioner
from saas.scheduling import stranding, touched
from saas.scheduling.states import State
from saas.scheduling.touched import Performed

ROOM = "booking"
LOST = N_(
    "%(name)s could not perform %(procedure)s on the day. Visits booked with them: %(visits)s, holds: %(holds)s; "
    "first %(first)s."
)
BECAUSE = N_(
    "%(name)s could not perform %(procedure)s on the day. %(why)s Visits booked with them: %(visits)s, "
    "holds: %(holds)s; first %(first)s."
)

UNWATCHED = N_(
    "Whoever would be available to supervise %(name)s would not be at work. Visits booked with them: %(visits)s, "
    "holds: %(holds)s; first %(first)s."
)


@dataclass(frozen=True)
class _Loss:
    """Who could not perform what, and why; None: the clinic does not let them."""

    person: UUID
    procedure: str
    why: Reason | None


def of(had: Answers, will: Answers, now: datetime) -> Iterator[Impact]:
    """Yield which visits and holds to come lose whoever may perform them; two statements, three where some were
    on request."""
    people, places = eligibility.changed(had.grounds, will.grounds)
    watched = unwatched.supervised(had.grounds, will.grounds)
    rows = touched.by(people | watched, places, now)
    versions = offerings.get_versions({one for row in rows for one in row.versions})
    yield from stranded(had, will, rows, versions, releases.of(rows))
    yield from _unwatched(unwatched.of(had, will, rows, versions) if watched else ())


def stranded(
    had: Answers, will: Answers, rows: Iterable[Performed], versions: Mapping[UUID, Offering],
    released: Mapping[UUID, Release] = MappingProxyType({}),
) -> Iterator[Impact]:  # fmt: skip
    """Yield an impact for each person and procedure that they lose on the day of a visit. Pure.

    What a clinician released loses nothing to the questions that they released it with.
    """
    found: dict[str, tuple[_Loss, list[Performed]]] = {}
    for row in rows:
        release = released.get(row.id, releases.NONE)
        for loss in _losses(had, will, row, booked_as.roles(row, versions), release):
            found.setdefault(f"{loss.person} {loss.procedure} {loss.why}", (loss, []))[1].append(row)
    for loss, some in found.values():
        yield _impact(had.grounds.practice.practitioners[loss.person].name, loss, some)


def _unwatched(found: Iterable[tuple[Practitioner, Performed]]) -> Iterator[Impact]:
    together: dict[UUID, tuple[str, dict[UUID, Performed]]] = {}
    for person, row in found:
        together.setdefault(person.id, (person.name, {}))[1][row.id] = row
    for name, rows in together.values():
        params = {"name": name, **_counted(list(rows.values()))}
        yield Impact(ROOM, Reason("supervisor_away", UNWATCHED, params), tuple(rows), is_unsafe=True)


def _losses(
    had: Answers, will: Answers, row: Performed, roles: Iterable[Need], release: Release
) -> Iterator[_Loss]:
    place, there = (one.grounds.practice.places.get(row.location_id) for one in (had, will))
    if place is None or there is None:
        return
    for need in roles:
        who = row.takes.get(need.name)
        was, then = (one.grounds.practice.practitioners.get(who) if who else None for one in (had, will))
        if was is None or then is None:
            continue
        answers = will.on(_day(row, there), then, there, need)
        before = had.on(_day(row, place), was, place, need) if _worse(answers) else answers
        for procedure, answer in answers.items():
            if _is_lost(before[procedure], answer, release):
                yield _Loss(then.id, procedure, answer.reason)


def _is_lost(before: Answer, after: Answer, release: Release) -> bool:
    """Whether an act that could take place cannot any more, or what a clinician had to look at is forbidden."""
    if release.lets(after.verdict, after.reasons):
        return False
    stricter = after.verdict.strictness > before.verdict.strictness
    return stricter or release.lets(before.verdict, before.reasons)


def _worse(answers: Mapping[str, Answer]) -> bool:
    return any(one.verdict.strictness for one in answers.values())


def _day(row: Performed, place: Place) -> date:
    return row.ends_at.astimezone(ZoneInfo(place.time_zone)).date()


def _impact(name: str, loss: _Loss, rows: list[Performed]) -> Impact:
    params: dict[str, object] = {"name": name, "procedure": loss.procedure, **_counted(rows)}
    code, sentence = ("scope_lost", BECAUSE) if loss.why else ("privilege_lost", LOST)
    params |= {"why": loss.why} if loss.why else {}
    return Impact(ROOM, Reason(code, sentence, params), tuple(row.id for row in rows), is_unsafe=True)


def _counted(rows: list[Performed]) -> dict[str, object]:
    holds = sum(row.state == State.HELD for row in rows)
    first = stranding.first_walls(row.wall_start for row in rows)
    return {"visits": len(rows) - holds, "holds": holds, "first": first}
