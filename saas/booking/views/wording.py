"""Dates, spans and places in the words of the page's language."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from babel import Locale
from babel.dates import format_date, format_skeleton
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from saas.catalogue.contents import Modality
from saas.web import render

MINUTES_OF_AN_HOUR = 60


def language() -> str:
    """Return the language of this request, as texts of a clinic name theirs."""
    return str(_locale()).replace("_", "-")


def localized(texts: Mapping[str, str]) -> str:
    """Return a clinic's text in the language of this request, or in the first there is."""
    return texts.get(language()) or next(iter(texts.values()), "")


def weekday(day: date) -> str:
    """Return a short weekday: Wed."""
    return str(format_date(day, "EEE", locale=_locale()))


def month(day: date) -> str:
    """Return a short month: Nov."""
    return str(format_date(day, "MMM", locale=_locale()))


def short(day: date) -> str:
    """Return a day with its short weekday: Wed, Nov 25."""
    return str(format_skeleton("MMMEd", day, locale=_locale()))


def whole(day: date) -> str:
    """Return a day in full, without its year: Wednesday, November 25."""
    return render.when(datetime.combine(day, time(12), tzinfo=UTC), "UTC", "day")


def duration(minutes: int) -> str:
    """Return a length of time: 45 min, 1 h, 1 h 35 min."""
    hours, rest = divmod(minutes, MINUTES_OF_AN_HOUR)
    if not hours:
        return str(_("%(minutes)d min", minutes=rest))
    return str(
        _("%(hours)d h %(minutes)d min", hours=hours, minutes=rest) if rest else _("%(hours)d h", hours=hours)
    )


def way(modality: str) -> str:
    """Return how patient and practitioner meet."""
    words = {Modality.PHONE: _("By phone"), Modality.VIDEO: _("By video"), Modality.IN_PERSON: _("In person")}
    return str(words[Modality(modality)])


def spots(left: int, *, is_this_week: bool, week: date) -> str:
    """Return how many places of a week's limit are left, as a sentence."""
    if is_this_week:
        return str(ngettext("%(num)d spot left this week", "%(num)d spots left this week", left))
    one, many = "%(num)d spot left in the week of %(day)s", "%(num)d spots left in the week of %(day)s"
    return str(ngettext(one, many, left, day=short(week)))


def _locale() -> Locale:
    return get_locale() or Locale("en")
