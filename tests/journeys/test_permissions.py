"""Every route × every role × a stranger from another clinic, from the URL map itself.

A route that is added is in the matrix at once; what it must answer follows from what it asks for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from saas.app import create_app
from saas.identity import roles
from saas.identity.roles import Role
from saas.kernel import ids
from saas.web import access
from saas.web.access import Access
from saas.web.settings import Settings
from tests.journeys import kit
from tests.journeys.kit import Browser, Clinic

NOT_YOURS = "Your role does not include this. An owner can change that."


@dataclass(frozen=True)
class Door:
    """One route with one method, at an address that fits it."""

    method: str
    path: str
    endpoint: str
    asks: Access

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")


def doors(app: Flask) -> Iterator[Door]:
    """Yield every door of a clinic that asks for a tenant."""
    adapter = app.url_map.bind("clinic.test")
    for rule in app.url_map.iter_rules():
        asks = access.of(app.view_functions[rule.endpoint])
        if asks is None or not asks.needs_tenant:
            continue
        values = {name: fitting(type(one).__name__) for name, one in rule._converters.items()}
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Door(method, adapter.build(rule.endpoint, values, method=method), rule.endpoint, asks)


def fitting(converter: str) -> Any:
    """Return what fits a part of an address; where it names an offering, it is one of both clinics."""
    return {"UUIDConverter": ids.new(), "IntegerConverter": 7}.get(converter, "discovery-call")


def knock(browser: Browser, door: Door, token: str | None = None) -> TestResponse:
    if door.is_api:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return browser.open(door.method, door.path, headers=headers)
    if door.method == "GET":
        return browser.get(door.path)
    return browser.open(door.method, door.path, data={"csrf_token": browser.form_token()})


def is_for_nobody(door: Door, response: TestResponse) -> bool:
    """Whether a closed door told a visitor to say who they are."""
    if door.is_api:
        return response.status_code == 401 and response.content_type == "application/problem+json"
    if door.method == "GET":
        return response.status_code == 302 and response.headers["Location"].startswith("/staff/log-in?next=")
    return response.status_code == 401 and "Please sign in" in response.text


def is_refused(door: Door, response: TestResponse) -> bool:
    """Whether a closed door said that the role does not include this."""
    said = response.get_json(force=True)["detail"] if door.is_api else response.text
    return response.status_code == 403 and NOT_YOURS in said


def is_let_in(response: TestResponse) -> bool:
    to_log_in = response.headers.get("Location", "").startswith("/staff/log-in?")
    return response.status_code < 500 and response.status_code not in (401, 403) and not to_log_in


def test_the_matrix_is_not_empty(app: Flask) -> None:
    found = list(doors(app))
    assert {"desk.day", "provisioning.practice", "api.ping", "identity.log_out"} <= {
        d.endpoint for d in found
    }
    assert {"GET", "POST"} <= {door.method for door in found}


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_what_it_includes_and_nothing_else(riverstone: Clinic, app: Flask, role: Role) -> None:
    token, wrong = kit.token_for(riverstone, role), []
    for door in doors(app):
        if door.asks.permission is None:
            continue
        response = knock(kit.log_in_as(riverstone, role), door, token)
        may = roles.may([role], door.asks.permission)
        if not (is_let_in(response) if may else is_refused(door, response)):
            wrong.append((door, may, response.status))
    assert wrong == []


def test_a_visitor_opens_what_is_public_and_is_asked_to_log_in_elsewhere(
    riverstone: Clinic, app: Flask
) -> None:
    wrong = []
    for door in doors(app):
        response = knock(kit.visit(riverstone), door)
        right = is_let_in(response) if door.asks.permission is None else is_for_nobody(door, response)
        if not right:
            wrong.append((door, response.status))
    assert wrong == []


def test_the_owner_of_another_clinic_is_a_visitor_here(riverstone: Clinic, elm: Clinic, app: Flask) -> None:
    token, wrong = kit.token_for(elm), []
    for door in doors(app):
        browser = kit.visit(riverstone)
        browser.take_cookie(kit.SESSION, kit.log_in_as(elm, Role.OWNER).cookie() or "")
        response = knock(browser, door, token)
        right = is_let_in(response) if door.asks.permission is None else is_for_nobody(door, response)
        if not right:
            wrong.append((door, response.status))
    assert wrong == []


def test_a_route_that_says_nothing_opens_to_nobody(riverstone: Clinic) -> None:
    app = create_app(Settings(secret_key=kit.SECRET_KEY, dev=True, https=False))
    app.add_url_rule("/forgotten", "forgotten", lambda: "in")
    visitor = Browser(app, riverstone.host)
    assert visitor.get("/forgotten").status_code == 403
    visitor.take_cookie(kit.SESSION, kit.log_in_as(riverstone, Role.OWNER).cookie() or "")
    assert visitor.get("/forgotten").status_code == 403


def test_a_role_nobody_knows_includes_nothing() -> None:
    assert not any(roles.may(["janitor", ""], permission) for permission in roles.P)


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (Role.OWNER, "/staff/practice"), (Role.MANAGER, "/staff/schedule"), (Role.MEDICAL_DIRECTOR, "/staff/day"),
        (Role.CLINICAL_ADMIN, "/staff/review"), (Role.PRACTITIONER, "/staff/day"),
        (Role.FRONT_DESK, "/staff/schedule"),
    ],
)  # fmt: skip
def test_each_role_lands_at_its_own_home_with_what_it_may_open(
    riverstone: Clinic, app: Flask, role: Role, home: str
) -> None:
    browser = kit.log_in_as(riverstone, role)
    page = browser.get("/staff", follow_redirects=True)
    assert (page.status_code, page.request.path) == (200, home)
    menu = page.text[page.text.index('<nav class="side"') :]
    for path in ("/staff/day", "/staff/schedule", "/staff/review", "/staff/practice"):
        opens = browser.get(path).status_code == 200
        assert (f'href="{path}"' in menu[: menu.index("</nav>")]) is opens, path
