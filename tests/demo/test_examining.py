"""The demo's patients were examined where their visits ask for it, all but one."""

from uuid import UUID

import pytest

from saas.booking import clearing
from saas.credentials import attesting
from saas.demo import examining, history
from saas.desk import board
from saas.kernel import clock, resources
from saas.kernel.actors import SYSTEM
from saas.practice import snapshot
from saas.provisioning import applying, reading
from saas.scheduling import reading as calendar


@pytest.mark.long
@pytest.mark.usefixtures("tenant")
def test_all_but_one_are_cleared_for_what_they_come_for() -> None:
    configuration = reading.read_folder(resources.path("tenants") / "riverstone")
    version, now = applying.apply(configuration, SYSTEM).version, clock.now()
    history.write("riverstone", version, now)
    assert examining.write(version, now) > 10
    practice, open_ones = snapshot.read(version), set[UUID | None]()
    for place in practice.places.values():
        rows = calendar.schedule(place.id, now, now + examining.AHEAD).appointments
        visits = [row for row in rows if row.kind == "visit"]
        standings = clearing.of_all(
            visits, board.treatments(visits, version), practice, attesting.pack(version)
        )
        open_ones |= {
            row.patient_id for row in visits if not all(one.is_cleared for one in standings.get(row.id, ()))
        }
    assert len(open_ones) == 1
