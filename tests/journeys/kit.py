"""What journeys share: two clinics that are really there, an application, and browsers to visit with.

The clinics come from `tenants/` by the same verbs as everywhere, once per worker. Whoever changes an
account hires one for it, so that the shared ones stay as they are.
"""

import functools
import itertools
import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import argon2
from flask import Flask
from werkzeug.test import TestResponse

from saas.app import create_app
from saas.db import session
from saas.identity import passwords, sessions, tokens, users
from saas.identity.roles import Role
from saas.kernel import clock, ids, resources
from saas.kernel.actors import SYSTEM
from saas.provisioning import applying, reading
from saas.provisioning.schema import Configuration
from saas.tenancy import tenants
from saas.web.settings import Settings
from tests.ground import within

PASSWORD = "lantern otter velvet forty"
SECRET_KEY = "journeys"
REAL_HASHER = passwords._hasher
CHEAP_HASHER = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
CHEAP_HASH = CHEAP_HASHER.hash(PASSWORD)
SESSION, DEVICE, FORM = "needlepoint_session", "needlepoint_device", "needlepoint_form"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Clinic:
    """A clinic group that is applied and committed."""

    id: UUID
    slug: str
    host: str
    configuration: Configuration
    staff: dict[Role, UUID] = field(default_factory=dict)


@dataclass(frozen=True)
class Clinics:
    """Both clinics of `tenants/`."""

    riverstone: Clinic
    elm: Clinic


@functools.cache
def clinics_in(url: str) -> Clinics:
    """Apply both clinics to the database at *url*, once."""
    session.connect(url, pool_size=1)
    try:
        return Clinics(open_clinic("riverstone"), open_clinic("elm"))
    finally:
        session.dispose()


def open_clinic(folder: str) -> Clinic:
    """Commit a new tenant with the configuration of `tenants/`*folder* and one account of each role."""
    configuration = reading.read_folder(resources.path("tenants") / folder)
    slug = f"{folder}-{ids.new().hex[-12:]}"
    host = f"{slug}.test"
    with session.scope():
        tenant_id = tenants.create(slug, configuration.clinic.name, SYSTEM, (host,))
        applying.apply(configuration, SYSTEM)
        staff = {Role(held[0]): user.id for user, held in users.list_all() if len(held) == 1}
        for role in set(Role) - set(staff):
            staff[role] = hire_here(role)[0]
        for user, _ in users.list_all():
            user.password_hash = CHEAP_HASH
    return Clinic(tenant_id, slug, host, configuration, staff)


def hire_here(*roles: Role) -> tuple[UUID, str]:
    """Add an account with PASSWORD in the current session; return its id and address."""
    email = f"hire-{next(_numbers)}-{ids.new().hex[-8:]}@clinic.example"
    user_id, _ = users.put(email, "Robin Hire", roles, SYSTEM)
    users.get(user_id).password_hash = CHEAP_HASH
    return user_id, email


def hire(clinic: Clinic, *roles: Role) -> tuple[UUID, str]:
    """Commit an account of its own for a test."""
    with within(clinic.id):
        return hire_here(*roles)


def token_for(clinic: Clinic, role: Role = Role.OWNER) -> str:
    """Commit an API token."""
    with within(clinic.id):
        return tokens.create("a test", role, SYSTEM)


@functools.cache
def application(**config: Any) -> Flask:
    """Return the application as the demo runs it: development mode, no HTTPS."""
    return create_app(Settings(secret_key=SECRET_KEY, dev=True, https=False), **config)


def fresh_address() -> str:
    """Return an address that nobody knocked from before."""
    number = next(_numbers)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


class Browser:
    """One browser at one clinic's host; it keeps its cookies and sends forms with their token."""

    def __init__(self, app: Flask, host: str, address: str | None = None) -> None:
        self.client, self.host = app.test_client(), host
        self.address = address or fresh_address()

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.open("GET", path, **options)

    def open(self, method: str, path: str, **options: Any) -> TestResponse:
        environ = {"REMOTE_ADDR": self.address}
        return self.client.open(
            path,
            method=method,
            base_url=f"http://{self.host}",
            environ_base=environ,
            buffered=True,
            **options,
        )

    def post(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> TestResponse:
        """Send a form as its page would."""
        data = {"csrf_token": self.form_token(), **fields}
        return self.open("POST", path, data=data, headers=headers or {})

    def form_token(self) -> str:
        page = self.get("/staff/log-in")
        if page.status_code == 302:
            page = self.get("/staff/account/password")
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text).group(1)  # type: ignore[union-attr]

    def log_in(self, email: str, password: str = PASSWORD, next: str = "") -> TestResponse:
        return self.post("/staff/log-in", email=email, password=password, next=next)

    def cookie(self, name: str = SESSION) -> str | None:
        found = self.client.get_cookie(name, domain=self.host)
        return found.value if found else None

    def take_cookie(self, name: str, value: str) -> None:
        self.client.set_cookie(name, value, domain=self.host)

    def is_in(self) -> bool:
        """Whether the staff's pages open."""
        return self.get("/staff/account/sessions").status_code == 200


def visit(clinic: Clinic, **config: Any) -> Browser:
    """Return a visitor's browser at *clinic*."""
    return Browser(application(**config), clinic.host)


def log_in_as(clinic: Clinic, role: Role, **config: Any) -> Browser:
    """Return a browser in which someone of *role* is logged in, without the walk through the form."""
    browser = visit(clinic, **config)
    with within(clinic.id):
        secret = sessions.open_for(clinic.staff[role], "a test", browser.address, clock.now())
    browser.take_cookie(SESSION, secret)
    return browser
