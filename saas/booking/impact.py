"""Whose booked visits would be performed by somebody who may not any more.

Each role of a visit, in the versions that it was booked with, is asked on its own day. Only who could before
is missed; who leaves altogether is scheduling's to tell.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from uuid import UUID

from saas.catalogue import composing, offerings
from saas.catalogue.contents import Offering
from saas.credentials import impact as eligibility
from saas.credentials import privileges
from saas.credentials.privileges import Held
from saas.kernel.errors import Reason
from saas.kernel.impacts import Impact
from saas.kernel.text import N_
from saas.practice.snapshot import Practice
from saas.scheduling import stranding, touched
from saas.scheduling.states import State
from saas.scheduling.touched import Performed

ROOM = "booking"
LOST = N_(
    "%(name)s could not perform %(procedure)s on the day. Visits booked with them: %(visits)s, holds: %(holds)s; "
    "first %(first)s."
)
Everybody = Mapping[UUID, Held]


def of(
    before: Practice, after: Practice, held: Everybody, will_hold: Everybody, now: datetime
) -> Iterator[Impact]:
    """Yield which visits and holds to come lose their performer's privilege; at most two statements."""
    losing = eligibility.shrunk(held, will_hold, now.date())
    rows = touched.by(losing & before.practitioners.keys() & after.practitioners.keys(), now)
    versions = offerings.get_versions({one for row in rows for one in row.versions})
    yield from stranded(before, held, will_hold, rows, versions)


def stranded(
    before: Practice, held: Everybody, will_hold: Everybody, rows: Iterable[Performed],
    versions: Mapping[UUID, Offering],
) -> Iterator[Impact]:  # fmt: skip
    """Yield an impact for each person and procedure that they lose on the day of a visit. Pure."""
    found: dict[tuple[UUID, str], list[Performed]] = {}
    for row in rows:
        day = date.fromisoformat(row.wall_start[:10])
        segments = (part for one in row.versions for part in versions[one].segments)
        for role, procedures in composing.acts(segments).items():
            person = row.takes.get(role)
            for procedure in procedures if person else ():
                if (
                    person
                    and _may(held, person, procedure, day)
                    and not _may(will_hold, person, procedure, day)
                ):
                    found.setdefault((person, procedure), []).append(row)
    for (person, procedure), some in found.items():
        if person in before.practitioners:
            yield _impact(before, person, procedure, some)


def _impact(before: Practice, person: UUID, procedure: str, rows: list[Performed]) -> Impact:
    holds = sum(row.state == State.HELD for row in rows)
    params = {
        "name": before.practitioners[person].name, "procedure": procedure, "visits": len(rows) - holds,
        "holds": holds, "first": stranding.first_walls(row.wall_start for row in rows),
    }  # fmt: skip
    return Impact(ROOM, Reason("privilege_lost", LOST, params), tuple(row.id for row in rows), is_unsafe=True)


def _may(everybody: Everybody, person: UUID, procedure: str, day: date) -> bool:
    periods = privileges.common(everybody.get(person, {}), (procedure,))
    return any(one.has(day) for one in periods)
