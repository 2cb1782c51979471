"""The search reads an index and few blocks, as `saas_app`, however much history there is."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from saas.db import session
from saas.db.laws import GLOBAL_TABLES
from saas.db.settings import Urls
from saas.kernel import clock
from saas.kernel.spans import Span
from saas.scheduling import appointments, availability, insides, placing, reading, touched
from saas.scheduling.placing import Placement, Taken
from saas.scheduling.windows import Window
from tests.db import plans
from tests.ground import make_tenant

# Every resource has a visit every two hours, around the clock, for some hundred days to either side of today.
SEED = """
INSERT INTO resources (tenant_id, id, kind) SELECT %(t)s, uuidv7(), 'room' FROM generate_series(1, 24);
INSERT INTO legal_entities (tenant_id, slug, name, currency) VALUES (%(t)s, 'llc', 'LLC', 'USD');
INSERT INTO locations (tenant_id, slug, legal_entity_id, name, street, city, region, postal_code, country,
                       time_zone, jurisdiction, phone)
SELECT %(t)s, 'main', id, 'Main', '', '', '', '', 'US', 'UTC', 'US-NY', '' FROM legal_entities WHERE tenant_id = %(t)s;
INSERT INTO appointments (tenant_id, id, state, location_id, starts_at, ends_at, wall_start, time_zone, source)
SELECT %(t)s, uuidv7(), 'confirmed', l.id, s, s + interval '100 minutes', '', 'UTC', 'seed'
FROM locations l, generate_series(now() - interval '%(days)s days', now() + interval '%(days)s days', '2 hours') s
WHERE l.tenant_id = %(t)s;
INSERT INTO claims (tenant_id, resource_id, appointment_id, starts_at, ends_at, state)
SELECT %(t)s, r.id, a.id, a.starts_at, a.ends_at, 'confirmed'
FROM resources r, appointments a WHERE r.tenant_id = %(t)s AND a.tenant_id = %(t)s;
INSERT INTO appointment_segments (tenant_id, appointment_id, ordinal, kind, name, starts_at, ends_at)
SELECT tenant_id, id, 0, 'hands_on', '', starts_at, ends_at FROM appointments WHERE tenant_id = %(t)s;
INSERT INTO offerings (tenant_id, slug) VALUES (%(t)s, 'plasma');
INSERT INTO offering_versions (tenant_id, offering_id, content)
SELECT tenant_id, id, '{}' FROM offerings WHERE tenant_id = %(t)s;
INSERT INTO appointment_add_ons (tenant_id, appointment_id, ordinal, offering_id, offering_version_id)
SELECT a.tenant_id, a.id, 0, v.offering_id, v.id
FROM appointments a JOIN offering_versions v ON v.tenant_id = a.tenant_id WHERE a.tenant_id = %(t)s;
"""


@pytest.fixture(scope="module")
def seeded(urls: Urls) -> Iterator[UUID]:
    """A tenant with 24 resources and 50,000 claims, beside another of the same size."""
    session.connect(urls.app)
    tenant_ids = [make_tenant(), make_tenant()]
    session.dispose()
    with psycopg.connect(urls.superuser, autocommit=True) as connection:
        for tenant_id in tenant_ids:
            connection.execute(SEED % {"t": f"'{tenant_id}'", "days": 90})
        # without synchronous commit, pages count as visible to all only once the log is flushed
        connection.execute("CHECKPOINT")
        connection.execute("ANALYZE")
        connection.execute("VACUUM (ANALYZE) claims, appointments")
    session.connect(urls.app)
    yield tenant_ids[0]
    session.dispose()


def resources_of(tenant_id: UUID) -> list[UUID]:
    query = "SELECT id FROM resources WHERE tenant_id = %(t)s"
    return list(session.current().connection().exec_driver_sql(query, {"t": tenant_id}).scalars())


def place_of(tenant_id: UUID) -> UUID:
    query = "SELECT id FROM locations WHERE tenant_id = %(t)s"
    found: UUID = session.current().connection().exec_driver_sql(query, {"t": tenant_id}).scalar_one()
    return found


def test_a_search_reads_claims_from_the_index_alone(seeded: UUID) -> None:
    window = Window(clock.now().date(), 14, "America/New_York")
    with session.scope(seeded):
        ids = resources_of(seeded)
        [plan] = plans.of(lambda: availability.busy_masks(ids, window))
    assert plan.indexes() == {"ix_claims_search"}
    assert plan.scanned() == []
    assert plan.buffers <= 400, plan


def test_busy_masks_say_what_is_claimed(seeded: UUID) -> None:
    window = Window(clock.now().date() + timedelta(days=1), 2, "UTC")
    with session.scope(seeded):
        busy = availability.busy_masks(resources_of(seeded), window)
    assert len(busy) == 24
    assert all(mask.bit_count() >= window.size * 5 // 6 for mask in busy.values())


def test_the_look_under_lock_reads_claims_from_the_index_alone(seeded: UUID) -> None:
    with session.scope(seeded):
        ids, in_a_week = resources_of(seeded)[:2], clock.now() + timedelta(days=7)
        taken = tuple(Taken(resource, "room", "room", (Span(0, 40),)) for resource in ids)
        [plan] = plans.of(lambda: placing.look(Placement(in_a_week, taken)))
    assert plan.indexes() - {"pk_tenants"} == {"ix_claims_search"}
    assert [table for table in plan.scanned() if table not in GLOBAL_TABLES] == []
    assert plan.buffers <= 60, plan


def test_a_drawn_day_is_read_by_indexes(seeded: UUID) -> None:
    with session.scope(seeded):
        place, ids, today = place_of(seeded), resources_of(seeded), clock.now()
        _zone, plan = plans.of(
            lambda: reading.drawn(place, ids, today, today + timedelta(days=1), "America/New_York")
        )
    assert set(plan.scanned()) <= {"offerings"}  # there is but one
    assert plan.indexes() <= {
        "ix_appointments_schedule", "ix_claims_tenant_id_appointment_id", "ix_claims_search",
        "ix_appointment_segments_tenant_id_appointment_id", "pk_offerings",
    }  # fmt: skip
    assert plan.buffers <= 2500, plan


def test_what_a_visit_was_booked_with_is_read_by_indexes(seeded: UUID) -> None:
    with session.scope(seeded):
        query = "SELECT id FROM appointments WHERE tenant_id = %(t)s LIMIT 1"
        visit = session.current().connection().exec_driver_sql(query, {"t": seeded}).scalar_one()
        found = plans.of(lambda: (insides.crew_of(visit), insides.add_ons_of(visit)))
    assert len(found) == 2
    for plan in found:
        assert set(plan.scanned()) <= {"offerings"}, plan  # there is but one
        assert "uq_appointment_add_ons_offering" in plan.indexes()
        assert plan.buffers <= 30, plan


def test_the_schedules_tag_is_one_indexed_read(seeded: UUID) -> None:
    with session.scope(seeded):
        place, today = place_of(seeded), clock.now()
        found = plans.of(lambda: appointments.schedule_tag(place, today, today + timedelta(days=1)))
    [plan] = found
    assert [table for table in plan.scanned() if table not in GLOBAL_TABLES] == []
    assert "ix_appointments_schedule" in plan.indexes()
    assert plan.buffers <= 100


def test_what_a_change_touches_is_read_by_indexes(seeded: UUID) -> None:
    """However much is past: ten days of what is to come, of one place and of two resources."""
    with session.scope(seeded):
        place, ids, then = place_of(seeded), resources_of(seeded)[:2], clock.now() + timedelta(days=80)
        found = plans.of(lambda: (
            touched.at([place], [], then), touched.at([], ids, then), touched.by(ids, [place], then),
            touched.count([place], [place], then),
        ))  # fmt: skip
    assert len(found) == 4
    for plan in found:
        assert set(plan.scanned()) <= {"resources"}, plan  # there are but 48
        assert plan.buffers <= 15_000, plan  # a resource may be looked up for each claim
