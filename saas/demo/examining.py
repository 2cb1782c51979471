"""The examinations of the demo's patients, noted by the verb before the visits that ask for one.

The first patient who would need one is left without, so that it can be seen what that does.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from saas.booking import clearing
from saas.credentials import attesting
from saas.desk import board
from saas.intake import clearances
from saas.intake.clearances import ClearanceRefused, Said
from saas.intake.rules import Need, Result, Standing
from saas.kernel.actors import SYSTEM
from saas.practice import snapshot
from saas.practice.snapshot import Place, Practice, Practitioner
from saas.scheduling import reading
from saas.scheduling.reading import AppointmentRow

AHEAD, BEFORE = timedelta(days=28), timedelta(days=10)


def write(config_version: int, now: datetime) -> int:
    """Note what the visits of the coming weeks ask for; return how many examinations that are."""
    practice = snapshot.read(config_version)
    made: set[tuple[UUID, str]] = set()
    spared: UUID | None = None
    for place in practice.places.values():
        for row, standing in _open(place, practice, config_version, now):
            assert row.patient_id is not None
            spared = spared or row.patient_id
            key = (row.patient_id, standing.need.procedure)
            if row.patient_id == spared or key in made:
                continue
            if _note(row, standing.need, place, practice, config_version, now):
                made.add(key)
    return len(made)


def _open(
    place: Place, practice: Practice, config_version: int, now: datetime
) -> Iterator[tuple[AppointmentRow, Standing]]:
    found = reading.schedule(place.id, now - timedelta(days=1), now + AHEAD).appointments
    rows = [row for row in found if row.state == "confirmed" and row.kind == "visit"]
    standings = clearing.of_all(
        rows, board.treatments(rows, config_version), practice, attesting.pack(config_version)
    )
    for row in rows:
        yield from ((row, one) for one in standings.get(row.id, ()) if not one.is_cleared)


def _note(
    row: AppointmentRow, need: Need, place: Place, practice: Practice, config_version: int, now: datetime
) -> bool:
    """Note the examination by the first who may have made it; whether there is somebody."""
    assert row.patient_id is not None
    for examiner, profession in _examiners(row, need, place, practice):
        said = Said((need.procedure,), examiner, profession, place, (now - BEFORE).date(), Result.CLEARED)
        try:
            clearances.record(row.patient_id, said, config_version, SYSTEM, now)
        except ClearanceRefused:
            continue
        return True
    return False


def _examiners(
    row: AppointmentRow, need: Need, place: Place, practice: Practice
) -> Iterator[tuple[Practitioner, str]]:
    """Yield who may have examined: first of all whoever treats, then who works there."""
    people = sorted(practice.practitioners.values(), key=lambda one: one.id != row.practitioner_id)
    for one in people:
        if place.id in one.hours:
            yield from ((one, profession) for profession in one.professions if profession in need.by)
