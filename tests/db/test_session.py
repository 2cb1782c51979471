"""The guard: nothing of another tenant, and nothing at all without one."""

import functools
from collections.abc import Callable
from contextlib import nullcontext
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError

from saas.db import session
from saas.db.settings import Urls
from saas.identity.models import User
from saas.kernel import ids
from tests.db import kit
from tests.ground import make_tenant, within


def _add_user(tenant_id: UUID, email: str) -> UUID:
    with within(tenant_id) as current:
        user = User(id=ids.new(), email=email, name="Someone", password_hash=None)
        current.add(user)
        return user.id


def test_a_tenant_sees_its_own_rows_alone(database: Urls) -> None:
    one, other = make_tenant(), make_tenant()
    _add_user(one, "one@clinic.example")
    _add_user(other, "other@clinic.example")
    with within(one) as current:
        assert list(current.scalars(select(User.email))) == ["one@clinic.example"]
        seen = current.connection().exec_driver_sql("SELECT email FROM users").scalars().all()
        assert seen == ["one@clinic.example"]


def test_no_tenant_is_an_error_and_not_an_empty_answer(database: Urls) -> None:
    with pytest.raises(DBAPIError), session.scope() as current:
        current.connection().exec_driver_sql("SELECT count(*) FROM users")
    make_tenant()
    with pytest.raises(DBAPIError), session.scope() as current:
        current.connection().exec_driver_sql("SELECT count(*) FROM users")


def test_two_tenants_interleave_through_a_pool_of_one_whatever_fails(urls: Urls) -> None:
    session.connect(urls.app, pool_size=1, max_overflow=0)
    tenant_ids = [make_tenant(), make_tenant()]
    for round_number in range(12):
        tenant_id = tenant_ids[round_number % 2]
        if round_number % 3 == 2:
            with pytest.raises(ZeroDivisionError), session.scope(tenant_id) as current:
                current.connection()
                _ = 1 / 0
        with session.scope(tenant_id) as current:
            shown = current.connection().exec_driver_sql("SHOW app.tenant_id").scalar_one()
            assert shown == str(tenant_id)
    session.dispose()


FAILURES: list[Callable[[], object]] = [
    lambda: 1 / 0,
    lambda: session.statement("SELECT 1 / 0"),
    lambda: session.statement("SELECT set_config('app.tenant_id', uuidv7()::text, false), 1 / 0"),
]


def _rounds(tenant_id: UUID, email: str) -> int:
    """Look at the tenant's own users over and over; every third look fails in one way or another."""
    for number in range(30):
        fails = number % 3 == 2
        outcome = pytest.raises((ZeroDivisionError, DBAPIError)) if fails else nullcontext()
        with outcome, session.scope(tenant_id) as current:
            seen = current.connection().exec_driver_sql("SELECT email FROM users").scalars().all()
            assert seen == current.scalars(select(User.email)).all() == [email]
            if fails:
                FAILURES[number // 3 % 3]()
    return number


def test_threads_of_many_tenants_share_a_pool_of_one(urls: Urls) -> None:
    session.connect(urls.app, pool_size=1, max_overflow=0)
    calls = []
    for number in range(4):
        tenant_id, email = make_tenant(), f"{number}@clinic.example"
        _add_user(tenant_id, email)
        calls.append(functools.partial(_rounds, tenant_id, email))
    assert kit.together(calls) == [29] * 4
    with pytest.raises(DBAPIError), session.scope() as current:
        current.connection().exec_driver_sql("SELECT email FROM users")
    session.dispose()


def test_a_scope_commits_once_or_not_at_all(database: Urls) -> None:
    tenant_id = make_tenant()
    with pytest.raises(ZeroDivisionError), within(tenant_id) as current:
        current.add(User(id=ids.new(), email="gone@clinic.example", name="Gone", password_hash=None))
        current.flush()
        _ = 1 / 0
    with within(tenant_id) as current:
        assert current.scalars(select(User.email)).all() == []


def test_what_is_sent_at_once_breaks_as_it_would_one_by_one_and_the_rest_goes_on(tenant: UUID) -> None:
    def add(email: str) -> None:
        session.insert(User(id=ids.new(), email=email, name="Someone", password_hash=None))

    current = session.current()
    with pytest.raises(IntegrityError) as broken, current.begin_nested(), session.at_once():
        add("one@clinic.example")
        add("one@clinic.example")
        add("other@clinic.example")
    assert getattr(broken.value.orig, "sqlstate", None) == "23505"
    with session.at_once():
        add("one@clinic.example")
        add("other@clinic.example")
    emails = current.connection().exec_driver_sql("SELECT email FROM users ORDER BY email").scalars()
    assert list(emails) == ["one@clinic.example", "other@clinic.example"]


def test_there_is_no_session_outside_a_scope(database: Urls) -> None:
    with pytest.raises(LookupError):
        session.current()
    with session.scope():
        session.current()
    with pytest.raises(LookupError):
        session.current()
