"""The demo's own pages at http://localhost:PORT: both clinics, their log-ins, the mailbox."""

from pathlib import Path
from types import SimpleNamespace

from flask import Blueprint, current_app

from saas.db import session
from saas.demo import clinics, mailbox
from saas.kernel.tenants import Tenant, TenantStatus
from saas.tenancy import tenants
from saas.tenancy.models import TenantRow
from saas.web import render
from saas.web.access import without_tenant
from saas.web.settings import Settings

blueprint = Blueprint("demo", __name__)


@blueprint.get("/")
@without_tenant
def index() -> str:
    """Show both clinics, their log-ins and the latest mail."""
    with session.scope():
        rows = [row for row in tenants.list_all() if row.slug in clinics.SLUGS]
        shown = [_clinic(row, tenants.primary_host(row.id)) for row in rows]
    order = {slug: number for number, slug in enumerate(clinics.SLUGS)}
    shown.sort(key=lambda clinic: order[clinic.slug])
    return render.page(
        "demo/index.html", clinics=shown, messages=mailbox.list_newest(_folder(), 5), zone="UTC"
    )


@blueprint.get("/mailbox", endpoint="mailbox")
@without_tenant
def list_messages() -> str:
    """List the mail."""
    return render.page("demo/mailbox.html", messages=mailbox.list_newest(_folder()), zone="UTC")


@blueprint.get("/mailbox/<message_id>")
@without_tenant
def message(message_id: str) -> str:
    """Show one mail as text."""
    return render.page("demo/message.html", message=mailbox.get(_folder(), message_id), zone="UTC")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _folder() -> Path:
    return Path(_settings().demo_dir)


def _clinic(row: TenantRow, host: str) -> SimpleNamespace:
    tenant = Tenant(row.id, row.slug, row.name, TenantStatus(row.status), row.config_version, row.profile)
    settings = _settings()
    return SimpleNamespace(
        slug=row.slug, name=row.name, tagline=tenant.tagline, accent=tenant.accent, href=settings.url(host),
        log_in_href=settings.url(host, "/staff/log-in"),
        log_ins=clinics.read_log_ins(_folder()).get(row.slug, []),
    )  # fmt: skip
