"""Hot queries as `saas_app` over twenty thousand rows of two hundred tenants: each goes by an index."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from saas.db import session
from saas.db.settings import Urls
from saas.identity import sessions, tokens, users
from saas.identity.models import UserSession
from saas.journal import sealing
from saas.kernel import clock
from saas.practice import places
from saas.tenancy import tenants
from tests.conftest import TEMPLATE
from tests.db import kit, plans
from tests.ground import url_of

SLUG, HOST = "clinic-77", "clinic-77-42.example"
MOST_BLOCKS = 60


@pytest.fixture(scope="module")
def seeded(worker_id: str) -> Iterator[str]:
    with kit.fresh_database(f"plans_{worker_id}", TEMPLATE) as name:
        plans.seed(name)
        yield url_of("saas_app", name)


@pytest.fixture
def tenant_id(seeded: str, urls: Urls) -> Iterator[UUID]:
    """One of the many tenants, with a current session as the application."""
    session.connect(seeded)
    with session.scope():
        yield tenants.enter_by_slug(SLUG).id
    session.dispose()


def _first_user() -> UUID:
    return session.current().scalars(select(UserSession.user_id).limit(1)).one()


# The verb, and the indexes that its statements may use.
HOT: dict[str, tuple[Callable[[], Any], set[str]]] = {
    "the tenant by its host": (
        lambda: tenants.enter_by_host(HOST), {"pk_hostnames", "pk_tenants"}),
    "the tenant by its slug": (
        lambda: tenants.enter_by_slug(SLUG), {"uq_tenants_slug"}),
    "the session by its cookie": (
        lambda: sessions.find("clinic-77-42", clock.now()),
        {"uq_sessions_tenant_id_token_digest", "pk_users", "uq_user_roles_tenant_id_user_id_role"}),
    "the token by its secret": (
        lambda: tokens.find("clinic-77-42"), {"uq_api_tokens_tenant_id_digest"}),
    "the user by e-mail": (
        lambda: users.find("42@clinic.example"), {"uq_users_tenant_id_email"}),
    "the list of locations": (
        places.list_locations, {"uq_locations_tenant_id_slug", "pk_locations"}),
    "a location by its slug": (
        lambda: places.get_location("place-3"), {"uq_locations_tenant_id_slug"}),
    "the next seal": (
        lambda: sealing.seal(clock.now()),
        {"uq_audit_seals_tenant_id_upto_at", "ix_audit_entries_tenant_id_recorded_at_id"}),
}  # fmt: skip


@pytest.mark.parametrize("name", HOT)
def test_goes_by_an_index(name: str, tenant_id: UUID) -> None:
    verb, indexes = HOT[name]
    found = plans.of(verb)
    assert found
    for plan in found:
        assert plan.scanned() == [], plan
        assert plan.indexes() <= indexes, plan
        assert plan.buffers <= MOST_BLOCKS, plan
    assert any(plan.indexes() for plan in found)


def test_the_sessions_of_a_user_go_by_an_index(tenant_id: UUID) -> None:
    user_id = _first_user()
    (plan,) = plans.of(lambda: sessions.list_of(user_id, clock.now()))
    assert (plan.scanned(), plan.indexes()) == ([], {"ix_sessions_tenant_id_user_id"})


def test_the_kit_sees_a_scan_of_a_whole_table(tenant_id: UUID) -> None:
    scan = select(UserSession.id).where(UserSession.created_at < clock.now() - timedelta(days=9))
    session.statement("SET LOCAL enable_indexscan = off")
    session.statement("SET LOCAL enable_bitmapscan = off")
    (plan,) = plans.of(lambda: session.current().execute(scan))
    assert plan.scanned() == ["sessions"]
    assert plan.buffers > MOST_BLOCKS


# An operator that may leak what it saw cannot reach an index under a row policy.
OPERATORS = {
    "uuid": "=", "text": "=", "timestamptz": "= < <= > >=", "int4": "= < <= > >=", "int8": "= < <= > >=",
    "date": "= < <= > >=", "time": "= < <= > >=", "bool": "=",
}  # fmt: skip
LEAKY = {"anyrange": "&&", "jsonb": "@>", "text": "~~"}
LEAKPROOF = """SELECT bool_and(p.proleakproof) FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode
               WHERE o.oprleft = %(type)s::regtype AND o.oprright = %(type)s::regtype
                 AND o.oprname = ANY(%(operators)s)"""


@pytest.mark.parametrize("type_name", OPERATORS)
def test_the_operators_in_our_conditions_are_leakproof(type_name: str, urls: Urls) -> None:
    values = {"type": type_name, "operators": OPERATORS[type_name].split()}
    assert kit.rows(urls.superuser, LEAKPROOF, values) == [(True,)]


@pytest.mark.parametrize("type_name", LEAKY)
def test_the_operators_that_we_keep_out_are_not(type_name: str, urls: Urls) -> None:
    values = {"type": type_name, "operators": LEAKY[type_name].split()}
    assert kit.rows(urls.superuser, LEAKPROOF, values) == [(False,)]
