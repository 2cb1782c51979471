"""`saas db`: the schema, and what is said where the database is away."""

import psycopg
import pytest

from saas.db import migrate, settings
from saas.db.settings import Urls
from tests.cli.conftest import Saas
from tests.ground import PASSWORD


def test_url_is_the_applications(saas: Saas, urls: Urls) -> None:
    assert saas("db", "url").lines == [urls.app]


def test_check_agrees_with_a_schema_at_the_head(saas: Saas) -> None:
    ended = saas("db", "check")
    assert ended.status == 0
    assert ended.lines == [f"The schema is at {migrate.head()}; the newest is {migrate.head()}."]


def test_up_down_one_step_and_up_again(saas: Saas, empty_database: Urls) -> None:
    assert saas("db", "check").status == 1
    assert saas("db", "upgrade").lines[-1] == f"The schema is at {migrate.head()}."
    assert saas("db", "check").status == 0
    assert saas("db", "downgrade", "-1").status == 0
    assert saas("db", "check").status == 1
    assert saas("db", "upgrade").status == 0
    assert saas("db", "check").status == 0


def test_down_to_nothing(saas: Saas, empty_database: Urls) -> None:
    saas("db", "upgrade")
    assert saas("db", "downgrade", "base").lines[-1] == "The schema is at None."
    with psycopg.connect(empty_database.owner) as connection:
        left = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        )
        assert left.fetchall() == [("alembic_version",)]


@pytest.mark.parametrize("arguments", [("upgrade",), ("downgrade", "base"), ("check",)])
def test_migrations_want_the_owners_url(
    saas: Saas, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str]
) -> None:
    monkeypatch.delenv("SAAS_DATABASE_OWNER_URL")
    ended = saas("db", *arguments)
    assert ended.status == 1
    assert ended.err.startswith("saas: SAAS_DATABASE_OWNER_URL is not set")


def test_a_newer_schema_is_left_alone(saas: Saas, empty_database: Urls) -> None:
    saas("db", "upgrade")
    with psycopg.connect(empty_database.owner) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    ended = saas("db", "upgrade")
    assert ended.status == 1
    assert "written by a newer version" in ended.err


def test_a_database_that_is_away_is_one_sentence(saas: Saas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAAS_DATABASE_URL", "postgresql://saas_app:not-shown@127.0.0.1:1/none")
    for arguments in (("tenant", "list"), ("config", "apply", "tenants/elm"), ("journal", "verify")):
        ended = saas(*arguments)
        assert ended.status == 1
        assert ended.err.startswith("saas: The database does not answer as it should: ")
        assert len(ended.err.splitlines()) == 1
        assert "not-shown" not in ended.err


def test_without_url_or_data_the_way_on_is_said(
    saas: Saas, monkeypatch: pytest.MonkeyPatch, tmp_path: str
) -> None:
    monkeypatch.delenv("SAAS_DATABASE_URL")
    monkeypatch.setenv("SAAS_DATA_DIR", str(tmp_path))
    ended = saas("tenant", "list")
    assert ended.status == 1
    assert ended.err.startswith(f"saas: There is no database in {tmp_path} yet.")


BOOTSTRAP = {"SAAS_OWNER_PASSWORD": PASSWORD, "SAAS_APP_PASSWORD": PASSWORD, "SAAS_BACKUP_PASSWORD": PASSWORD}


def test_bootstrap_may_run_again(saas: Saas, empty_database: Urls, monkeypatch: pytest.MonkeyPatch) -> None:
    name = empty_database.app.rpartition("/")[2].partition("?")[0]
    for variable, value in BOOTSTRAP.items():
        monkeypatch.setenv(variable, value)
    for _time in range(2):
        ended = saas("db", "bootstrap", "--database", name)
        assert ended.lines == [f"The roles and the database {name} are there."], ended.err
    assert saas("db", "upgrade").status == 0


@pytest.mark.parametrize("missing", [*BOOTSTRAP, "SAAS_DATABASE_SUPERUSER_URL"])
def test_bootstrap_names_what_it_was_not_told(
    saas: Saas, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    for variable, value in BOOTSTRAP.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.delenv(missing)
    ended = saas("db", "bootstrap")
    assert ended.status == 2
    assert missing in ended.err


def test_a_direct_url_of_its_own_tells_of_a_pooler(saas: Saas, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = settings.from_environment()
    assert alone
    assert not alone.pooler
    monkeypatch.setenv("SAAS_DATABASE_DIRECT_URL", alone.app + "&application_name=past")
    behind = settings.from_environment()
    assert behind
    assert behind.pooler
