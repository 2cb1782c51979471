"""Clinic groups: found by host, entered, and kept apart by slug and host."""

from functools import partial
from uuid import UUID

import pytest

from saas.db import session
from saas.db.settings import Urls
from saas.identity.models import User
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from saas.kernel.errors import NotFound
from saas.tenancy import tenants
from saas.tenancy.tenants import TenantExists, UnknownTenant
from tests.db import kit
from tests.ground import make_tenant, within


def _host() -> str:
    return f"h{ids.new().hex}.example"


def _shown() -> str:
    return str(session.statement("SELECT current_setting('app.tenant_id', true)").scalar_one())


def test_a_host_finds_its_tenant_and_puts_the_transaction_under_it(database: Urls) -> None:
    host = _host()
    tenant_id = make_tenant(host)
    with session.scope() as current:
        assert tenants.enter_by_host(host.upper()).id == tenant_id
        assert current.tenant_id == tenant_id
        assert _shown() == str(tenant_id)


def test_a_tenant_entered_holds_for_the_sessions_next_transaction_too(database: Urls) -> None:
    host = _host()
    tenant_id = make_tenant(host)
    with session.scope() as current:
        tenants.enter_by_host(host)
        current.commit()
        assert _shown() == str(tenant_id)


@pytest.mark.parametrize(
    "host", ["unknown.example", "", "%", "_.example", "a' OR 'a'='a", "ü.example", "x" * 5000]
)
def test_an_unknown_host_enters_nothing(host: str, database: Urls) -> None:
    make_tenant(_host())
    with session.scope() as current:
        with pytest.raises(UnknownTenant):
            tenants.enter_by_host(host)
        assert "tenant_id" not in current.info
        assert not _shown() or _shown() == "None"


def test_a_closed_tenant_is_unknown(database: Urls) -> None:
    host = _host()
    tenant_id = make_tenant(host)
    kit.rows(database.owner, "UPDATE tenants SET status = 'closed' WHERE id = %s", [tenant_id])
    with session.scope() as current:
        with pytest.raises(UnknownTenant):
            tenants.enter_by_host(host)
        assert "tenant_id" not in current.info


def test_the_first_host_is_the_one_links_are_built_from(database: Urls) -> None:
    first, second = _host(), _host()
    with within(make_tenant(first, second)) as current:
        assert tenants.primary_host(current.tenant_id) == first


def test_a_tenant_without_a_host_has_no_links(tenant: UUID) -> None:
    with pytest.raises(NotFound):
        tenants.primary_host(tenant)


def test_a_slug_or_host_is_taken_once(database: Urls) -> None:
    host = _host()
    make_tenant(host)
    with pytest.raises(TenantExists, match="belongs to another"):
        make_tenant(host.upper())
    with session.scope():
        slug = f"t{ids.new().hex}"
        tenants.create(slug, "A clinic", SYSTEM)
    with pytest.raises(TenantExists, match="already"), session.scope():
        tenants.create(slug, "A clinic", SYSTEM)


def test_of_two_that_take_one_host_at_once_one_is_told_so(database: Urls) -> None:
    for _round in range(3):
        made = kit.together([partial(make_tenant, _host(), host) for host in [_host()] * 3])
        assert sorted(type(one).__name__ for one in made) == ["TenantExists", "TenantExists", "UUID"]


def test_of_two_that_take_one_slug_at_once_one_is_told_so(database: Urls) -> None:
    slug = f"t{ids.new().hex}"

    def create() -> UUID:
        with session.scope():
            return tenants.create(slug, "A clinic", SYSTEM)

    made = kit.together([create] * 3)
    assert sorted(type(one).__name__ for one in made) == ["TenantExists", "TenantExists", "UUID"]


def test_a_refused_tenant_leaves_nothing_behind(database: Urls) -> None:
    taken, free = _host(), _host()
    make_tenant(taken)
    with pytest.raises(TenantExists):
        make_tenant(free, taken)
    assert kit.rows(database.app, "SELECT 1 FROM hostnames WHERE host = %s", [free]) == []


def test_a_new_tenant_is_news_in_its_own_journal(database: Urls) -> None:
    tenant_id = make_tenant()
    found = kit.rows(database.app, "SELECT kind, subject_id FROM events", None, tenant_id)
    assert found == [(EventKind.TENANT_CREATED, tenant_id)]


def test_two_changes_at_once_raise_the_version_twice(database: Urls) -> None:
    tenant_id = make_tenant()

    def change() -> int:
        with within(tenant_id):
            return tenants.raise_config_version(tenant_id)

    assert sorted(kit.together([change] * 4)) == [2, 3, 4, 5]


def test_describing_says_whether_it_changed_anything(tenant: UUID) -> None:
    assert tenants.describe(tenant, "Elm", {"color": "green"})
    assert not tenants.describe(tenant, "Elm", {"color": "green"})
    assert tenants.describe(tenant, "Elm", {"color": "red"})


def test_a_session_that_moves_on_to_another_tenant_sees_that_one_alone(database: Urls) -> None:
    hosts = [_host(), _host()]
    for number, host in enumerate(hosts):
        with within(make_tenant(host)) as current:
            current.add(User(id=ids.new(), email=f"{number}@clinic.example", name="X", password_hash=None))
    with session.scope() as current:
        for number, host in enumerate(hosts):
            tenants.enter_by_host(host)
            assert [user.email for user in current.query(User)] == [f"{number}@clinic.example"]
            book.audit("listed", "user", [], SYSTEM)
            current.flush()
