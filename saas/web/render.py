"""Rendering. A page is one template; an htmx request for a part of it gets that block alone.

`ui` is a global of every template: an import at the top of a page would be undefined inside a block
that is rendered alone.
"""

from datetime import datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, get_timezone_name
from flask import Flask, render_template, request
from flask_babel import get_locale
from jinja2 import StrictUndefined
from jinja2_fragments.flask import render_block

from saas.kernel import resources
from saas.web import assets


class Missing(StrictUndefined):
    """A name that a template was not given: it may be asked for, never printed."""

    def __bool__(self) -> bool:
        return False


def page(template: str, *, block: str | None = None, **context: Any) -> str:
    """Render the page *template*, or just its *block* where htmx asks for a part."""
    if block and request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request"):
        return render_block(template, block, **context)
    return render_template(template, **context)


def init_app(app: Flask) -> None:
    """Give *app* our templates, filters and the `ui` macros."""
    env = app.jinja_env
    env.undefined = Missing
    env.trim_blocks = env.lstrip_blocks = True
    env.filters["when"] = when
    env.filters["initials"] = initials
    env.globals["asset"] = assets.asset
    app.before_request(lambda: _load_macros(app))


def _load_macros(app: Flask) -> None:
    """Load every macro of templates/ui into one namespace, once."""
    if "ui" in app.jinja_env.globals:
        return
    ui = app.jinja_env.globals["ui"] = SimpleNamespace()
    for path in sorted((resources.path("templates") / "ui").glob("*.html")):
        module = app.jinja_env.get_template(f"ui/{path.name}").module
        vars(ui).update({name: macro for name, macro in vars(module).items() if not name.startswith("_")})


def when(instant: datetime, zone: str, style: str = "short") -> str:
    """Return *instant* in the wall time of *zone*: style time, date, day, short or long."""
    local = instant.astimezone(ZoneInfo(zone))
    locale = get_locale()
    if style == "time":
        return format_time(local, "short", locale=locale)
    if style == "date":
        return format_date(local, "medium", locale=locale)
    if style == "day":
        return format_date(local, "EEEE, d MMMM", locale=locale)
    if style == "long":
        return f"{format_datetime(local, 'long', tzinfo=local.tzinfo, locale=locale)}"
    return format_datetime(local, "d MMM, HH:mm" if locale is None else "medium", locale=locale)


def zone_label(zone: str) -> str:
    """Return a zone's name as people say it ("Mountain Standard Time")."""
    return get_timezone_name(ZoneInfo(zone), locale=get_locale())


def initials(name: str) -> str:
    """Return one or two letters that stand for *name*, for where a picture would be."""
    words = [word for word in name.replace("Dr. ", "").split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
