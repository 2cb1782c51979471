"""The guard: nothing of another tenant, and nothing at all without one."""

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from saas.db import session
from saas.db.settings import Urls
from saas.identity.models import User
from saas.kernel import ids
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
        assert current.connection().exec_driver_sql("SELECT email FROM users").scalars().all() == ["one@clinic.example"]


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
            seen = current.connection().exec_driver_sql("SELECT current_setting('app.tenant_id')").scalar_one()
            assert seen == str(tenant_id)
    session.dispose()
