"""Worlds as they stand and as a change would make them, and visits that are booked in between."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import event

from saas.db import session
from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from saas.kernel.impacts import Impact
from saas.practice.snapshot import Practice
from saas.provisioning import impacts, worlds
from saas.provisioning.worlds import World
from saas.scheduling import appointments
from saas.scheduling.models import Appointment
from tests.booking.clinic import NOW, Clinic, at

ROOMS = 3
PRICED = {"prices": [{"amount": "80.00"}, {"amount": "100.00", "tier": "senior"}]}


def stands(clinic: Clinic) -> World:
    return worlds.standing(clinic.version())


def book(clinic: Clinic, hour: int, person: str = "p0", **more: Any) -> Appointment:
    """Book a visit on Tuesday."""
    row = clinic.hold(at(hour), ids.new().hex, practitioner=person, **more)
    appointments.confirm(row, SYSTEM, NOW)
    session.current().flush()
    return row


def practice(world: World, **changed: Any) -> World:
    return replace(world, practice=replace(world.practice, **changed))


def without_person(world: World, person: UUID) -> World:
    """Archive somebody."""
    there: Practice = world.practice
    left = {one: found for one, found in there.practitioners.items() if one != person}
    staff = {one: found for one, found in world.staff.items() if one != person}
    granted = {one: found for one, found in world.granted.items() if one != person}
    return replace(practice(world, practitioners=left), staff=staff, granted=granted)


def selling(world: World, **changed: Any) -> World:
    """Let the visit be something else."""
    sold = {one: replace(found, **changed) for one, found in world.offerings.items()}
    return replace(world, offerings=sold)


def costing(world: World, amount: str) -> World:
    [visit] = world.offerings.values()
    return selling(world, prices=(replace(visit.prices[0], amount=amount), visit.prices[1]))


def told(before: World, after: World, room: str = "") -> list[Impact]:
    session.current().flush()
    return [one for one in impacts.of(before, after, NOW) if room in ("", one.room)]


def unsafe(before: World, after: World) -> list[tuple[str, set[UUID]]]:
    return [(one.reason.code, set(one.subjects)) for one in told(before, after) if one.is_unsafe]


def counted(run: Callable[[], object]) -> int:
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(session.engine(), "before_cursor_execute", note)
    try:
        run()
    finally:
        event.remove(session.engine(), "before_cursor_execute", note)
    return len(sent)
