"""API tokens: a program's key to one clinic, with one role, until it is revoked."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from saas.identity import tokens
from saas.identity.roles import Role
from saas.kernel import clock, ids
from saas.kernel.errors import NotFound
from tests.ground import within
from tests.journeys import kit
from tests.journeys.kit import Clinic


def ping(clinic: Clinic, authorization: str | None) -> TestResponse:
    headers = {} if authorization is None else {"Authorization": authorization}
    return kit.visit(clinic).get("/api/v1/ping", headers=headers)


def assert_nobody(response: TestResponse) -> None:
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.content_type == "application/problem+json"
    assert response.get_json(force=True)["code"] == "not_authenticated"


def test_a_token_opens_its_own_clinic_alone(riverstone: Clinic, elm: Clinic, app: Flask) -> None:
    token = kit.token_for(riverstone)
    assert ping(riverstone, f"Bearer {token}").get_json() == {"ok": True}
    assert_nobody(ping(elm, f"Bearer {token}"))


def test_a_token_opens_no_other_clinic_by_naming_it(riverstone: Clinic, elm: Clinic, app: Flask) -> None:
    headers = {"Authorization": f"Bearer {kit.token_for(riverstone)}", "X-Tenant": elm.slug}
    assert_nobody(kit.visit(riverstone).get("/api/v1/ping", headers=headers))


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer np_", "Bearer a=b", "Basic bnBfOng=", "Basic %%%", "Digest x", "é",
     f"Bearer np_{'0' * 43}", f"Bearer {'x' * 9000}", "Bearer é", "Bearer ' OR 1=1"],
)  # fmt: skip
def test_garbage_is_nobody(riverstone: Clinic, app: Flask, authorization: str | None) -> None:
    assert_nobody(ping(riverstone, authorization))


def test_a_token_that_is_nearly_right_is_nobody(riverstone: Clinic, app: Flask) -> None:
    token = kit.token_for(riverstone)
    for forged in (token[:-1], token + "x", token.swapcase(), token.removeprefix(tokens.PREFIX)):
        assert_nobody(ping(riverstone, f"Bearer {forged}"))


def test_pages_take_no_token_and_the_api_no_cookie(riverstone: Clinic, app: Flask) -> None:
    owner = kit.log_in_as(riverstone, Role.OWNER)
    assert_nobody(owner.get("/api/v1/ping"))
    headers = {"Authorization": f"Bearer {kit.token_for(riverstone)}"}
    assert kit.visit(riverstone).get("/staff/practice", headers=headers).status_code == 302


def test_a_revoked_token_is_nobody(riverstone: Clinic, app: Flask) -> None:
    token = kit.token_for(riverstone)
    with within(riverstone.id):
        found = tokens.find(token)
        assert found is not None
        assert found.id is not None
        tokens.revoke(found.id, clock.now())
    assert_nobody(ping(riverstone, f"Bearer {token}"))


def test_a_token_of_another_clinic_cannot_be_revoked_here(riverstone: Clinic, elm: Clinic) -> None:
    token = kit.token_for(elm)
    with within(elm.id):
        found = tokens.find(token)
    assert found is not None
    for token_id in (found.id, ids.new()):
        with pytest.raises(NotFound), within(riverstone.id):
            tokens.revoke(token_id, clock.now())  # type: ignore[arg-type]
    with within(elm.id):
        assert tokens.find(token) is not None
