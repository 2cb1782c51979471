"""Visits of whoever works under supervision that claims nothing of the supervisor, when that ends or moves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from uuid import UUID

import pytest

from saas.kernel.actors import SYSTEM
from saas.practice.hours import Roster, Row
from saas.provisioning.worlds import World
from saas.scheduling import appointments
from tests.booking import supervised
from tests.booking.clinic import NOW, TUESDAY, Clinic, at
from tests.provisioning import worldly

AFTERNOON = Roster(tuple(Row(day, time(13), time(17)) for day in range(5)))
MORNING = Roster(tuple(Row(day, time(9), time(12)) for day in range(5)))


def archived(world: World, boss: UUID) -> World:
    return worldly.without_person(world, boss)


def ended(world: World, boss: UUID) -> World:
    last = date.fromordinal(TUESDAY.toordinal() - 1)
    named = {one: tuple(replace(row, ends_on=last) for row in rows) for one, rows in world.named.items()}
    return replace(world, named=named)


def unlicensed(world: World, boss: UUID) -> World:
    papers = tuple(replace(one, expires_on=NOW.date()) for one in world.held[boss])
    return replace(world, held={**world.held, boss: papers})


def working(roster: Roster) -> Callable[[World, UUID], World]:
    def change(world: World, boss: UUID) -> World:
        person = world.practice.practitioners[boss]
        moved = replace(person, hours=dict.fromkeys(person.hours, roster))
        return worldly.practice(world, practitioners={**world.practice.practitioners, boss: moved})

    return change


ENDS = {"supervisor_missing": (archived, ended), "supervisor_unlicensed": (unlicensed,)}


@pytest.fixture
def clinic(tenant: UUID) -> Clinic:
    return supervised.set_up(tenant, "general")


def test_supervision_that_ends_or_moves_tells_whom_it_strands(clinic: Clinic) -> None:
    row = clinic.hold(at(10), "me", "peel", "n0")
    appointments.confirm(row, SYSTEM, NOW)
    boss = clinic.people["boss"]
    for mode in ("general", "delegation", "available"):
        supervised.name(clinic, mode)
        before = worldly.stands(clinic)
        for code, changes in ENDS.items():
            for change in changes:
                found = unsafe(before, change(before, boss))
                assert found == [("scope_lost", code, (row.id,))], (mode, change)
        away = [("supervisor_away", "", (row.id,))] if mode == "available" else []
        assert unsafe(before, working(AFTERNOON)(before, boss)) == away, mode
        assert unsafe(before, working(MORNING)(before, boss)) == []
        assert unsafe(
            working(AFTERNOON)(before, boss), archived(before, boss)
        )  # who was not there is named still


def test_another_who_is_at_work_keeps_it_supervised(clinic: Clinic) -> None:
    row = clinic.hold(at(10), "me", "peel", "n0")
    appointments.confirm(row, SYSTEM, NOW)
    supervised.name(clinic, "available")
    before, boss, nurse = worldly.stands(clinic), clinic.people["boss"], clinic.people["n1"]
    second = replace(before.practice.practitioners[nurse], professions=("MD",))
    papers = tuple(replace(one, profession="MD") for one in before.held[boss])
    both = worldly.practice(before, practitioners={**before.practice.practitioners, nurse: second})
    named = {
        one: (*rows, *(replace(row, supervisor_id=nurse) for row in rows if one != nurse))
        for one, rows in both.named.items()
    }
    both = replace(both, named=named, held={**both.held, nurse: papers})
    assert unsafe(both, working(AFTERNOON)(both, boss)) == []


def unsafe(before: World, after: World) -> list[tuple[str, str, tuple[UUID, ...]]]:
    """Return what the change could not keep: the code, that of why, and whose visits."""
    found = [one for one in worldly.told(before, after) if one.is_unsafe]
    return [
        (one.reason.code, getattr(one.reason.params.get("why"), "code", ""), one.subjects) for one in found
    ]
