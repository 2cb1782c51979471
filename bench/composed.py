"""The ground of a composed visit: a second load beside the first, with people who draw blood and centrifuges.

A visit takes one of twelve practitioners with half an hour free between, one of eight rooms, and with its
add-on one of four colleagues and of four centrifuges. These are taken in half of the load's hours; four
practitioners look after two patients at a time.
"""

import functools
from datetime import date, time
from uuid import UUID

import psycopg

from bench import load as plain
from saas.catalogue import offerings
from saas.credentials import attesting, privileges, records
from saas.credentials.attesting import Attested
from saas.db import embedded, session
from saas.demo import bulk, load
from saas.kernel import clock
from saas.practice import configuring
from saas.practice.configuring import Span
from saas.scheduling import staffing
from saas.tenancy import tenants

OFFERING, ADD_ON = "load-long", "load-plasma"
ROOMS, DRAWERS, CENTRIFUGES, SEATED = 8, 4, 4, 4
SEEN = date(2020, 1, 6)
ROOM = {"room": "aesthetics"}
LONG = [
    {"kind": "prep", "minutes": 10, **ROOM}, {"kind": "processing", "minutes": 30, **ROOM},
    {"kind": "hands_on", "minutes": 30, **ROOM}, {"kind": "finish", "minutes": 10, **ROOM},
    {"kind": "turnaround", "minutes": 10, "roles": [], "patient_present": False, **ROOM},
]  # fmt: skip
PLASMA = [
    {"kind": "hands_on", "minutes": 5, "roles": ["phlebotomist"], "procedures": ["prp_draw"], **ROOM},
    {"kind": "processing", "minutes": 15, "devices": ["centrifuge"]},
    {"kind": "hands_on", "minutes": 10, "procedures": ["prp_administer"], **ROOM},
]  # fmt: skip
JOIN = {"offering": ADD_ON, "mode": "parallel", "beside": "processing", "rest_before": "finish"}
DEVICES = """
INSERT INTO devices (tenant_id, id, location_id, slug, name, kind)
SELECT %(tenant)s, uuidv7(), %(place)s, 'centrifuge-' || n, 'Centrifuge ' || n, 'centrifuge'
FROM generate_series(1, %(count)s) n
RETURNING id
"""
# Of the visits that begin together every other one takes one of the resources for a quarter of an hour.
CLAIMS = """
INSERT INTO claims (tenant_id, resource_id, appointment_id, starts_at, ends_at, state)
SELECT a.tenant_id, (%(resources)s::uuid[])[a.number], a.id, a.starts_at + interval '10 minutes',
       a.starts_at + interval '25 minutes', 'confirmed'
FROM (SELECT tenant_id, id, starts_at, row_number() OVER (PARTITION BY starts_at ORDER BY id) AS number
      FROM appointments WHERE tenant_id = %(tenant)s AND location_id = %(place)s) a
WHERE a.number <= cardinality(%(resources)s::uuid[]) AND (a.number + extract(hour FROM a.starts_at)::int) %% 2 = 0
"""
SEATS = """
INSERT INTO claims (tenant_id, resource_id, appointment_id, starts_at, ends_at, state)
SELECT tenant_id, %(seat)s, appointment_id, starts_at, ends_at, state FROM claims
WHERE tenant_id = %(tenant)s AND resource_id = %(person)s
"""
RESOURCES = "INSERT INTO resources (tenant_id, id, kind) SELECT %(tenant)s, unnest(%(ids)s::uuid[]), %(kind)s"


@functools.cache
def laid(superuser_url: str) -> str:
    """Fill the ground's tenant once more and return the location's slug."""
    plain.laid(superuser_url)
    with session.scope():
        tenants.enter_by_slug(plain.TENANT)
        plan = load.set_up(plain.TENANT, plain.ASKED, clock.now())
    for batch in load.batches(plan):
        with session.scope(plan.tenant_id):
            bulk.write([], batch)
    with session.scope(plan.tenant_id):
        drawers = _put(plan)
    with psycopg.connect(superuser_url, dbname=embedded.DATABASE) as connection:
        _take(connection, plan, drawers)
    with psycopg.connect(superuser_url, dbname=embedded.DATABASE, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
    with session.scope(plan.tenant_id):
        tenants.raise_config_version(plan.tenant_id)
    return plan.location


def _put(plan: load.Plan) -> list[UUID]:
    """Put the offering, its add-on, and who may do what; return who draws."""
    shared = {"category": "aesthetics", "locations": [plan.location], "grid_minutes": 15, "lead_minutes": 0}
    offerings.put(ADD_ON, {**shared, "kind": "add_on", "name": {"en": "Plasma"}, "segments": PLASMA,
                           "procedures": ["prp_draw", "prp_administer"]})  # fmt: skip
    offerings.put(OFFERING, {**shared, "name": {"en": "Long"}, "procedures": ["consultation"], "segments": LONG,
                             "add_ons": [JOIN], "horizon_days": load.DAYS_AHEAD})  # fmt: skip
    for person in plan.people:
        _may(person, "MD", "consultation", "prp_administer")
    drawers = [_drawer(plan, number) for number in range(DRAWERS)]
    for person in drawers:
        _may(person, "RN", "prp_draw")
    attesting.put([Attested("US-NY.prp", 1, (), "load", SEEN)])
    return drawers


def _may(person: UUID, profession: str, *acts: str) -> None:
    """Grant *person* the acts, and put their licence on the record."""
    records.put(person, [{"kind": "licence", "profession": profession, "jurisdiction": "US-NY", "issued_on": SEEN,
                          "verified_by": "load", "verified_on": SEEN, "verified_how": "load"}])  # fmt: skip
    privileges.put(person, [{"procedure": act, "starts_on": None, "ends_on": None} for act in acts])


def _drawer(plan: load.Plan, number: int) -> UUID:
    asked = plan.asked
    hours = [
        Span(day, time(asked.opens), time(asked.closes), plan.location_id) for day in range(asked.weekdays)
    ]
    person, _ = configuring.put_person(
        f"{plan.location}-drawer-{number}", hours, user_id=None, given_name="Draws", family_name=str(number),
        titles="", professions=["RN"], is_practitioner=True, bio={},
    )  # fmt: skip
    return person


def _take(connection: "psycopg.Connection[tuple[UUID]]", plan: load.Plan, drawers: list[UUID]) -> None:
    """Let colleagues, centrifuges and seats be taken as the load's visits would take them."""
    values = {"tenant": plan.tenant_id, "place": plan.location_id}
    devices = [row[0] for row in connection.execute(DEVICES, {**values, "count": CENTRIFUGES})]
    for kind, found in (("practitioner", drawers), ("device", devices)):
        connection.execute(RESOURCES, {**values, "ids": found, "kind": kind})
        connection.execute(CLAIMS, {**values, "resources": found})
    connection.execute(
        "UPDATE rooms SET kind = %s WHERE tenant_id = %s AND id = ANY(%s)",
        [ROOM["room"], plan.tenant_id, list(plan.rooms[:ROOMS])],
    )
    for person in plan.people[:SEATED]:
        seats = list(staffing.seats(person, 2))
        connection.execute(
            "UPDATE people SET max_concurrent_patients = 2 WHERE tenant_id = %s AND id = %s",
            [plan.tenant_id, person],
        )
        connection.execute(RESOURCES, {**values, "ids": seats, "kind": "seat"})
        connection.execute(SEATS, {**values, "person": person, "seat": seats[0]})
