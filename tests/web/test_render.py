"""Rendering: whole pages, blocks of them alone, and instants as the clinic's place and language write them."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_babel import force_locale
from jinja2 import UndefinedError

from saas.app import create_app
from saas.identity.roles import Role
from saas.web import i18n, render
from saas.web.settings import Settings
from tests.journeys import kit
from tests.journeys.kit import Clinic

PHOENIX, YORK = "America/Phoenix", "America/New_York"
HX = {"HX-Request": "true"}


def test_htmx_gets_the_block_alone_and_everyone_else_the_page(riverstone: Clinic, app: Flask) -> None:
    owner = kit.log_in_as(riverstone, Role.OWNER)
    part = owner.get("/staff/practice?q=phoenix", headers=HX).text
    assert part.lstrip().startswith('<div class="stack" id="results"')
    assert "<html" not in part
    assert part.strip() in owner.get("/staff/practice?q=phoenix").text


def test_going_back_in_history_gets_the_whole_page(riverstone: Clinic, app: Flask) -> None:
    headers = {**HX, "HX-History-Restore-Request": "true"}
    assert "<html" in kit.log_in_as(riverstone, Role.OWNER).get("/staff/practice", headers=headers).text


def test_the_macros_are_there_inside_a_block_alone(riverstone: Clinic, app: Flask) -> None:
    """The block's cards, tables and empty states are macros, and macros of macros."""
    owner = kit.log_in_as(riverstone, Role.OWNER)
    assert 'class="table-box"' in owner.get("/staff/practice", headers=HX).text
    assert 'class="art"' in owner.get("/staff/practice?q=4711", headers=HX).text


def test_the_macros_are_there_before_the_first_request() -> None:
    made = create_app(Settings(secret_key="x"))
    ui = made.jinja_env.globals["ui"]
    for name in (
        "when",
        "table",
        "tag",
        "field",
        "button",
        "dialog",
        "empty_state",
        "error_summary",
        "page_header",
    ):
        assert callable(getattr(ui, name))


@pytest.mark.parametrize(
    "template", ["{{ nobody }}", "{{ nobody.name }}", "{{ nobody|length }}", "{{ ui.nothing() }}"]
)
def test_a_name_that_was_not_given_is_never_printed(app: Flask, template: str) -> None:
    with app.test_request_context(), pytest.raises(UndefinedError):
        app.jinja_env.from_string(template).render()


def test_a_name_that_was_not_given_may_be_asked_for(app: Flask) -> None:
    with app.test_request_context():
        assert app.jinja_env.from_string("{% if nobody %}x{% endif %}").render() == ""


@pytest.fixture
def request_context(riverstone: Clinic) -> Iterator[None]:
    with kit.application().test_request_context():
        yield


def plain(text: str) -> str:
    """Return *text* with the narrow spaces of CLDR as ordinary ones."""
    return text.replace("\u202f", " ").replace("\xa0", " ")


JULY = datetime(2026, 7, 8, 20, 5, tzinfo=UTC)
WRITTEN = [
    ("en_US", "time", PHOENIX, "1:05 PM"),
    ("en_US", "time", YORK, "4:05 PM"),
    ("en_US", "date", PHOENIX, "Jul 8, 2026"),
    ("en_US", "day", PHOENIX, "Wednesday, July 8"),
    ("en_US", "short", PHOENIX, "Jul 8, 1:05 PM"),
    ("en_US", "long", PHOENIX, "Wednesday, July 8, 2026, 1:05 PM Mountain Standard Time"),
    ("en_US", "long", YORK, "Wednesday, July 8, 2026, 4:05 PM Eastern Daylight Time"),
    ("en_GB", "time", YORK, "16:05"),
    ("en_GB", "day", YORK, "Wednesday 8 July"),
    ("en_GB", "short", YORK, "8 Jul, 16:05"),
    ("es", "day", YORK, "miércoles, 8 de julio"),
    ("es", "short", PHOENIX, "8 jul, 13:05"),
    ("de", "day", YORK, "Mittwoch, 8. Juli"),
    ("pt_BR", "short", YORK, "8 de jul. 16:05"),
]


@pytest.mark.parametrize(("locale", "style", "zone", "written"), WRITTEN)
def test_an_instant_is_written_as_people_there_write_it(
    request_context: None, locale: str, style: str, zone: str, written: str
) -> None:
    with force_locale(locale):
        assert plain(render.when(JULY, zone, style)) == written


@pytest.mark.parametrize(
    ("instant", "phoenix", "york"),
    [
        (datetime(2026, 3, 8, 6, 59, tzinfo=UTC), "11:59 PM Mountain Standard", "1:59 AM Eastern Standard"),
        (datetime(2026, 3, 8, 7, 0, tzinfo=UTC), "12:00 AM Mountain Standard", "3:00 AM Eastern Daylight"),
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "10:30 PM Mountain Standard", "1:30 AM Eastern Daylight"),
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "11:30 PM Mountain Standard", "1:30 AM Eastern Standard"),
    ],
)
def test_the_clocks_change_in_new_york_and_never_in_phoenix(
    request_context: None, instant: datetime, phoenix: str, york: str
) -> None:
    for zone, written in ((PHOENIX, phoenix), (YORK, york)):
        assert plain(render.when(instant, zone, "long")).endswith(f", {written} Time")


def test_an_instant_is_the_same_whatever_zone_it_came_in(request_context: None) -> None:
    from zoneinfo import ZoneInfo

    elsewhere = JULY.astimezone(ZoneInfo("Asia/Tokyo"))
    for style in ("time", "date", "day", "short", "long"):
        assert render.when(elsewhere, YORK, style) == render.when(JULY, YORK, style)


@pytest.mark.parametrize(
    ("zone", "name"),
    [(PHOENIX, "Mountain Standard Time"), ("America/Denver", "Mountain Time"), (YORK, "Eastern Time")],
)
def test_a_zone_is_named_as_people_there_name_it(request_context: None, zone: str, name: str) -> None:
    assert render.zone_label(zone) == name


def test_outside_a_request_an_instant_is_written_in_english(riverstone: Clinic) -> None:
    assert plain(render.when(JULY, PHOENIX)) == "Jul 8, 1:05 PM"
    assert render.zone_label(YORK) == "Eastern Time"


@pytest.mark.parametrize(
    ("offered", "accepted", "chosen"),
    [
        (["en"], "de", "en"), (["en", "es"], "es-MX,es;q=0.9,en;q=0.1", "es"), (["pt-BR", "en"], "", "pt_BR"),
        (["en", "pt-BR"], "pt-BR", "pt_BR"), (["es", "en"], "fr", "es"), ([], "de", "en"),
    ],
)  # fmt: skip
def test_the_clinic_offers_languages_and_the_browser_chooses(
    app: Flask, offered: list[str], accepted: str, chosen: str
) -> None:
    from types import SimpleNamespace

    from flask import g
    from flask_babel import get_locale

    with app.test_request_context(headers={"Accept-Language": accepted}):
        g.tenant = SimpleNamespace(profile={"languages": offered})
        assert i18n.locale() == chosen
        assert str(get_locale()) == chosen


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Beatriz Fontaine", "BF"),
        ("Dr. Ada de la Cruz", "AC"),
        ("Solène", "S"),
        ("", ""),
        ("Joon-ho Baek", "JB"),
    ],
)
def test_initials_stand_for_a_name(name: str, letters: str) -> None:
    assert render.initials(name) == letters
