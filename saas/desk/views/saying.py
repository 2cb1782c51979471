"""What the desk's pages say: refusals with what is free instead, states, sources, history."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from saas.desk.moving import Offer
from saas.desk.places import Place
from saas.journal.kinds import EventKind
from saas.kernel.errors import DomainError, Reason
from saas.kernel.text import N_
from saas.web import errors, render

STATES = {
    "held": (N_("being booked"), "warn"), "confirmed": (N_("confirmed"), "ok"), "lapsed": (N_("lapsed"), ""),
    "pending": (N_("on request"), "warn"), "refused": (N_("refused"), "stop"),
    "released": (N_("let go"), ""), "cancelled": (N_("cancelled"), "stop"),
    "no_show": (N_("did not come"), "stop"),
}  # fmt: skip
SOURCES = {"staff": N_("booked by the team"), "online": N_("booked online"), "api": N_("booked by a program")}
HISTORY = {
    EventKind.APPOINTMENT_HELD: N_("Time held"), EventKind.APPOINTMENT_CONFIRMED: N_("Confirmed"),
    EventKind.APPOINTMENT_MOVED: N_("Moved"), EventKind.APPOINTMENT_CANCELLED: N_("Cancelled"),
    EventKind.APPOINTMENT_CHECKED_IN: N_("Checked in"),
    EventKind.APPOINTMENT_CHECK_IN_UNDONE: N_("Check-in taken back"),
    EventKind.APPOINTMENT_RELEASED: N_("Let go"), EventKind.CANCELLATION_CHARGED: N_("Cancellation fee kept"),
    EventKind.APPOINTMENT_REQUESTED: N_("Asked for on request"), EventKind.APPOINTMENT_REFUSED: N_("Refused"),
    EventKind.APPOINTMENT_LAPSED: N_("Lapsed undecided"),
    EventKind.APPOINTMENT_MISSED: N_("Noted that nobody came"), EventKind.NO_SHOW_CHARGED: N_("No-show fee kept"),
    EventKind.APPOINTMENT_RESTORED: N_("Taken back that nobody came"),
}  # fmt: skip
ACTORS = {"visitor": N_("the patient"), "system": N_("the system"), "token": N_("a program")}


def refusal(error: DomainError) -> str:
    """Return why something was refused, in a sentence or two."""
    said = [errors.said(r.sentence, r.params) for r in error.reasons]
    return " ".join(said) or errors.sentence_of(error)


def reason(one: Reason) -> str:
    """Return one reason as a sentence."""
    return errors.said(one.sentence, one.params)


def state(name: str) -> tuple[str, str]:
    """Return what a state is called, and the kind of its tag."""
    label, kind = STATES.get(name, (name, ""))
    return _(label), kind


def source(name: str) -> str:
    """Return by which door a visit was booked."""
    return str(_(SOURCES.get(name, SOURCES["api"])))


def happened(kind: str) -> str:
    """Return an event in words."""
    return str(_(HISTORY[EventKind(kind)])) if kind in HISTORY else kind


def by_whom(actor_kind: str, name: str) -> str:
    """Return who did something."""
    return name or str(_(ACTORS.get(actor_kind, N_("the team"))))


def offer(place: Place, found: Offer, wanted_day: str) -> str:
    """Return an offer as a sentence."""
    name, wall = found.practitioner.name, place.wall(found.starts_at)
    time = render.when(found.starts_at, place.zone, "time")
    if wall[:10] == wanted_day:
        return str(_("%(name)s is free at %(time)s", name=name, time=time))
    day = render.when(found.starts_at, place.zone, "day")
    return str(_("%(name)s is free on %(day)s at %(time)s", name=name, day=day, time=time))


def offered(place: Place, found: list[Offer], wanted_day: str) -> list[dict[str, Any]]:
    """Return offers as the page shows them: a sentence, and what to send to take it."""
    return [
        {"sentence": offer(place, one, wanted_day), "wall": place.wall(one.starts_at),
         "practitioner": one.practitioner.slug}
        for one in found
    ]  # fmt: skip


def schedule_url(place: Place, wall: str) -> str:
    """Return the address of the schedule on the day of *wall*."""
    return url_for("desk.schedule", location=place.slug, on=wall[:10])
