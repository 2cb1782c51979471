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


_known: dict[str, Story] = {}


@pytest.fixture(params=["riverstone", "elm"])
def slug(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def told(tenant: UUID, slug: str) -> Told:
    """A clinic in the current session, and its history."""
    configuration = reading.read_folder(resources.path("tenants") / slug)
    version = applying.apply(configuration, SYSTEM).version
    _known[slug] = history.tell(slug, version, clock.now())
    return Told(tenant, slug, version, _known[slug])


@pytest.fixture
def story(slug: str, request: pytest.FixtureRequest) -> Story:
    """A clinic's history, told once for all who only read it."""
    if slug not in _known:
        request.getfixturevalue("told")
    return _known[slug]


def shape(story: Story) -> list[object]:
    """Return a history without its ids."""
    people = {person.id: person.slug for person in story.practice.practitioners.values()}
    return [
        (w.starts_at, w.minutes, people[w.practitioner_id], w.label, w.cancelled_at) for w in story.written
    ]


def test_the_same_clinic_has_the_same_history(told: Told) -> None:
    assert shape(history.tell(told.slug, told.version, told.story.now)) == shape(told.story)


def test_practitioners_are_taken_for_most_of_their_hours(story: Story) -> None:
    at_work: Counter[UUID] = Counter()
    for shift in history.shifts_of(story.practice, story.now):
        at_work[shift.person.id] += shift.minutes
    busy: Counter[UUID] = Counter()
    for row in story.written:
        busy[row.practitioner_id] += sum(t.end - t.start for t in row.taken if t.kind == "practitioner")
    shares = {person: busy[person] / at_work[person] for person in at_work}
    assert all(0.55 <= share <= 0.85 for share in shares.values()), shares


def test_it_reaches_eight_weeks_back_and_four_ahead(story: Story, slug: str) -> None:
    starts = [row.starts_at for row in story.written]
    assert timedelta(days=50) < story.now - min(starts) <= timedelta(days=57)
    assert timedelta(days=22) < max(starts) - story.now <= timedelta(days=28)
    assert all(row.created_at <= story.now for row in story.written)
    kinds = {row.offering_id for row in story.written} - {None}
    assert len(kinds) == {"riverstone": 4, "elm": 4}[slug]


@pytest.mark.parametrize("slug", ["elm"])  # riverstone has no limit
def test_the_weeks_limit_leaves_three_places(told: Told) -> None:
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


def test_nobody_can_be_reached(story: Story) -> None:
    people = [someone for _, someone, _ in story.patients]
    assert all(p.email.endswith("@mail.example") and "55501" in p.phone for p in people)
    assert len({p.email for p in people}) == len(people)
    assert len({(p.given_name, p.family_name) for p in people}) > len(people) * 0.8
