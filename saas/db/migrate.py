"""The schema: up, down, and what revision it is at. Migrations run as `saas_owner`."""

from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from saas.kernel import resources
from saas.kernel.errors import DomainError


class SchemaUnknown(DomainError):
    """The database is at a revision that this version of Needlepoint does not know."""

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
    settings = config(owner_url)
    at, head = current(owner_url), ScriptDirectory.from_config(settings).get_current_head()
    if revision == "head" and at == head:
        return
    _require_known(settings, at)
    command.upgrade(settings, revision)


def downgrade(owner_url: str, revision: str) -> None:
    """Take the schema back to *revision* (`-1` for one step, `base` for none)."""
    command.downgrade(config(owner_url), revision)


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


def _require_known(settings: Config, revision: str | None) -> None:
    known: Any = {script.revision for script in ScriptDirectory.from_config(settings).walk_revisions()}
    if revision is not None and revision not in known:
        raise SchemaUnknown(
            f"The database is at revision {revision}, which this version does not know. "
            "It was written by a newer version; use that one, or another data directory."
        )
