"""The door: who may not come in learns nothing, and the work is the same."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace

import argon2
import pytest
from argon2.low_level import Type
from flask import Flask

from saas.identity import passwords, users
from saas.identity.passwords import PasswordTooWeak
from saas.identity.roles import Role
from saas.kernel.actors import SYSTEM
from saas.web.settings import Settings
from tests.ground import within
from tests.journeys import kit
from tests.journeys.kit import Browser, Clinic

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def anonymous(body: str, email: str) -> str:
    """Return a page without what the visitor typed and without its form's token."""
    return re.sub(r'(name="csrf_token"[^>]*value=")[^"]+', r"\1", body).replace(email, "")


def accounts(clinic: Clinic) -> dict[str, str]:
    """Return the addresses of everyone who does not come in with the password `wrong`."""
    (_, right), (disabled_id, disabled), (bare_id, bare) = (kit.hire(clinic, Role.OWNER) for _ in range(3))
    with within(clinic.id):
        users.disable(disabled_id, SYSTEM, NOW)
        users.get(bare_id).password_hash = None
    return {"wrong": right, "disabled": disabled, "without a password": bare, "unknown": "no@one.example"}


def test_unknown_and_wrong_get_the_same_answer(riverstone: Clinic, app: Flask) -> None:
    answers = {}
    for who, email in accounts(riverstone).items():
        response = kit.visit(riverstone).log_in(email, "wrong")
        answers[who] = (
            response.status_code,
            anonymous(response.text, email),
            response.headers.getlist("Set-Cookie"),
        )
    assert len({repr(answer) for answer in answers.values()}) == 1, answers
    status, body, cookies = answers["unknown"]
    assert (status, cookies) == (422, [])
    assert "This e-mail and password do not go together." in body


def test_unknown_and_wrong_cost_the_same_work(
    riverstone: Clinic, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[str] = []

    def verify(password_hash: str, password: str) -> bool:
        worked.append(repr(argon2.extract_parameters(password_hash)))
        return kit.CHEAP_HASHER.verify(password_hash, password)

    monkeypatch.setattr(passwords, "_hasher", SimpleNamespace(verify=verify, hash=kit.CHEAP_HASHER.hash))
    for email in accounts(riverstone).values():
        kit.visit(riverstone).log_in(email, "wrong")
    assert len(worked) == 4
    assert len(set(worked)) == 1


def test_a_disabled_account_stays_out_with_the_right_password(riverstone: Clinic, app: Flask) -> None:
    browser = kit.visit(riverstone)
    assert browser.log_in(accounts(riverstone)["disabled"]).status_code == 422
    assert not browser.is_in()


def test_the_decoy_s_password_opens_nothing() -> None:
    assert not passwords.matches("no one has this password", None)


def test_hashes_cost_what_rfc_9106_recommends() -> None:
    cost = kit.REAL_HASHER
    assert (cost.type, cost.time_cost, cost.memory_cost, cost.parallelism) == (Type.ID, 3, 65536, 4)


@pytest.mark.parametrize("email", ["HIRE", " padded "])
def test_an_address_is_known_however_it_is_typed(riverstone: Clinic, app: Flask, email: str) -> None:
    _, known = kit.hire(riverstone, Role.OWNER)
    browser = kit.visit(riverstone)
    assert browser.log_in(known.upper() if email == "HIRE" else f" {known} ").status_code == 302
    assert browser.is_in()


@pytest.mark.parametrize("email", ["nul\0@clinic.example", "ünïcode@clinic.example", "'; DROP--", "a" * 254])
def test_an_odd_address_is_refused_like_any_other(riverstone: Clinic, app: Flask, email: str) -> None:
    assert kit.visit(riverstone).log_in(email).status_code == 422


@pytest.mark.parametrize(("email", "password"), [("", ""), ("a@b.example", ""), ("", "x"), ("a" * 255, "x")])
def test_what_is_missing_is_said_beside_its_field(
    riverstone: Clinic, app: Flask, email: str, password: str
) -> None:
    response = kit.visit(riverstone).log_in(email, password)
    assert response.status_code == 422
    assert 'class="error-summary"' in response.text
    assert 'aria-invalid="true"' in response.text


def test_cookies_are_tied_to_the_host_and_to_https(riverstone: Clinic) -> None:
    from saas.app import create_app

    _, email = kit.hire(riverstone, Role.OWNER)
    browser = Browser(create_app(Settings(secret_key="a secret")), riverstone.host)
    page = browser.client.get("/staff/log-in", base_url=f"https://{riverstone.host}")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text).group(1)  # type: ignore[union-attr]
    fields = {"csrf_token": token, "email": email, "password": kit.PASSWORD}
    response = browser.client.post("/staff/log-in", data=fields, base_url=f"https://{riverstone.host}")
    cookies = [*page.headers.getlist("Set-Cookie"), *response.headers.getlist("Set-Cookie")]
    names = {cookie.partition("=")[0] for cookie in cookies}
    assert names == {f"__Host-needlepoint_{name}" for name in ("form", "session", "device")}
    for cookie in cookies:
        flags = {flag.strip() for flag in cookie.split(";")}
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= flags


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("Tr0ub4dor", "at least 10"),
        ("password1234", "easily guessed"),
        ("robin@clinic.example", "easily guessed"),
        ("x" * 257, "at most 256"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(password: str, why: str) -> None:
    with pytest.raises(PasswordTooWeak, match=why):
        passwords.require_strong(password, "robin@clinic.example", "Robin Hire")


def test_a_few_unrelated_words_are_a_password() -> None:
    passwords.require_strong(kit.PASSWORD, "robin@clinic.example", "Robin Hire")


HOSTILE = [
    "//evil.example/staff", "https://evil.example/staff", "http:/staff", "/\\evil.example", "\\/evil.example/staff",
    "/staff\\@evil.example", "javascript:alert(1)//staff", "/\t/evil.example", "///evil.example/staff",
    "/api/v1/ping", "/", "staff", "/staffroom.example", "/staff/\x00", "/staff/\u202e",
    "/staff\r\nSet-Cookie: x=1", "https:evil.example", "/staff/..//evil.example\\",
]  # fmt: skip


@pytest.mark.parametrize("target", HOSTILE)
def test_next_never_leads_off_the_site(riverstone: Clinic, app: Flask, target: str) -> None:
    _, email = kit.hire(riverstone, Role.OWNER)
    response = kit.visit(riverstone).log_in(email, next=target)
    assert response.status_code == 302
    assert response.headers["Location"] == "/staff"
    assert "x" not in [cookie.partition("=")[0] for cookie in response.headers.getlist("Set-Cookie")]


def test_next_leads_where_one_was_headed(riverstone: Clinic, app: Flask) -> None:
    _, email = kit.hire(riverstone, Role.OWNER)
    browser = kit.visit(riverstone)
    asked = browser.get("/staff/practice?q=pen")
    assert asked.headers["Location"] == "/staff/log-in?next=/staff/practice?q%3Dpen"
    assert 'value="/staff/practice?q=pen"' in browser.get(asked.headers["Location"]).text
    assert browser.log_in(email, next="/staff/practice?q=pen").headers["Location"] == "/staff/practice?q=pen"
