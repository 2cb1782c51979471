"""Templates of mails, in an environment of their own: a job has no request, and a mail no page around it."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_name
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from saas.kernel import resources


@dataclass(frozen=True)
class Letter:
    """A subject, and what a mail's templates are told besides the clinic's own name, phone and language."""

    subject: str
    says: Mapping[str, object]


@functools.cache
def environment(language: str) -> Environment:
    """Return the environment for *language*."""
    made = Environment(
        loader=FileSystemLoader(resources.path("templates") / "email"), extensions=["jinja2.ext.i18n"],
        autoescape=select_autoescape(["html"]), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    found = translations(language)
    made.install_gettext_callables(found.gettext, found.ngettext, newstyle=True)  # type: ignore[attr-defined]  # the i18n extension's
    return made


@functools.cache
def translations(language: str) -> NullTranslations:
    """Return the texts of *language*; those of the code where there are none."""
    return Translations.load(resources.PACKAGE / "translations", [language])


def render(template: str, language: str, context: Mapping[str, object]) -> str:
    """Render *template* of templates/email in *language*."""
    return environment(language).get_template(template).render(context)


def when(instant: datetime, zone: str, language: str) -> str:
    """Return day and wall time, with the zone named."""
    local, locale = instant.astimezone(ZoneInfo(zone)), Locale.parse(language.replace("-", "_"))
    day = format_date(local, "full", locale=locale)
    return f"{day}, {_time(local, locale)} ({get_timezone_name(local, locale=locale)})"


def day(on: date, language: str) -> str:
    """Return a day with its year."""
    return format_date(on, "long", locale=Locale.parse(language.replace("-", "_")))


def briefly(instant: datetime, zone: str, language: str) -> str:
    """Return day and wall time as a subject has room for them."""
    local, locale = instant.astimezone(ZoneInfo(zone)), Locale.parse(language.replace("-", "_"))
    pattern = locale.datetime_skeletons["MMMEd"].pattern
    return f"{format_date(local, pattern, locale=locale)}, {_time(local, locale)}"


def _time(local: datetime, locale: Locale) -> str:
    """Return the time of day with plain blanks, so that a subject needs no encoding for their sake."""
    return format_time(local, "short", tzinfo=local.tzinfo, locale=locale).replace("\u202f", " ")
