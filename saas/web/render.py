"""Rendering. A page is one template; an htmx request for a part of it gets that block alone.

`ui` is a global of every template: an import at the top of a page would be undefined inside a block
that is rendered alone.
"""

import re
from datetime import date, datetime
from types import CodeType, SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale
from babel.dates import format_date, format_time, get_timezone_name
from babel.numbers import format_currency
from flask import Flask, render_template, request
from flask_babel import get_locale
from jinja2 import BytecodeCache, StrictUndefined
from jinja2.bccache import Bucket
from jinja2_fragments.flask import render_block

from saas.kernel import clock, resources
from saas.kernel.money import Money
from saas.web import assets


class Missing(StrictUndefined):
    """A name that a template was not given: it may be asked for, never printed."""

    def __bool__(self) -> bool:  # type: ignore[override]  # Jinja's own raises
        return False


class Compiled(BytecodeCache):
    """What was compiled in this process, for every application in it: they are all configured here."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the template's code, where its text is as it was then."""
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the template's code."""
        if bucket.code is not None:
            self._known[bucket.key, bucket.checksum] = bucket.code


_compiled = Compiled()


def page(template: str, *, block: str | None = None, **context: Any) -> str:
    """Render the page *template*, or just its *block* where htmx asks for a part."""
    if block and request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request"):
        return render_block(template, block, **context)
    return render_template(template, **context)


def init_app(app: Flask) -> None:
    """Give *app* our templates, filters and the `ui` macros."""
    env = app.jinja_env
    env.undefined = Missing
    env.bytecode_cache = _compiled
    env.trim_blocks = env.lstrip_blocks = True
    env.filters["when"] = when
    env.filters["day"] = day
    env.filters["money"] = money
    env.filters["initials"] = initials
    env.filters["phone"] = phone
    env.globals["asset"] = assets.asset
    _load_macros(app)


def _load_macros(app: Flask) -> None:
    """Load every macro of templates/ui into one namespace, in which they also find each other.

    Now, not with the first request: macros take their globals as they load, and requests come at once.
    """
    ui = app.jinja_env.globals["ui"] = SimpleNamespace()
    for path in sorted((resources.path("templates") / "ui").glob("*.html")):
        module = app.jinja_env.get_template(f"ui/{path.name}").module
        vars(ui).update({name: macro for name, macro in vars(module).items() if not name.startswith("_")})


def day(on: date) -> str:
    """Return a day as the request's language writes it: Dec 24, 2026."""
    return str(format_date(on, "medium", locale=get_locale() or Locale("en")))


def when(instant: datetime, zone: str, style: str = "short") -> str:
    """Return *instant* in the wall time of *zone*, as the request's language writes it.

    Style `time` (1:05 PM), `date` (Jul 8, 2026), `day` (Wednesday, July 8), `short` (Jul 8, 1:05 PM)
    or `long`, which has it all and names the zone.
    """
    local, locale = instant.astimezone(ZoneInfo(zone)), get_locale() or Locale("en")
    time = format_time(local, "short", tzinfo=local.tzinfo, locale=locale)
    if style == "time":
        return time
    if style == "date":
        return format_date(local, "medium", locale=locale)
    if style == "day":
        return format_date(local, _day_pattern(locale), locale=locale)
    if style == "long":
        time = f"{time} {get_timezone_name(local, locale=locale)}"
        return _joined(format_date(local, "full", locale=locale), time, locale)
    return _joined(format_date(local, locale.datetime_skeletons["MMMd"].pattern, locale=locale), time, locale)


def money(amount: Money, style: str = "full") -> str:
    """Return *amount* as the request's language writes it; style `plain` leaves the currency to a heading."""
    locale = get_locale() or Locale("en")
    pattern = None if style == "full" else "#,##0.00"
    return format_currency(amount.major, amount.currency, pattern, locale=locale)


def _joined(date: str, time: str, locale: Locale) -> str:
    return str(locale.datetime_formats["medium"]).replace("{1}", date).replace("{0}", time)


def _day_pattern(locale: Locale) -> str:
    """Return the locale's order of weekday, day and month, each written out."""
    skeletons = locale.datetime_skeletons
    skeleton = next(name for name in ("MMMMEEEEd", "MMMMEd", "MMMEd") if name in skeletons)
    return re.sub(r"(?<!M)MMM(?!M)", "MMMM", re.sub("E+", "EEEE", skeletons[skeleton].pattern))


def zone_label(zone: str) -> str:
    """Return a zone's name as people say it ("Eastern Time"); one without summer time is "Standard"."""
    place, year = ZoneInfo(zone), clock.now().year
    offsets = {datetime(year, month, 1, tzinfo=place).utcoffset() for month in range(1, 13)}
    locale = get_locale() or Locale("en")
    return get_timezone_name(
        place, zone_variant="standard" if len(offsets) == 1 else "generic", locale=locale
    )


def phone(number: str) -> str:
    """Return a phone number (E.164) as people read it: +1 602-555-0110."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def initials(name: str) -> str:
    """Return one or two letters that stand for *name*, for where a picture would be."""
    words = [word for word in name.replace("Dr. ", "").split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
