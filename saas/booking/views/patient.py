"""Treatment and time: the first two steps of a booking, and the hold that ends them."""

import json
from dataclasses import dataclass, replace

from flask import make_response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.booking import asking, exam_first, hold, visitors
from saas.booking.asking import Channel, Wish
from saas.booking.forms import SlotForm
from saas.booking.hold import Asked, Holder
from saas.booking.views import adding, board, door, examining, finishing, visit, visiting
from saas.booking.views.door import blueprint as blueprint
from saas.booking.visitors import ProofNeeded
from saas.catalogue import offerings
from saas.db import session
from saas.kernel import clock
from saas.kernel.errors import Conflict, DomainError, Invalid, NotFound
from saas.practice import snapshot
from saas.scheduling.models import Appointment
from saas.web import edge, errors, render
from saas.web.access import public


@dataclass(frozen=True)
class Refused:
    """A time that could not be held: the status, why, and a challenge where that would help."""

    status: int = 200
    sentence: str = ""
    challenge: str = ""
    slot: str = ""


@blueprint.get("/book/<slug>")
@public
def choose_time(slug: str) -> Response | str:
    """Show the free times of a treatment, or first the places where there are several."""
    version = edge.tenant().config_version
    offering = offerings.get(slug, version)
    location = request.args.get("location") or (offering.locations[0] if len(offering.locations) == 1 else "")
    if not location:
        return _places(slug)
    added = request.args.getlist("add_on")
    wish = asking.wish(
        slug, location, version, Channel.ONLINE, request.args.get("practitioner") or None, added
    )
    varied = asking.vary(wish, request.args.get("variant") or None)
    return _times(replace(varied, exam=examining.choice()))


@blueprint.post("/book/holds")
@public
def hold_time() -> Response:
    """Hold a time for the visitor and go on to ask who they are."""
    form, version = SlotForm(), edge.tenant().config_version
    offering, location = form.offering.data or "", form.location.data or ""
    plain = asking.wish(offering, location, version, Channel.ONLINE, add_ons=form.added())
    wish = replace(asking.vary(plain, form.variant.data or None), exam=examining.choice(form.exam.data))
    secret = visiting.fresh_secret()
    try:
        row = _hold(form, wish, secret)
    except NotFound:
        raise
    except (Conflict, Invalid) as error:
        return _refuse(form, wish, error)
    response = (
        finishing.carry_on(row) if form.lapsed.data else door.go(url_for("booking.about", hold_id=row.id))
    )
    return visiting.remember(response, secret)


def _hold(form: SlotForm, wish: Wish, secret: str) -> Appointment:
    wanted, now = form.wanted(), clock.now()
    if wanted is None:
        raise Invalid(_("Please choose one of the times."))
    practitioner, starts_at = wanted
    variant = wish.offering.variant.slug if wish.offering.variant else None
    place, exam = wish.place.slug, wish.exam
    asked = Asked(wish.offering.slug, place, starts_at, practitioner, form.added(), variant, exam=exam)
    holder = Holder(visitors.digest(secret) or "", edge.address())
    # A savepoint: where the new time cannot be had, the visitor keeps the one they had.
    with visitors.admitted(visiting.knock(form.altcha.data or ""), now), session.current().begin_nested():
        return hold.hold(asked, holder, wish.config_version, visiting.VISITOR, now)


def _refuse(form: SlotForm, wish: Wish, error: DomainError) -> Response:
    challenge = ""
    if isinstance(error, ProofNeeded) and not form.altcha.data:
        challenge = json.dumps(visitors.challenge(visiting.key(), clock.now()))
    refused = Refused(error.status, errors.sentence_of(error), challenge, form.slot.data or "")
    if form.lapsed.data:
        return finishing.choose_again_after(form.lapsed.data, refused)
    return make_response(_times(wish, refused, form), refused.status)


def _times(wish: Wish, refused: Refused | None = None, form: SlotForm | None = None) -> str:
    now = clock.now()
    held = visitors.find_open_hold(visiting.digest(), now)
    wanted = form.wanted() if form else None
    look = door.look(held)
    if wanted:
        look = board.Look(day=wish.today(wanted[1]), held=held, is_flexible=True)
    shown = board.show(wish, look, now, door.ways(wish))
    mine = held if held and held.offering_id == wish.offering.id else None
    return render.page(
        "booking/times.html", block="times", board=shown, exam=examining.panel(wish, shown.chosen.on, door.ways(wish)),
        variants=adding.variants(wish, door.ways(wish)), choices=adding.choices(wish, door.ways(wish)),
        visit=visit.asked(exam_first.on(wish, shown.chosen.on)), mine=mine,
        refused=refused or Refused(), slot_form=SlotForm(),
        held=visit.of(held, wish.config_version) if held else None, held_until=held.held_until if held else None,
    )  # fmt: skip


def _places(slug: str) -> str:
    """Show where a treatment is offered, each place with its first free day."""
    version, now = edge.tenant().config_version, clock.now()
    practice = snapshot.read(version)
    slugs = practice.by_name(offerings.get(slug, version).locations)
    variant = request.args.get("variant") or None
    plain = (asking.vary(asking.wish(slug, place, version, Channel.ONLINE), variant) for place in slugs)
    wishes = [replace(wish, exam=examining.choice()) for wish in plain]
    if not wishes:
        raise NotFound
    places = [
        (visit.asked(exam_first.on(wish, wish.today(now))), board.first_free(wish, now, door.ways(wish)))
        for wish in wishes
    ]
    return render.page("booking/place.html", places=places, visit=places[0][0])
