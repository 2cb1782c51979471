"""Reach the database a command is meant for: by URL, or the embedded server of the data directory."""

from collections.abc import Iterator
from contextlib import contextmanager

from saas.db import embedded, session, settings
from saas.db.settings import Urls
from saas.kernel.errors import NotFound
from saas.tenancy import tenants


@contextmanager
def urls() -> Iterator[Urls]:
    """Yield the URLs; an embedded server that was not running runs for just this block."""
    given = settings.from_environment()
    if given is not None:
        yield given
        return
    server = embedded.at(settings.data_dir())
    if not (server.data / "PG_VERSION").exists():
        raise NotFound(
            f"There is no database in {settings.data_dir()} yet. Run `saas demo` once, or set SAAS_DATABASE_URL."
        )
    was_running = server.pid() is not None
    server.start()
    try:
        yield server.urls()
    finally:
        if not was_running:
            server.stop()


@contextmanager
def in_tenant(slug: str | None = None) -> Iterator[None]:
    """Run a block in one transaction as the application, inside tenant *slug* where it is given."""
    with urls() as found:
        session.connect(found.app, pool_size=2)
        try:
            with session.scope():
                if slug is not None:
                    tenants.enter_by_slug(slug)
                yield
        finally:
            session.dispose()
