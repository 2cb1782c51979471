"""The public pages of a clinic."""

from types import SimpleNamespace
from zoneinfo import ZoneInfo

from flask import Blueprint, Response

from saas.kernel import clock
from saas.practice import people, places
from saas.practice.models import Location
from saas.web import branding, edge, headers, render
from saas.web.access import public

blueprint = Blueprint("portal", __name__)


@blueprint.get("/")
@public
def home() -> str:
    """Show the clinic: what it is, where it is, who treats."""
    return render.page(
        "portal/home.html",
        concerns=[],
        locations=[_place(row) for row in places.list_locations()],
        people=people.list_people(practitioners_only=True),
    )


@blueprint.get("/disclaimer")
@public
def disclaimer() -> str:
    """Show the medical disclaimer."""
    return render.page("portal/disclaimer.html", locations=[_place(row) for row in places.list_locations()])


@blueprint.get("/brand.css")
@public
def brand_css() -> Response:
    """Serve the clinic's colours; the address names the configuration's version."""
    response = Response(branding.stylesheet(edge.tenant().accent), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = headers.FOREVER
    return response


def _place(row: Location) -> SimpleNamespace:
    today = clock.now().astimezone(ZoneInfo(row.time_zone)).date()
    spans = [SimpleNamespace(starts_at=a, ends_at=b) for a, b in places.hours_on(row, today)]
    return SimpleNamespace(
        name=row.name, city=row.city, address_lines=places.address_lines(row), phone=row.phone,
        zone=row.time_zone, hours_today=spans, legal_entity=places.entity_names()[row.legal_entity_id],
    )  # fmt: skip
