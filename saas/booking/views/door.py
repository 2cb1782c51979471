"""The blueprint of booking, and how a page of it asks for days and times."""

from datetime import date
from typing import Any

from flask import Blueprint, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from saas.booking import reschedule
from saas.booking.asking import Examined, Wish
from saas.booking.views import wording
from saas.booking.views.board import Href, Look
from saas.practice import places
from saas.scheduling.models import Appointment
from saas.scheduling.states import State
from saas.tenancy import tenants
from saas.web import edge, headers

blueprint = Blueprint("booking", __name__)
blueprint.add_app_template_filter(wording.short, "day")
blueprint.add_app_template_filter(wording.duration, "minutes")
blueprint.add_app_template_filter(wording.way, "way")
blueprint.add_app_template_filter(wording.localized, "localized")
BOOKED = frozenset({State.CONFIRMED, State.CANCELLED, State.NO_SHOW})
# What anyone may see again; every other page of a booking is its visitor's own.
COMMON = frozenset({"booking.choose_time"})


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """Let no cache keep what a visitor typed."""
    return response if request.endpoint in COMMON else headers.never_store(response)


def is_booked(row: Appointment) -> bool:
    """Whether the visit is past being held: certain, asked for, called off or missed."""
    return row.requested_at is not None or row.state in BOOKED


def look(held: Appointment | None = None) -> Look:
    """Return what the address asks to look at; what is no date asks for nothing."""
    return Look(asked_day("from"), asked_day("day"), held)


def asked_day(name: str) -> date | None:
    """Return the day that the request's *name* spells, or None."""
    try:
        return date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        return None


def go(target: str) -> Response:
    """Send the visitor on, also where htmx asked."""
    if request.headers.get("HX-Request"):
        return make_response("", 200, {"HX-Redirect": target})
    return redirect(target, 303)


def ways(wish: Wish) -> Href:
    """Return what makes the addresses of a board for booking *wish*."""

    def href(day: date | None = None, first: date | None = None, **changed: Any) -> str:
        person = wish.practitioner.slug if wish.practitioner else None
        asked: dict[str, Any] = {
            "location": wish.place.slug,
            "practitioner": person,
            "day": day,
            "from": first,
            "variant": wish.offering.variant.slug if wish.offering.variant else None,
            "add_on": [add_on.slug for add_on in wish.add_ons],
            "exam": Examined.BEFORE if wish.exam is Examined.BEFORE else None,
        }
        return url_for("booking.choose_time", slug=wish.offering.slug, **{**asked, **changed})

    return href


def times_href(row: Appointment) -> str:
    """Return the address of the free times around a held visit's own."""
    offering, location = reschedule.offering_of(row), places.get_by_id(row.location_id)
    day, added = row.wall_start[:10], [one.slug for one in reschedule.add_ons_of(row)]
    asked: dict[str, Any] = {
        "location": location.slug, "day": day, "variant": row.variant, "add_on": added,
        "exam": None if row.exam or not offering.exam_minutes else Examined.BEFORE,
    }  # fmt: skip
    return url_for("booking.choose_time", slug=offering.slug, **asked)


def own_address(row: Appointment) -> str:
    """Return the absolute address of a held visit, on the clinic's host that the visitor came to.

    The edge found the tenant by that host, so it is a stored one; where it was named otherwise (in
    development), the primary one stands in.
    """
    named = "X-Tenant" in request.headers
    host = (
        tenants.primary_host(edge.tenant().id) if named else request.host.rpartition(":")[0] or request.host
    )
    return edge.settings().url(host, url_for("booking.about", hold_id=row.id))
