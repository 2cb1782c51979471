"""The edge: whose site this is, who may say so, and what a failure answers."""

import io
import json
from collections.abc import Iterator

import pytest
import structlog
from flask import Flask, flash
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from saas.app import create_app
from saas.db import session
from saas.identity.roles import Role
from saas.kernel.errors import Conflict
from saas.web import logs
from saas.web import settings as web_settings
from saas.web.access import public
from saas.web.settings import Settings, SettingsUnsafe
from tests.journeys import kit
from tests.journeys.kit import Browser, Clinic

VALUE = "Robin's secret"


class Aborted(Exception):
    """What psycopg raises, as SQLAlchemy hands it on."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("could not serialize; Robin Hire")
        self.sqlstate = sqlstate


@pytest.fixture
def attempts() -> list[str | None]:
    """What the planted page meets, one after the other; None is success."""
    return []


@pytest.fixture
def planted(riverstone: Clinic, attempts: list[str | None]) -> Browser:
    """A browser at an application whose page `/x` fails as told, `/broken` always."""
    made = create_app(Settings(secret_key=kit.SECRET_KEY, dev=True, https=False))

    @made.get("/x")
    @public
    def meet() -> str:
        state = attempts.pop(0)
        if state is not None:
            raise OperationalError("SELECT", {}, Aborted(state or None))
        return "done"

    @made.get("/broken")
    @public
    def broken() -> str:
        flash("never seen")
        session.statement("SELECT 1/0 /* Robin Hire */")
        return ""

    @made.get("/moved")
    @public
    def moved() -> str:
        raise Conflict("%(name)s moved it.", name="Ana")

    return Browser(made, riverstone.host)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is logged, as production logs it."""
    kept = io.StringIO()
    before = structlog.get_config()
    logs.init()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(kept), cache_logger_on_first_use=False)
    yield kept
    structlog.configure(**before)


def test_a_host_of_no_clinic_is_a_plain_page_without_a_name(
    riverstone: Clinic, elm: Clinic, app: Flask
) -> None:
    for host in ("nobody.test", f"x.{riverstone.host}", "[::1]", "127.0.0.1", riverstone.host[:-1]):
        response = Browser(app, host).get("/staff/log-in")
        assert (response.status_code, "No clinic here" in response.text) == (404, True)
        for clinic in (riverstone, elm):
            for word in (clinic.slug, clinic.configuration.clinic.name, clinic.configuration.clinic.email):
                assert word not in response.text


def test_a_host_is_known_in_capitals_and_with_a_port(riverstone: Clinic, app: Flask) -> None:
    for host in (riverstone.host.upper(), f"{riverstone.host}:8000"):
        assert riverstone.configuration.clinic.email in Browser(app, host).get("/").text


def test_a_missing_page_of_a_clinic_keeps_its_name(riverstone: Clinic, app: Flask) -> None:
    page = kit.visit(riverstone).get("/nowhere")
    assert page.status_code == 404
    assert "Nothing here" in page.text
    assert "No clinic here" not in kit.visit(riverstone).get("/static/nowhere").text


def asked_for(settings: Settings, host: str, slug: str) -> TestResponse:
    return Browser(create_app(settings), host).get("/", headers={"X-Tenant": slug})


def test_x_tenant_is_believed_in_development_alone(riverstone: Clinic, elm: Clinic) -> None:
    dev, real = Settings(secret_key="x", dev=True, https=False), Settings(secret_key="x", https=False)
    assert elm.configuration.clinic.email in asked_for(dev, riverstone.host, elm.slug).text
    assert asked_for(dev, riverstone.host, "nobody").status_code == 404
    assert riverstone.configuration.clinic.email in asked_for(real, riverstone.host, elm.slug).text
    assert asked_for(real, "127.0.0.1", elm.slug).status_code == 404


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.7", "::", "example.org", ""])
def test_development_listens_on_loopback_alone(address: str) -> None:
    with pytest.raises(SettingsUnsafe, match="loopback only"):
        web_settings.require_safe_address(address, dev=True)
    web_settings.require_safe_address(address, dev=False)


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1"])
def test_development_may_listen_on_loopback(address: str) -> None:
    web_settings.require_safe_address(address, dev=True)


def test_outside_development_there_is_no_default_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SAAS_DEV", "SAAS_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingsUnsafe, match="SAAS_SECRET_KEY"):
        web_settings.from_environment()
    monkeypatch.setenv("SAAS_DEV", "1")
    assert len(web_settings.from_environment().secret_key) == 64


def test_a_victim_of_a_deadlock_runs_again(planted: Browser, attempts: list[str | None]) -> None:
    attempts[:] = ["40P01", "40001", "40001", None]
    assert planted.get("/x").text == "done"
    attempts[:] = ["40001"] * 4
    assert planted.get("/x").status_code == 500
    assert attempts == []


def test_a_database_that_is_away_is_a_pause(planted: Browser, attempts: list[str | None]) -> None:
    attempts[:] = [""]
    page = planted.get("/x")
    assert (page.status_code, "Back in a moment" in page.text) == (503, True)
    attempts[:] = [None]
    assert planted.get("/x").text == "done"


def test_a_fault_shows_no_cause_and_logs_no_value(planted: Browser, log: io.StringIO) -> None:
    page = planted.get("/broken?name=Robin")
    assert (page.status_code, "Something went wrong on our side" in page.text) == (500, True)
    for word in ("Traceback", "division", "Robin", "SELECT", "psycopg"):
        assert word not in page.text
    entry = json.loads(log.getvalue())
    assert (entry["event"], entry["path"], entry["endpoint"]) == ("fault", "/broken", "broken")
    assert "DivisionByZero" in entry["exception"]
    assert 'session.statement("SELECT' in entry["exception"]
    assert "division by zero" not in entry["exception"]


def test_a_value_that_the_database_names_is_not_logged(riverstone: Clinic, log: io.StringIO) -> None:
    with session.scope(riverstone.id) as current:
        try:
            current.execute(text("SELECT CAST(:value AS integer)"), {"value": VALUE})
        except Exception:
            structlog.get_logger().exception("fault")
            current.rollback()
    assert "InvalidTextRepresentation" in log.getvalue()
    assert "secret" not in log.getvalue()


def test_a_refusal_fills_in_its_sentence(planted: Browser) -> None:
    page = planted.get("/moved")
    assert (page.status_code, "Ana moved it." in page.text, "This has changed" in page.text) == (
        409,
        True,
        True,
    )


def test_a_failed_request_leaves_nothing_behind(planted: Browser) -> None:
    planted.get("/broken")
    assert "never seen" not in planted.get("/").text


def test_the_health_of_a_process_is_its_database_s(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser(app, "anything.test")
    assert browser.get("/healthz").get_json() == {"ok": True}
    session.connect("postgresql://nobody@/nothing?host=/nowhere", pool_timeout=0.1)
    away = browser.get("/healthz")
    assert (away.status_code, "Back in a moment" in away.text) == (503, True)


def test_the_database_away_is_a_pause_for_pages_and_programs(riverstone: Clinic, app: Flask) -> None:
    session.connect("postgresql://nobody@/nothing?host=/nowhere", pool_timeout=0.1)
    visitor = kit.visit(riverstone)
    assert visitor.get("/staff/log-in").status_code == 503
    response = visitor.get("/api/v1/ping")
    assert (response.status_code, response.get_json(force=True)["code"]) == (503, "unavailable")


def test_the_403_page_says_who_can_change_that(riverstone: Clinic, app: Flask) -> None:
    page = kit.log_in_as(riverstone, Role.FRONT_DESK).get("/staff/practice")
    assert page.status_code == 403
    assert "Not for your role" in page.text
    assert 'href="/staff"' in page.text
