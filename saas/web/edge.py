"""The edge: one request, one session, one transaction, one commit.

The edge finds the tenant by the host and the actor by cookie or token, asks for the permission, and
runs the view. When PostgreSQL picked the request as the victim of a deadlock or a serialization
failure, or the connection turned out dead before anything was committed, it runs again.
"""

import contextlib
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import structlog
from flask import Request, current_app, g, request
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from saas.db import session
from saas.journal import book
from saas.kernel.actors import Actor
from saas.kernel.errors import Invalid, NotAllowed, NotFound, NotLoggedIn, Unavailable
from saas.kernel.permissions import Permission
from saas.kernel.tenants import Tenant
from saas.web import access
from saas.web.settings import Settings

ATTEMPTS = 4
RETRIED = frozenset({"40001", "40P01"})
log = structlog.get_logger()


@dataclass(frozen=True)
class Doorkeepers:
    """What the web kit asks of rooms above it; the application factory hands them in."""

    enter_tenant: Callable[[Request], Tenant]
    find_actor: Callable[[Request], Actor | None]
    may: Callable[[Actor, Permission], bool]


def run(view: Callable[[], Any]) -> Any:
    """Run *view* at the edge; domain errors pass through after a rollback."""
    asked = access.of(current_app.view_functions.get(request.endpoint or ""))
    if asked is not None and not asked.needs_tenant:
        return view()
    for attempt in range(ATTEMPTS):
        try:
            with session.scope():
                _identify()
                _require(asked)
                return view()
        except NotAllowed:
            _note_refusal()
            raise
        except PoolTimeout as error:
            raise Unavailable from error
        except DBAPIError as error:
            if not _worth_another(error, attempt):
                _raise_translated(error)
    raise Unavailable


def tenant() -> Tenant:
    """Return the request's tenant; NotFound outside a clinic's host."""
    found: Tenant | None = g.get("tenant")
    if found is None:
        raise NotFound
    return found


def actor() -> Actor:
    """Return who acts; NotLoggedIn where nobody does."""
    found: Actor | None = g.get("actor")
    if found is None:
        raise NotLoggedIn
    return found


def find_actor() -> Actor | None:
    """Return who acts, or None for a visitor."""
    found: Actor | None = g.get("actor")
    return found


def settings() -> Settings:
    """Return what this web process was told by its environment."""
    found: Settings = current_app.extensions["settings"]
    return found


def address() -> str:
    """Return the address the request came from, as the trusted proxies tell it."""
    return request.remote_addr or "unknown"


@functools.cache
def _doorkeepers(app: Any) -> Doorkeepers:
    doorkeepers: Doorkeepers = app.extensions["doorkeepers"]
    return doorkeepers


def _identify() -> None:
    doorkeepers = _doorkeepers(current_app._get_current_object())  # type: ignore[attr-defined]
    g.tenant = g.actor = None
    g.tenant = doorkeepers.enter_tenant(request)
    g.actor = doorkeepers.find_actor(request)


def _require(asked: access.Access | None) -> None:
    """Raise NotLoggedIn or NotAllowed; a URL without a view is left to routing's own 404."""
    if request.endpoint is None:
        return
    if asked is None:
        raise NotAllowed
    if asked.permission is None:
        return
    if not _doorkeepers(current_app._get_current_object()).may(actor(), asked.permission):  # type: ignore[attr-defined]
        raise NotAllowed


def _note_refusal() -> None:
    """Let the audit trail know of a refusal, whose own transaction was rolled back."""
    who, where = find_actor(), request.endpoint or ""
    if who is None or g.get("tenant") is None:
        return
    with contextlib.suppress(DBAPIError), session.scope(tenant().id):
        book.audit("open", "page", [], who, address=address(), refused=True, endpoint=where)


def _worth_another(error: DBAPIError, attempt: int) -> bool:
    again = getattr(error.orig, "sqlstate", None) in RETRIED or error.connection_invalidated
    if again and attempt + 1 < ATTEMPTS:
        log.info("request retried", attempt=attempt + 1, cause=type(error.orig).__name__)
        return True
    return False


def _raise_translated(error: DBAPIError) -> NoReturn:
    if isinstance(error, DataError) and "NUL" in str(error.orig):
        raise Invalid from error
    away = isinstance(error, OperationalError | InterfaceError) and not getattr(error.orig, "sqlstate", None)
    if away or error.connection_invalidated:
        raise Unavailable from error
    raise error
