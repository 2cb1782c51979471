"""The application factory: the only file that knows every room."""

from typing import Any

from flask import Blueprint, Flask, g, request, url_for
from flask_babel import get_locale
from flask_openapi3 import OpenAPI
from werkzeug.middleware.proxy_fix import ProxyFix

from saas.api import views as api
from saas.billing import views as billing
from saas.booking.views import manage, patient
from saas.desk import views as desk
from saas.identity import doorkeeper
from saas.identity import views as identity
from saas.kernel import resources
from saas.kernel.tenants import Tenant
from saas.payments import settings as payments_settings
from saas.payments import views as payments
from saas.portal import views as portal
from saas.provisioning import views as provisioning
from saas.reporting import views as reporting
from saas.tenancy import tenants
from saas.web import access, edge, errors, forgery, headers, health, i18n, render
from saas.web.settings import Settings

BLUEPRINTS = (
    identity.blueprint, desk.blueprint, provisioning.blueprint, portal.blueprint, patient.blueprint, manage.blueprint,
    reporting.blueprint, payments.blueprint, billing.blueprint,
)  # fmt: skip


class Application(OpenAPI):
    """A Flask application whose every view runs at the edge."""

    def dispatch_request(self) -> Any:
        """Run the view in a session of its own."""
        return edge.run(super().dispatch_request)


def create_app(settings: Settings, **config: Any) -> Application:
    """Build the application for *settings*; the database is connected by whoever runs it."""
    app = Application(
        "saas", info=api.INFO, security_schemes=api.SECURITY_SCHEMES, servers=api.SERVERS, doc_ui=False,
        template_folder=str(resources.path("templates")), static_folder=str(resources.PACKAGE / "static"),
    )  # fmt: skip
    configure(app, settings, **config)
    app.extensions["doorkeepers"] = edge.Doorkeepers(
        _enter_tenant(settings), doorkeeper.find_actor, doorkeeper.may
    )
    doorkeeper.login_manager.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    forgery.csrf.exempt(api.blueprint)
    forgery.csrf.exempt(payments.blueprint)
    app.register_api(api.blueprint)
    app.context_processor(_page_context)
    # What patients see is the portal's; the owner's pages show it before it is so (provisioning.views.public_preview).
    app.extensions["treatment_page"] = portal.treatment_page
    return app


def configure(app: Flask, settings: Settings, **config: Any) -> None:
    """Give *app* the web kit: settings, headers, errors, forms, languages and rendering."""
    app.config.update(
        SECRET_KEY=settings.secret_key, MAX_CONTENT_LENGTH=settings.body_limit, JSON_SORT_KEYS=False,
        SESSION_COOKIE_NAME=settings.cookie("form"), SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax", WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_CSRF_SSL_STRICT=False, **config,
    )  # fmt: skip
    app.extensions["settings"] = settings
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    access.without_tenant(app.view_functions["static"])
    paying = payments_settings.find()
    headers.init_app(app, https=settings.https, form_action=paying.pages if paying else "")
    errors.init_app(app)
    i18n.init_app(app)
    forgery.init_app(app)
    render.init_app(app)
    health.init_app(app)


def _enter_tenant(settings: Settings) -> Any:
    def enter(asked: Any) -> Tenant:
        slug = asked.headers.get("X-Tenant") if settings.dev else None
        return (
            tenants.enter_by_slug(slug)
            if slug
            else tenants.enter_by_host(asked.host.rpartition(":")[0] or asked.host)
        )

    return enter


def _page_context() -> dict[str, Any]:
    tenant = g.get("tenant")
    version = tenant.config_version if tenant else 0
    return {
        "tenant": tenant,
        "brand_css": url_for("portal.brand_css", v=version) if tenant else None,
        "locale": get_locale(),
        "nav": desk.nav(request.endpoint or "") if edge.find_actor() else [],
        "location": None,
        "locations": None,
    }


def create_plain_app(settings: Settings, blueprint: Blueprint, **config: Any) -> Flask:
    """Build an application with the web kit and one *blueprint*, outside any tenant."""
    app = Flask("saas", template_folder=str(resources.path("templates")),
                static_folder=str(resources.PACKAGE / "static"))  # fmt: skip
    configure(app, settings, **config)
    app.register_blueprint(blueprint)
    app.context_processor(
        lambda: {
            "tenant": None,
            "brand_css": None,
            "locale": get_locale(),
            "location": None,
            "locations": None,
        }
    )
    return app
