"""`saas seed`: much, quickly, the same each time, and never into somebody's clinic."""

import psycopg
import pytest

from saas.db import session
from saas.db.settings import Urls
from saas.kernel import clock, ids
from saas.tenancy import tenants
from tests.booking.clinic import at, set_up
from tests.cli.conftest import Saas

OF_TENANT = "JOIN tenants t ON t.id = a.tenant_id WHERE t.slug = %(slug)s"
SHAPE = f"""
SELECT l.slug, p.slug, a.starts_at, a.state FROM appointments a
JOIN people p ON p.tenant_id = a.tenant_id AND p.id = a.practitioner_id
JOIN locations l ON l.tenant_id = a.tenant_id AND l.id = a.location_id {OF_TENANT} ORDER BY 1, 3, 2
"""
OVERLAPS = f"""
SELECT count(*) FROM claims a JOIN claims b ON a.tenant_id = b.tenant_id AND a.resource_id = b.resource_id
 AND a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at {OF_TENANT}
"""
CLAIMS = f"SELECT count(*) FROM claims a {OF_TENANT}"


@pytest.fixture
def slug(saas: Saas) -> str:
    return make(saas)


def make(saas: Saas) -> str:
    slug = f"load-{ids.new().hex[-10:]}"
    assert saas("tenant", "create", slug, "--name", "Load", "--host", f"{slug}.test").status == 0
    return slug


def seed(saas: Saas, slug: str, count: int, *more: str, days: int = 30, practitioners: int = 3) -> str:
    ended = saas("seed", "--tenant", slug, "--appointments", str(count), "--days", str(days),
                 "--practitioners", str(practitioners), *more)  # fmt: skip
    return ended.err or ended.out


def test_the_same_seed_is_the_same_load(saas: Saas, slug: str, superuser: psycopg.Connection) -> None:
    other = make(saas)
    said = [seed(saas, name, 600, "--seed", "7") for name in (slug, other)]
    assert all(line.startswith("600 appointments of load-visit at load-1 in ") for line in said)
    one, same = (superuser.execute(SHAPE, {"slug": name}).fetchall() for name in (slug, other))
    assert (one, len(one)) == (same, 600)
    assert superuser.execute(CLAIMS, {"slug": slug}).fetchone() == (1800,)
    assert superuser.execute(OVERLAPS, {"slug": slug}).fetchone() == (0,)


def test_a_second_load_stands_beside_the_first(saas: Saas, slug: str, superuser: psycopg.Connection) -> None:
    seed(saas, slug, 100)
    assert "at load-2 in" in seed(saas, slug, 50)
    places = [row[0] for row in superuser.execute(SHAPE, {"slug": slug})]
    assert (places.count("load-1"), places.count("load-2")) == (100, 50)
    assert superuser.execute(OVERLAPS, {"slug": slug}).fetchone() == (0,)


def test_of_many_days_sixty_lie_ahead(saas: Saas, slug: str, superuser: psycopg.Connection) -> None:
    seed(saas, slug, 900, days=100, practitioners=1)
    starts = [row[2] for row in superuser.execute(SHAPE, {"slug": slug})]
    behind = sum(start < clock.now() for start in starts)
    assert 0.3 < behind / len(starts) < 0.5


def test_more_than_fits_is_refused(saas: Saas, slug: str, superuser: psycopg.Connection) -> None:
    said = seed(saas, slug, 97, days=2, practitioners=3)
    assert said == "saas: 3 practitioners see at most 96 patients in 2 days. Add some of either.\n"
    assert superuser.execute(SHAPE, {"slug": slug}).fetchall() == []


def test_a_clinic_with_patients_of_its_own_is_left_alone(saas: Saas, slug: str, urls: Urls) -> None:
    session.connect(urls.app)
    with session.scope():
        set_up(tenants.enter_by_slug(slug).id).hold(at(10))
    assert "has appointments of its own" in seed(saas, slug, 10)
    assert "10 appointments" in seed(saas, slug, 10, "--force")
