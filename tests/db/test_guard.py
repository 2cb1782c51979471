"""The session's guard, the first lock, alone: as the owner, whom no policy binds."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, create_engine, delete, exists, func, insert, literal, select, text, update
from sqlalchemy.orm import aliased
from sqlalchemy.orm.exc import StaleDataError

from saas.db import migrate, session
from saas.db.session import TenantSession
from saas.db.settings import Urls
from saas.identity.models import User, UserRole
from saas.kernel import ids
from tests.db import kit
from tests.ground import make_tenant, within

OTHER_USER = aliased(User)
_USERS, _USERS_CTE = select(User.id, User.name).subquery(), select(User.id, User.name).cte()
_SAME = UserRole.user_id == User.id

# Every statement finds one row in a database where each of two tenants has one; none has WHERE tenant_id.
SELECTS: dict[str, Any] = {
    "entity": select(User.name),
    "alias": select(OTHER_USER.name),
    "join without a relationship": select(User.name).join(UserRole, _SAME),
    "outer join": select(User.name).outerjoin(UserRole, _SAME),
    "two tables, no join": select(User.name).where(_SAME),
    "join with itself": select(User.name).join(OTHER_USER, User.id == OTHER_USER.id),
    "exists": select(User.name).where(exists().where(_SAME)),
    "in a subquery": select(User.name).where(User.id.in_(select(UserRole.user_id))),
    "from a subquery": select(_USERS.c.name),
    "from a CTE": select(_USERS_CTE.c.name),
    "union": select(User.name).union(select(User.name)),
}
COUNTS: dict[str, Any] = {
    "count": select(func.count()).select_from(User),
    "count in a scalar subquery": select(select(func.count(User.id)).scalar_subquery()),
    "count of a join": select(func.count()).select_from(User).join(UserRole, _SAME),
}


@pytest.fixture
def engine(database: Urls) -> Iterator[Engine]:
    engine = create_engine(migrate.sqlalchemy_url(database.owner))
    yield engine
    engine.dispose()


@pytest.fixture
def pair(database: Urls) -> dict[UUID, UUID]:
    """Two tenants; each has one user, named like the tenant, with one role. All users have one id."""
    user_id, pair = ids.new(), (make_tenant(), make_tenant())
    for tenant_id in pair:
        with within(tenant_id) as current:
            user = User(id=user_id, email="one@clinic.example", name=str(tenant_id), password_hash=None)
            current.add(user)
            current.flush()
            current.add(UserRole(user_id=user_id, role="owner"))
    return dict.fromkeys(pair, user_id)


@pytest.mark.parametrize("form", SELECTS)
def test_a_select_finds_the_tenants_own_rows(form: str, pair: dict[UUID, UUID], engine: Engine) -> None:
    for tenant_id in pair:
        with session.make(tenant_id, engine) as current:
            found = [row[0] for row in current.execute(SELECTS[form])]
            assert found == [str(tenant_id)]


@pytest.mark.parametrize("form", COUNTS)
def test_a_count_counts_the_tenants_own_rows(form: str, pair: dict[UUID, UUID], engine: Engine) -> None:
    for tenant_id in pair:
        with session.make(tenant_id, engine) as current:
            assert current.scalar(COUNTS[form]) == 1


def test_get_finds_nobody_elses_row_by_its_key(pair: dict[UUID, UUID], engine: Engine) -> None:
    (one, user_id), (other, _) = pair.items()
    with session.make(one, engine) as current:
        assert current.get(User, (one, user_id)) is not None
        assert current.get(User, (other, user_id)) is None


def _changes(current: TenantSession, user_id: UUID) -> Iterator[int]:
    yield current.execute(update(User).values(name="Changed")).rowcount  # type: ignore[attr-defined]
    yield current.execute(update(User).where(User.id == user_id).values(name="Changed")).rowcount  # type: ignore[attr-defined]
    yield current.query(User).update({"name": "Changed"})
    moved = select(User.tenant_id, text("uuidv7()"), User.id, literal("manager"))
    columns = ["tenant_id", "id", "user_id", "role"]
    yield len(current.execute(insert(UserRole).from_select(columns, moved).returning(UserRole.id)).all())
    yield current.execute(delete(UserRole).where(UserRole.role == "manager")).rowcount  # type: ignore[attr-defined]
    yield current.query(UserRole).delete()


def test_bulk_changes_reach_the_tenants_own_rows(pair: dict[UUID, UUID], engine: Engine) -> None:
    (one, user_id), (other, _) = pair.items()
    with session.make(one, engine) as current:
        assert list(_changes(current, user_id)) == [1] * 6
        current.commit()
    with session.make(other, engine) as current:
        assert current.scalars(select(User.name)).all() == [str(other)]
        assert current.scalars(select(UserRole.role)).all() == ["owner"]


def test_a_reloaded_row_is_the_tenants_own(pair: dict[UUID, UUID], engine: Engine) -> None:
    for tenant_id, user_id in pair.items():
        with session.make(tenant_id, engine) as current:
            user = current.get_one(User, (tenant_id, user_id))
            current.expire(user)
            assert user.name == str(tenant_id)


# What the first lock does not see, the second one stops: here as `saas_app`.


def test_the_policies_stop_what_the_guard_does_not_see(pair: dict[UUID, UUID], urls: Urls) -> None:
    (one, user_id), (other, _) = pair.items()
    with within(one) as current:
        table = User.__table__
        assert current.execute(select(table.c.name)).scalars().all() == [str(one)]
        assert current.execute(update(table).values(name="Changed")).rowcount == 1  # type: ignore[attr-defined]
        assert current.execute(text("UPDATE users SET name = 'Changed'")).rowcount == 1  # type: ignore[attr-defined]
        with pytest.raises(StaleDataError):
            current.execute(update(User), [{"tenant_id": other, "id": user_id, "name": "Taken"}])
    assert kit.rows(urls.owner, "SELECT name FROM users WHERE tenant_id = %s", [other]) == [(str(other),)]


def test_a_row_made_for_another_tenant_is_refused(pair: dict[UUID, UUID]) -> None:
    one, other = pair
    theirs = User(tenant_id=other, id=ids.new(), email="x@clinic.example", name="X", password_hash=None)
    with pytest.raises(Exception, match="row-level security"), within(one) as current:
        current.add(theirs)


def test_a_row_moved_to_another_tenant_is_refused(pair: dict[UUID, UUID]) -> None:
    (one, user_id), (other, _) = pair.items()
    with pytest.raises(Exception, match="row-level security"), within(one) as current:
        current.execute(delete(UserRole))
        user = current.get_one(User, (one, user_id))
        user.tenant_id, user.id = other, ids.new()


def test_a_session_without_a_tenant_stamps_no_row(database: Urls) -> None:
    with pytest.raises(KeyError), session.scope() as current:
        current.add(User(id=ids.new(), email="x@clinic.example", name="X", password_hash=None))
