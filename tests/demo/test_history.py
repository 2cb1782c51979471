"""The demo's past and future: believable, the same each time, and within every rule."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from saas.booking import asking, searching
from saas.booking.asking import Channel
from saas.db import session
from saas.demo import bulk, history
from saas.demo.history import Story
from saas.kernel import clock, resources
from saas.kernel.actors import SYSTEM
from saas.provisioning import applying, reading
from saas.scheduling.availability import monday

OVERLAPS = """
SELECT count(*) FROM (
  SELECT starts_at < max(ends_at) OVER (
    PARTITION BY resource_id ORDER BY starts_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) AS collides
  FROM claims WHERE tenant_id = %(tenant)s AND state = 'confirmed'
) AS looked WHERE collides
"""


@dataclass
class Told:
    """A clinic and its history, which is not written yet."""

    tenant_id: UUID
    slug: str
    version: int
    story: Story


@pytest.fixture(params=["riverstone", "elm"])
def told(tenant: UUID, request: pytest.FixtureRequest) -> Told:
    configuration = reading.read_folder(resources.path("tenants") / request.param)
    version = applying.apply(configuration, SYSTEM).version
    story = history.tell(request.param, version, clock.now())
    return Told(tenant, request.param, version, story)


def shape(story: Story) -> list[object]:
    """Return a history without its ids."""
    people = {person.id: person.slug for person in story.practice.practitioners.values()}
    return [
        (w.starts_at, w.minutes, people[w.practitioner_id], w.label, w.cancelled_at) for w in story.written
    ]


def test_the_same_clinic_has_the_same_history(told: Told) -> None:
    assert shape(history.tell(told.slug, told.version, told.story.now)) == shape(told.story)


def test_practitioners_are_taken_for_most_of_their_hours(told: Told) -> None:
    at_work: Counter[UUID] = Counter()
    for shift in history.shifts_of(told.story.practice, told.story.now):
        at_work[shift.person.id] += shift.minutes
    busy: Counter[UUID] = Counter()
    for row in told.story.written:
        busy[row.practitioner_id] += sum(t.end - t.start for t in row.taken if t.kind == "practitioner")
    shares = {person: busy[person] / at_work[person] for person in at_work}
    assert all(0.55 <= share <= 0.85 for share in shares.values()), shares


def test_it_reaches_eight_weeks_back_and_four_ahead(told: Told) -> None:
    starts = [row.starts_at for row in told.story.written]
    assert timedelta(days=50) < told.story.now - min(starts) <= timedelta(days=57)
    assert timedelta(days=22) < max(starts) - told.story.now <= timedelta(days=28)
    assert all(row.created_at <= told.story.now for row in told.story.written)
    kinds = {row.offering_id for row in told.story.written} - {None}
    assert len(kinds) == {"riverstone": 4, "elm": 4}[told.slug]


def test_the_weeks_limit_leaves_three_places(told: Told) -> None:
    if told.slug != "elm":
        pytest.skip("only elm limits new patients")
    bulk.write(told.story.patients, told.story.written)
    wish = asking.wish("discovery-call", "new-york", told.version, Channel.ONLINE)
    now = clock.now()
    today = wish.today(now)
    left = searching.find(wish, today, 28, now).places_left
    assert left[monday(today)] == 3
    assert all(3 <= places <= 8 for places in left.values())
    assert max(told.story.places.values()) <= 8


def test_it_is_no_news_and_nobody_is_in_two_places(told: Told) -> None:
    bulk.write(told.story.patients, told.story.written)
    current = session.current().connection()
    values = {"tenant": told.tenant_id}
    assert current.exec_driver_sql(OVERLAPS, values).scalar() == 0
    told_kinds = "SELECT count(*) FROM events WHERE tenant_id = %(tenant)s AND kind LIKE 'appointment%%'"
    assert current.exec_driver_sql(told_kinds, values).scalar() == 0
    written = "SELECT count(*) FROM appointments WHERE tenant_id = %(tenant)s AND state IN ('confirmed', 'cancelled')"
    assert current.exec_driver_sql(written, values).scalar() == len(told.story.written)
    provisional = "SELECT count(*) FROM patients WHERE tenant_id = %(tenant)s AND status <> 'active'"
    assert current.exec_driver_sql(provisional, values).scalar() == 0


def test_nobody_can_be_reached(told: Told) -> None:
    people = [someone for _, someone, _ in told.story.patients]
    assert all(p.email.endswith("@mail.example") and "55501" in p.phone for p in people)
    assert len({p.email for p in people}) == len(people)
    assert len({(p.given_name, p.family_name) for p in people}) > len(people) * 0.8
