"""That an examination comes first, as a visitor reads it with the times: why, and how they can have it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import request, url_for
from flask_babel import gettext as _

from saas.booking import exam_first
from saas.booking.asking import Examined, Wish
from saas.booking.exam_first import First
from saas.booking.views import wording
from saas.booking.views.agreeing import Line
from saas.booking.views.board import Href, Way
from saas.catalogue.examining import Exam
from saas.credentials.vocabulary import PROFESSIONS
from saas.intake import clearances

MOST_WAYS = 3


@dataclass(frozen=True)
class Option:
    """One way to have the examination, and what it means for the visit."""

    label: str
    told: str
    href: str
    is_chosen: bool


@dataclass(frozen=True)
class Panel:
    """Why an examination comes first, how it can be had with this visit, and where one can be booked before."""

    sentence: str
    options: Sequence[Option]
    elsewhere: Sequence[Way]


def choice(said: str | None = None) -> Examined:
    """Return how the examination is to be had: as *said*, or as the address says; in the visit where neither does."""
    asked = request.args.get("exam") if said is None else said
    return Examined.BEFORE if asked == Examined.BEFORE else Examined.IN_VISIT


def panel(wish: Wish, on: date, href: Href) -> Panel | None:
    """Return what comes first on a day; None where nothing does. *href* makes addresses from `exam`."""
    found = exam_first.first(wish, on)
    if found is None:
        return None
    acts = ", ".join(str(_(clearances.NAMES[one.need.procedure])) for one in found.standings)
    sentence = _("Before %(act)s you need an examination by %(who)s.", act=acts, who=_anyone(found.by))
    if not found.by:
        sentence = _("Before %(act)s you need an examination. Please call us about it.", act=acts)
    return Panel(str(sentence), _options(wish, found, href), list(_elsewhere(wish, found)))


def line(exam: Exam | None, examiner: str = "") -> tuple[Line, ...]:
    """Return that a visit includes an examination, by whom where that is known; nothing where it does not."""
    if exam is None:
        return ()
    told = _("Includes a short examination by %(who)s, %(minutes)s at its beginning.",
             who=examiner or _anyone(exam.by), minutes=wording.duration(exam.minutes))  # fmt: skip
    return ((str(_("Examination")), str(told)),)


def _options(wish: Wish, found: First, href: Href) -> list[Option]:
    if found.inside is None:
        return []
    longer, chosen = wording.duration(found.inside.minutes), wish.exam
    return [
        Option(
            str(_("As part of this visit")), str(_("%(minutes)s longer, at no extra cost", minutes=longer)),
            href(exam=None), chosen is Examined.IN_VISIT,
        ),
        Option(
            str(_("Before this visit")), str(_("the visit is shorter; without the examination it cannot begin")),
            href(exam=Examined.BEFORE), chosen is Examined.BEFORE,
        ),
    ]  # fmt: skip


def _elsewhere(wish: Wish, found: First) -> Sequence[Way]:
    ways = [
        Way(
            str(_("%(what)s with %(name)s", what=one.offering.text("name", wording.language()), name=person.name)),
            url_for("booking.choose_time", slug=one.offering.slug, location=wish.place.slug, practitioner=person.slug),
        )
        for one in found.elsewhere for person in one.people
    ]  # fmt: skip
    return ways[:MOST_WAYS]


def _anyone(by: Sequence[str]) -> str:
    """Return the professions in words, the last after an *or*."""
    *others, last = [str(_(PROFESSIONS.get(one, one))) for one in by]
    return str(_("%(some)s or %(last)s", some=", ".join(others), last=last)) if others else last
