"""The schema: up, down, and what revision it is at. Migrations run as `saas_owner`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import create_engine

from saas.kernel import resources
from saas.kernel.errors import DomainError


class SchemaUnknown(DomainError):
    """The database is at, or was asked to go to, a revision that this version does not know."""

    status = 500
    code = "schema_unknown"


def config(owner_url: str) -> Config:
    """Return Alembic's configuration for the database at *owner_url*."""
    settings = Config()
    settings.set_main_option("script_location", str(resources.path("migrations")))
    settings.attributes["url"] = sqlalchemy_url(owner_url)
    return settings


def sqlalchemy_url(url: str) -> str:
    """Return *url* with SQLAlchemy's name of the driver in it."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def upgrade(owner_url: str, revision: str = "head") -> None:
    """Bring the schema to *revision*; does nothing where it is there. SchemaUnknown if it is newer."""
    settings, at = config(owner_url), current(owner_url)
    if revision == "head" and at == head():
        return
    _require_known(settings, at)
    with _explained(revision):
        command.upgrade(settings, revision)


def downgrade(owner_url: str, revision: str) -> None:
    """Take the schema back to *revision* (`-1` for one step, `base` for none). SchemaUnknown."""
    settings = config(owner_url)
    _require_known(settings, current(owner_url))
    with _explained(revision):
        command.downgrade(settings, revision)


def current(owner_url: str) -> str | None:
    """Return the revision the database is at, None for an empty one."""
    engine = create_engine(sqlalchemy_url(owner_url))
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def head() -> str | None:
    """Return the newest revision this version knows."""
    return ScriptDirectory.from_config(config("postgresql://")).get_current_head()


@contextmanager
def _explained(revision: str) -> Iterator[None]:
    """Turn Alembic's word that it cannot go to *revision* into ours."""
    try:
        yield
    except CommandError as error:
        raise SchemaUnknown(f"There is no way to revision {revision}: {error}.") from error


def _require_known(settings: Config, revision: str | None) -> None:
    known: Any = {script.revision for script in ScriptDirectory.from_config(settings).walk_revisions()}
    if revision is not None and revision not in known:
        raise SchemaUnknown(
            f"The database is at revision {revision}, which this version does not know. "
            "It was written by a newer version; use that one, or another data directory."
        )
