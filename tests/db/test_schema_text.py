"""The schema as text: what the migrations build is what the models say, and no step leaves a trace."""

import hashlib
from collections.abc import Iterator

import pytest
from alembic.script import ScriptDirectory
from procrastinate.schema import SchemaManager
from sqlalchemy import create_engine

from saas.db import migrate
from saas.db.base import Base
from saas.db.settings import Urls
from tests.conftest import TEMPLATE
from tests.db import kit
from tests.ground import url_of

# What is not ours to model: the job queue's tables and functions, and Alembic's own table.
OTHERS = ("--exclude-table=procrastinate_*", "--exclude-table=alembic_version")


def _revisions() -> list[str]:
    scripts = ScriptDirectory.from_config(migrate.config("postgresql://"))
    return [script.revision for script in scripts.walk_revisions()][::-1]


@pytest.fixture(scope="module")
def owner(worker_id: str) -> Iterator[str]:
    """The owner's URL of an empty database."""
    with kit.fresh_database(f"schema_{worker_id}") as name:
        yield url_of("saas_owner", name)


@pytest.fixture(scope="module")
def migrated(urls: Urls) -> list[str]:
    return kit.schema_of(urls.owner)


def _ours(statements: list[str]) -> list[str]:
    return [text for text in statements if "procrastinate" not in text]


def test_the_models_build_the_schema_that_the_migrations_build(urls: Urls, worker_id: str) -> None:
    with kit.fresh_database(f"models_{worker_id}") as name:
        owner = url_of("saas_owner", name)
        engine = create_engine(migrate.sqlalchemy_url(owner))
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE EXTENSION btree_gist")
            Base.metadata.create_all(connection)
        engine.dispose()
        assert _ours(kit.schema_of(owner, *OTHERS)) == _ours(kit.schema_of(urls.owner, *OTHERS))


def test_down_to_nothing_and_up_again_is_where_we_were(owner: str, migrated: list[str]) -> None:
    migrate.upgrade(owner)
    assert kit.schema_of(owner) == migrated
    migrate.downgrade(owner, "base")
    # an extension may have been there before us; everything else is ours, and gone
    left = kit.schema_of(owner, "--exclude-table=alembic_version")
    assert [text for text in left if "EXTENSION" not in text] == []
    assert kit.rows(owner, "SELECT * FROM alembic_version") == []
    migrate.upgrade(owner)
    assert kit.schema_of(owner) == migrated


@pytest.mark.long
def test_every_single_step_goes_down_and_up(owner: str) -> None:
    migrate.upgrade(owner)
    dumps = []
    for revision in reversed(_revisions()):
        assert migrate.current(owner) == revision
        dumps.append(kit.schema_of(owner))
        migrate.downgrade(owner, "-1")
    for revision in _revisions():
        migrate.upgrade(owner, revision)
        assert kit.schema_of(owner) == dumps.pop()


def test_an_upgrade_at_the_newest_revision_changes_nothing(owner: str, migrated: list[str]) -> None:
    migrate.upgrade(owner)
    migrate.upgrade(owner)
    assert migrate.current(owner) == migrate.head() == _revisions()[-1]
    assert kit.schema_of(owner) == migrated


@pytest.mark.parametrize("go", [migrate.upgrade, lambda url: migrate.downgrade(url, "-1")])
def test_a_database_of_a_newer_version_is_refused_and_left_alone(go, worker_id: str) -> None:
    with kit.fresh_database(f"newer_{worker_id}", TEMPLATE) as name:
        owner = url_of("saas_owner", name)
        kit.rows(owner, "UPDATE alembic_version SET version_num = '9999'")
        before = kit.schema_of(owner)
        with pytest.raises(migrate.SchemaUnknown, match="9999, which this version does not know"):
            go(owner)
        assert kit.schema_of(owner) == before


def test_a_revision_that_does_not_exist_is_refused(owner: str) -> None:
    migrate.upgrade(owner)
    for go in (migrate.upgrade, migrate.downgrade):
        with pytest.raises(migrate.SchemaUnknown, match="nonsense"):
            go(owner, "nonsense")


def test_a_downgrade_below_nothing_is_refused(owner: str) -> None:
    migrate.downgrade(owner, "base")
    with pytest.raises(migrate.SchemaUnknown):
        migrate.downgrade(owner, "-1")
    migrate.upgrade(owner)


def test_the_application_may_ask_for_the_revision(urls: Urls) -> None:
    assert migrate.current(urls.app) == migrate.head()


def test_a_newer_job_queue_comes_with_a_migration_of_its_own() -> None:
    """Migration 0002 takes the schema of the installed Procrastinate: where that changes, databases that
    exist need its own migration in one of ours, and 0002 the old text."""
    digest = hashlib.sha256(SchemaManager.get_schema().encode()).hexdigest()
    assert digest[:16] == "c70ec4b400a60ad9"
