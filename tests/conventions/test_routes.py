"""Every route says who may call it, and what anyone may call is spelled out here, by name."""

import pytest
from flask import Flask

from saas import app as factory
from saas.demo import views as demo
from saas.kernel.permissions import Permission
from saas.web import access
from saas.web.settings import Settings
from tests.conventions.source import expect_none

# A line more here is a door more for everyone: it wants a reviewer's eye.
PUBLIC = {
    "booking.about",
    "booking.after_checkout",
    "booking.booked",
    "booking.calendar",
    "booking.choose_again",
    "booking.choose_time",
    "booking.finish",
    "booking.go_to_payment",
    "booking.hold_time",
    "booking.paid",
    "booking.pay_step",
    "booking.receipt",
    "booking.unpaid",
    "identity.log_in",
    "identity.submit_log_in",
    "manage.calendar",
    "manage.call_off",
    "manage.done",
    "manage.done_receipt",
    "manage.move",
    "manage.receipt",
    "manage.review_move",
    "manage.show",
    "manage.times",
    "portal.brand_css",
    "portal.disclaimer",
    "portal.home",
    "portal.locations",
    "portal.staff",
    "portal.treatment",
    "portal.treatments",
}
WITHOUT_TENANT = {"api.openapi", "healthz", "payments.hear", "static"}
WITHOUT_TENANT_IN_THE_DEMO = {"demo.index", "demo.mailbox", "demo.message", "healthz", "static"}


@pytest.fixture(scope="module")
def clinics() -> Flask:
    """The application that serves clinics."""
    return factory.create_app(Settings(secret_key="for tests alone"))


@pytest.fixture(scope="module")
def plain() -> Flask:
    """The application of the demo's own page."""
    return factory.create_plain_app(Settings(secret_key="for tests alone"), demo.blueprint)


def asked(app: Flask) -> dict[str, access.Access | None]:
    """Return what each endpoint of the URL map asks for."""
    return {r.endpoint: access.of(app.view_functions.get(r.endpoint)) for r in app.url_map.iter_rules()}


def silent(app: Flask) -> list[str]:
    """Return the endpoints that do not say who may call them."""
    return [endpoint for endpoint, wanted in asked(app).items() if wanted is None]


def open_to_all(app: Flask, *, needs_tenant: bool) -> set[str]:
    """Return the endpoints that ask for no permission, in a tenant or outside any."""
    wanted = access.Access(None, needs_tenant=needs_tenant)
    return {endpoint for endpoint, found in asked(app).items() if found == wanted}


def test_every_route_says_who_may_call_it(clinics: Flask, plain: Flask) -> None:
    expect_none(silent(clinics) + silent(plain))


def test_what_anyone_may_call_is_listed(clinics: Flask, plain: Flask) -> None:
    assert open_to_all(clinics, needs_tenant=True) == PUBLIC
    assert open_to_all(clinics, needs_tenant=False) == WITHOUT_TENANT
    assert set(asked(plain)) == open_to_all(plain, needs_tenant=False) == WITHOUT_TENANT_IN_THE_DEMO


def test_planted_routes_are_found() -> None:
    app = Flask("planted", static_folder=None)
    app.add_url_rule("/silent", "silent", lambda: "")
    app.add_url_rule("/open", "open", access.public(lambda: ""))
    app.add_url_rule("/shut", "shut", access.permit(Permission.STAFF_HOME)(lambda: ""))
    assert silent(app) == ["silent"]
    assert open_to_all(app, needs_tenant=True) == {"open"}
