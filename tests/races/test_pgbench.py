"""Forty pgbench clients send a hold's statements as `saas_app`: no deadlock, no overlap, no failed transaction."""

import os
import subprocess
from pathlib import Path

import psycopg
import pytest

from saas.db import programs, session
from saas.db.settings import Urls
from saas.practice import snapshot
from saas.scheduling import resources
from tests.booking.clinic import set_up
from tests.ground import make_tenant, within
from tests.races.test_one_slot import OVERLAPS

SCRIPT = Path(__file__).with_name("holds.pgbench.sql")


@pytest.mark.long
def test_forty_clients_neither_deadlock_nor_overlap(database: Urls) -> None:
    tenant_id = make_tenant()
    with within(tenant_id):
        clinic = set_up(tenant_id, people=1, rooms=1)
        practice = snapshot.read(clinic.version())
        place = practice.by_slug["main"]
        kinds = {clinic.people["p0"]: "practitioner", practice.rooms[0].id: "room"}
        resources.lock(kinds)
    session.dispose()
    told = subprocess.run(
        [programs.path_of("pgbench"), "-n", "-c", "40", "-j", "2", "-T", "4", "-f", str(SCRIPT), "-D",
         f"tenant='{tenant_id}'", "-D", f"location='{place.id}'", database.app],
        capture_output=True, text=True, check=False, timeout=60, env={**os.environ, "LC_ALL": "C"},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr[-2000:]
    assert "deadlock" not in told.stderr
    assert "number of failed transactions: 0" in told.stdout
    session.connect(database.app)
    with within(tenant_id) as current:
        assert current.connection().exec_driver_sql(OVERLAPS).scalar_one() == 0
        held = current.connection().exec_driver_sql("SELECT count(*) FROM appointments WHERE state = 'held'")
        assert held.scalar_one() > 5
    with psycopg.connect(database.superuser) as connection:
        row = connection.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
    assert row == (0,)
