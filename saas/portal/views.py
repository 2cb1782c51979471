"""The public pages of a clinic: what it does for what, who does it, where, and when next."""

from datetime import time
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_time, get_day_names
from flask import Blueprint, Response, request, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from saas.catalogue import offerings
from saas.credentials.sentences import USES
from saas.kernel import clock
from saas.kernel.errors import NotFound
from saas.portal import showing
from saas.portal.showing import Concern, Soon
from saas.practice import people, places
from saas.practice.models import Location
from saas.web import branding, edge, headers, render
from saas.web.access import public

blueprint = Blueprint("portal", __name__)


@blueprint.get("/")
@public
def home() -> str:
    """Show what brings people in, the next free times, where the clinic is and who treats."""
    version, now, rows = edge.tenant().config_version, clock.now(), places.list_locations()
    near = next((row for row in rows if row.slug == request.args.get("near")), rows[0] if rows else None)
    return render.page(
        "portal/home.html",
        concerns=[_tile(concern) for concern in showing.concerns(version, _language())],
        locations=[_place(row) for row in rows],
        near=near,
        soon=[_soon(one, near) for one in showing.soon(near, version, now)] if near else [],
        people=people.list_people(practitioners_only=True),
    )


@blueprint.get("/treatments")
@public
def treatments() -> str:
    """List what can be booked, or what helps with one concern."""
    version, now, asked = edge.tenant().config_version, clock.now(), request.args.get("concern", "")
    concerns = showing.concerns(version, _language())
    chosen = next((concern for concern in concerns if concern.slug == asked), None)
    if asked and chosen is None:
        raise NotFound
    found = chosen.offerings if chosen else showing.bookable(version)
    return render.page(
        "portal/treatments.html", chosen=chosen, concerns=concerns,
        treatments=[showing.treatment(offering, version, _language(), now) for offering in found],
    )  # fmt: skip


@blueprint.get("/treatments/<slug>")
@public
def treatment(slug: str) -> str:
    """Show one treatment: what it is, how long it takes, who performs it and where."""
    return treatment_page(slug, edge.tenant().config_version)


def treatment_page(slug: str, version: int, *, is_preview: bool = False) -> str:
    """Return the page of a treatment at a version of the configuration; NotFound.

    A preview leads nowhere that books, and has the texts that nobody approved yet, told as such.
    """
    offering = offerings.get(slug, version)
    if not offering.online:
        raise NotFound
    found = showing.treatment(offering, version, _language(), clock.now())
    told = showing.told(offering, version, _language(), approved_only=not is_preview)
    return render.page(
        "portal/treatment.html", treatment=found, own=next((one for one in told if one.slug == slug), None),
        added=[one for one in told if one.slug != slug], uses={use: _(said) for use, said in USES.items()},
        is_preview=is_preview, unapproved=[one.name for one in told if not one.is_approved],
    )  # fmt: skip


@blueprint.get("/people")
@public
def staff() -> str:
    """Show who treats."""
    found = people.list_people(practitioners_only=True)
    return render.page("portal/people.html", people=found, bios=_bios(found))


@blueprint.get("/locations")
@public
def locations() -> str:
    """Show where the clinic is and when it is open."""
    names = get_day_names("wide", locale=get_locale())
    return render.page("portal/locations.html", places=[_place(row) for row in places.list_locations()],
                       days=[names[day] for day in showing.WEEK])  # fmt: skip


@blueprint.get("/disclaimer")
@public
def disclaimer() -> str:
    """Show the medical disclaimer."""
    own = edge.tenant().text("disclaimer", _language())
    rows = [_place(row) for row in places.list_locations()]
    return render.page("portal/disclaimer.html", locations=rows, own=own)


@blueprint.get("/brand.css")
@public
def brand_css() -> Response:
    """Serve the clinic's colours; the address names the configuration's version."""
    response = Response(branding.stylesheet(edge.tenant().accent), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = headers.FOREVER
    return response


@blueprint.app_template_filter("clock")
def clock_time(wall: time) -> str:
    """Return a wall time as people read it."""
    return str(format_time(wall, "short", locale=get_locale()))


def _tile(concern: Concern) -> SimpleNamespace:
    """Return a concern with what leads on: its one offering, or the list of them."""
    one = concern.offerings[0] if len(concern.offerings) == 1 else None
    href = (
        url_for("portal.treatment", slug=one.slug)
        if one
        else url_for("portal.treatments", concern=concern.slug)
    )
    count = len(concern.offerings)
    summary = (
        one.text("name", _language())
        if one
        else ngettext("%(num)d way to begin", "%(num)d ways to begin", count)
    )
    return SimpleNamespace(name=concern.name, summary=summary, href=href)


def _soon(one: Soon, near: Location) -> SimpleNamespace:
    def href(**asked: Any) -> str:
        return url_for("booking.choose_time", slug=one.offering.slug, location=near.slug, **asked)

    days = [slot.starts_at.astimezone(ZoneInfo(near.time_zone)).date() for slot in one.slots]
    times = [
        SimpleNamespace(starts_at=s.starts_at, href=href(day=d)) for s, d in zip(one.slots, days, strict=True)
    ]
    return SimpleNamespace(name=one.offering.text("name", _language()), times=times, href=href())


def _place(row: Location) -> showing.Where:
    return showing.where(row, clock.now(), edge.tenant().config_version, _language())


def _bios(found: Any) -> dict[str, str]:
    return {person.slug: showing.bio(person, _language()) for person in found}


def _language() -> str:
    return str(get_locale() or "en").replace("_", "-")
