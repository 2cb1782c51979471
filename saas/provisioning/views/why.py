"""Why an offering costs what it does somewhere, with somebody, on a day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from saas.booking import costs, whence
from saas.booking.asking import Channel, Wish
from saas.booking.knowing import Whom
from saas.catalogue import varying
from saas.catalogue.contents import OfferingKind
from saas.catalogue.pricing import NoPrice
from saas.kernel.errors import NotFound
from saas.kernel.permissions import Permission
from saas.practice.snapshot import Place
from saas.provisioning.views import governed, wording
from saas.provisioning.views.door import blueprint
from saas.provisioning.views.offerings import Shown, describe, find
from saas.web import errors, render
from saas.web.access import permit


@dataclass(frozen=True)
class Asked:
    """What is asked about: where, with whom (a slug, or anybody), on which day, and a first visit or a later one."""

    place: Place
    practitioner: str
    on: date
    is_later: bool


@blueprint.get("/practice/offerings/<slug>/why")
@permit(Permission.PRACTICE_READ)
def why_price(slug: str) -> str:
    """Tell which price and which policies decide for a place, a practitioner and a day."""
    shown = find(slug)
    if not shown.places:
        raise NotFound
    asked = _asked(shown)
    wish = _wish(shown, asked)
    return render.page(
        "provisioning/why_price.html", **describe(shown), **_told(wish, asked), asked=asked,
        choices=_choices(shown), variant=wish.offering.variant, language=governed.language(),
        back=url_for("provisioning.offering", slug=slug),
    )  # fmt: skip


def _asked(shown: Shown) -> Asked:
    places = {place.slug: place for place in shown.places}
    try:
        on = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        on = shown.today
    place = places.get(request.args.get("location", ""), shown.places[0])
    return Asked(place, request.args.get("practitioner", ""), on, request.args.get("visit") == "later")


def _choices(shown: Shown) -> dict[str, list[tuple[str, str]]]:
    ids = {place.id for place in shown.places}
    people = [one for one in shown.practice.practitioners.values() if ids & set(one.hours)]
    return {
        "places": [(place.slug, place.name) for place in shown.places],
        "people": [("", str(_("Anybody"))), *((one.slug, one.name) for one in people)],
        "variants": [(one.slug, wording.local(one.name)) for one in shown.offering.variants],
        "visits": [("first", str(_("their first"))), ("later", str(_("a later one")))],
    }


def _wish(shown: Shown, asked: Asked) -> Wish:
    offering = varying.of(shown.offering, request.args.get("variant") or None)
    people = shown.practice.practitioners.values()
    person = next((one for one in people if one.slug == asked.practitioner), None)
    return Wish(
        offering, asked.place, shown.practice, shown.config_version, Channel.STAFF, person,
        whom=Whom(is_first=not asked.is_later),
    )  # fmt: skip


def _told(wish: Wish, asked: Asked) -> dict[str, Any]:
    """Return prices and policies, or why there are none. An add-on's policies are those of what it is added to."""
    try:
        quoted = costs.quote(wish, wish.practitioner, asked.on)
    except NoPrice as error:
        return {"prices": [], "policies": [], "nothing": errors.sentence_of(error), "net": None}
    if quoted is None:
        return {"prices": [], "policies": [], "nothing": _("It is free of charge."), "net": None}
    of_whom = costs.circumstances(wish.place, wish.practitioner, asked.on)
    is_add_on = wish.offering.kind is OfferingKind.ADD_ON
    names = governed.names_of(wish.practice, wish.config_version)
    return {
        "prices": whence.prices(quoted, names, [wish.offering], of_whom), "net": quoted.net, "nothing": "",
        "policies": [] if is_add_on else whence.money_policies(quoted, names),
    }  # fmt: skip
