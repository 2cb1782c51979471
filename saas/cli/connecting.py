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
            f"There is no database in {settings.data_dir()} yet. "
            "Run `saas demo` once, or set SAAS_DATABASE_URL."
        )
    was_running = server.pid() is not None
    server.start()
    try:
        yield server.urls()
    finally:
        if not was_running:
            server.stop()


@contextmanager
def connected() -> Iterator[None]:
    """Run a block with the application's database connected; sessions are the block's own."""
    with urls() as found:
        session.connect(found.app, pool_size=2)
        try:
            yield
        finally:
            session.dispose()


@contextmanager
def in_tenant(slug: str | None = None) -> Iterator[None]:
    """Run a block in one transaction as the application, inside tenant *slug* where it is given."""
    with connected(), session.scope():
        if slug is not None:
            enter(slug)
        yield


def enter(slug: str) -> None:
    """Enter tenant *slug*. NotFound in words for the terminal."""
    try:
        tenants.enter_by_slug(slug)
    except tenants.UnknownTenant as error:
        raise NotFound(
            "There is no active clinic group %(slug)s here. `saas tenant list` shows those there are, "
            "`saas tenant create` makes one.", slug=slug,
        ) from error  # fmt: skip
