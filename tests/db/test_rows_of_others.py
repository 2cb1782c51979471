"""Raw SQL as `saas_app` against the row policies: the second lock, with the first one taken away."""

from uuid import UUID

import psycopg
import pytest

from saas.db.settings import Urls
from saas.identity.models import User, UserRole
from saas.kernel import ids
from tests.db import kit
from tests.ground import make_tenant, within

DENIED = "42501"
NO_TENANT = {"42704", "22P02"}  # never set in this connection; set once, and empty since its transaction


@pytest.fixture
def pair(database: Urls) -> tuple[UUID, UUID]:
    """Two tenants, each with one user of the same id."""
    user_id, pair = ids.new(), (make_tenant(), make_tenant())
    for number, tenant_id in enumerate(pair):
        with within(tenant_id) as current:
            user = User(id=user_id, email=f"{number}@clinic.example", name="Someone", password_hash=None)
            current.add(user)
            current.flush()
            current.add(UserRole(user_id=user_id, role="owner"))
    return pair


def test_no_table_takes_a_row_of_another_tenant(pair: tuple[UUID, UUID], urls: Urls) -> None:
    one, other = pair
    inserts = {table: f"INSERT INTO {table} (tenant_id) VALUES (%s)" for table in kit.tenant_tables()}
    assert kit.refusals(urls.app, inserts, [other], one) == dict.fromkeys(inserts, DENIED)


def test_no_table_shows_a_row_of_another_tenant(pair: tuple[UUID, UUID], urls: Urls) -> None:
    one, other = pair
    for table in kit.tenant_tables():
        query = f"SELECT count(*) FROM {table} WHERE tenant_id = %s OR tenant_id <> %s"
        assert kit.rows(urls.app, query, [other, one], one) == [(0,)], table


def test_a_tenant_sees_its_own_rows_and_all_of_them(pair: tuple[UUID, UUID], urls: Urls) -> None:
    one, _other = pair
    for table, expected in {"users": 1, "user_roles": 1, "events": 1}.items():
        assert kit.rows(urls.app, f"SELECT count(*) FROM {table}", None, one) == [(expected,)]


@pytest.mark.parametrize("statement", ["SELECT * FROM {}", "INSERT INTO {} (tenant_id) VALUES (uuidv7())"])
def test_without_a_tenant_no_table_answers_or_takes_a_row(
    statement: str, pair: tuple[UUID, UUID], urls: Urls
) -> None:
    with kit.connected(urls.app) as connection:
        for _before_and_after_a_tenant in range(2):
            for table in kit.tenant_tables():
                with pytest.raises(psycopg.Error) as refused:
                    connection.execute(statement.format(table))
                assert refused.value.sqlstate in NO_TENANT, table
                connection.rollback()
            connection.execute(kit.SET_TENANT, [str(pair[0])])
            connection.commit()


def test_updates_and_deletes_reach_no_row_of_another_tenant(pair: tuple[UUID, UUID], urls: Urls) -> None:
    one, other = pair
    with kit.connected(urls.app, one) as connection:
        aimed = connection.execute("UPDATE users SET name = 'Taken' WHERE tenant_id = %s", [other])
        assert aimed.rowcount == 0
        assert connection.execute("UPDATE users SET name = 'Mine'").rowcount == 1
        assert connection.execute("DELETE FROM user_roles WHERE tenant_id <> %s", [one]).rowcount == 0
        assert connection.execute("DELETE FROM user_roles").rowcount == 1
    names = kit.rows(urls.owner, "SELECT name FROM users WHERE tenant_id = %s", [other])
    assert names == [("Someone",)]
    assert kit.rows(urls.owner, "SELECT count(*) FROM user_roles WHERE tenant_id = %s", [other]) == [(1,)]


def test_no_row_moves_to_another_tenant(pair: tuple[UUID, UUID], urls: Urls) -> None:
    one, other = pair
    move = "UPDATE users SET tenant_id = %s, id = uuidv7()"
    assert kit.refusal(urls.app, move, [other], one) == DENIED


def test_an_upsert_finds_no_row_of_another_tenant(pair: tuple[UUID, UUID], urls: Urls) -> None:
    one, other = pair
    upsert = """INSERT INTO users (tenant_id, email, name) VALUES (%s, '1@clinic.example', 'Taken')
                ON CONFLICT (tenant_id, email) DO UPDATE SET name = excluded.name"""
    assert kit.refusal(urls.app, upsert, [other], one) == DENIED
    merge = """MERGE INTO users u USING (SELECT %s::uuid AS tenant) s ON u.tenant_id = s.tenant
               WHEN MATCHED THEN UPDATE SET name = 'Taken'"""
    assert kit.rows(urls.app, merge, [other], one) == []
    assert kit.rows(urls.owner, "SELECT 1 FROM users WHERE name = 'Taken'") == []


def test_no_foreign_key_crosses_into_another_tenant(pair: tuple[UUID, UUID], urls: Urls) -> None:
    one, other = pair
    theirs = ids.new()
    with within(other) as current:
        current.add(User(id=theirs, email="new@clinic.example", name="Theirs", password_hash=None))
    insert = "INSERT INTO user_roles (tenant_id, user_id, role) VALUES (%s, %s, 'owner')"
    assert kit.refusal(urls.app, insert, [one, theirs], one) == "23503"
    assert kit.refusal(urls.app, insert, [other, theirs], one) == DENIED


def test_copy_takes_and_gives_no_row_of_another_tenant(pair: tuple[UUID, UUID], urls: Urls) -> None:
    one, other = pair
    with kit.connected(urls.app, one) as connection, connection.cursor() as cursor:
        with cursor.copy("COPY (SELECT tenant_id FROM users) TO STDOUT") as copy:
            assert [bytes(line).strip().decode() for line in copy] == [str(one)]
        refused = (psycopg.errors.InsufficientPrivilege, psycopg.errors.FeatureNotSupported)
        with pytest.raises(refused), cursor.copy("COPY users (tenant_id, email, name) FROM STDIN") as copy:
            copy.write_row([other, "x@clinic.example", "X"])
