"""Every word that a page says has passed the translators, or is the clinic's own."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask, render_template_string

from saas.app import create_app, create_plain_app
from saas.credentials import packing
from saas.demo import clinics as demo_clinics
from saas.demo import mailbox
from saas.demo import views as demo
from saas.identity.roles import Role
from saas.provisioning.schema import Configuration
from saas.web import render
from saas.web.access import public
from saas.web.settings import Settings
from tests.journeys import kit
from tests.journeys.kit import Browser, Clinic
from tests.journeys.test_permissions import doors
from tests.web import pseudo

VISITS = {"GET", "POST"}


def of(configuration: Configuration) -> set[str]:
    zones = {render.zone_label(place.time_zone) for place in configuration.locations}
    return pseudo.own_words(configuration, zones) | set(pseudo.of_pack(packing.get())) | {"Robin Hire", "RH"}


def faults(browser: Browser, path: str, words: set[str]) -> list[str]:
    """Return what the page at *path* says untranslated; what is no page says nothing."""
    response = browser.get(path, follow_redirects=True)
    assert response.status_code < 500, path
    return pseudo.untranslated(response.text, words) if response.mimetype == "text/html" else []


@pytest.fixture
def marked(riverstone: Clinic) -> Flask:
    """The application in the pseudo-locale."""
    return kit.application(PSEUDO_LOCALE=True)


def visitors(clinic: Clinic) -> dict[str, Browser]:
    """Return a browser of a visitor and one of each role."""
    staff = {role.value: kit.log_in_as(clinic, role, PSEUDO_LOCALE=True) for role in Role}
    return {"visitor": kit.visit(clinic, PSEUDO_LOCALE=True), **staff}


@pytest.mark.parametrize("name", ["riverstone", pytest.param("elm", marks=pytest.mark.long)])
def test_every_page_for_everyone(clinics: kit.Clinics, marked: Flask, name: str) -> None:
    clinic: Clinic = getattr(clinics, name)
    words, found, pages = of(clinic.configuration), {}, 0
    for who, browser in visitors(clinic).items():
        for door in doors(marked):
            if door.method == "GET" and not door.is_api:
                pages += 1
                found[who, door.path] = faults(browser, door.path, words)
    assert {place: said for place, said in found.items() if said} == {}
    assert pages > 50


def test_a_page_is_marked_at_all(riverstone: Clinic, marked: Flask) -> None:
    assert (
        "⟦Your day⟧"
        in kit.log_in_as(riverstone, Role.PRACTITIONER, PSEUDO_LOCALE=True).get("/staff/day").text
    )
    assert "⟦" not in kit.visit(riverstone).get("/").text


def test_pages_that_refuse(riverstone: Clinic, marked: Flask) -> None:
    words, browser = (
        of(riverstone.configuration),
        kit.log_in_as(riverstone, Role.PRACTITIONER, PSEUDO_LOCALE=True),
    )
    visitor = kit.visit(riverstone, PSEUDO_LOCALE=True)
    refusals = {
        "unknown host": Browser(marked, "nobody.test").get("/"),
        "nowhere": visitor.get("/nowhere"),
        "not allowed": browser.get("/staff/practice"),
        "method": visitor.open("DELETE", "/"),
        "form": visitor.open("POST", "/staff/log-in"),
        "cross-site": visitor.post("/staff/log-in", headers={"Sec-Fetch-Site": "cross-site"}),
        "not logged in": visitor.post("/staff/log-out"),
        "too large": visitor.open("POST", "/staff/log-in", data={"email": "x" * (1024 * 1024 + 1)}),
        "empty": visitor.log_in("", ""),
        "wrong": visitor.log_in("no@one.example"),
        "password": browser.post("/staff/account/password", current_password="x", new_password="y"),
        "weak": browser.post("/staff/account/password", current_password=kit.PASSWORD, new_password="y"),
    }
    assert {r.status_code for r in refusals.values()} == {400, 401, 403, 404, 405, 413, 422}
    found = {name: pseudo.untranslated(response.text, words) for name, response in refusals.items()}
    assert {name: said for name, said in found.items() if said} == {}


def test_a_search_that_finds_nothing_and_a_flash(riverstone: Clinic, marked: Flask) -> None:
    words, browser = of(riverstone.configuration), kit.log_in_as(riverstone, Role.OWNER, PSEUDO_LOCALE=True)
    assert faults(browser, "/staff/practice?q=4711", words) == []
    done = browser.post("/staff/account/sessions/revoke-others")
    assert faults(browser, done.headers["Location"], words) == []


def test_the_demo_s_own_pages(
    riverstone: Clinic, elm: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = EmailMessage()
    for name, value in (("From", "desk@elm.example"), ("To", "ada@example.org"), ("Subject", "4711")):
        mail[name] = value
    mail["Date"] = "Mon, 02 Mar 2026 09:00:00 +0000"
    mail.set_content("4712")
    app = create_plain_app(
        Settings(secret_key="x", dev=True, https=False, demo_dir=str(tmp_path)),
        demo.blueprint,
        PSEUDO_LOCALE=True,
    )
    browser = Browser(app, "localhost")
    monkeypatch.setattr(demo_clinics, "SLUGS", (riverstone.slug, elm.slug))
    words = of(riverstone.configuration) | of(elm.configuration) | {render.zone_label("UTC")}
    words |= {"desk@elm.example", "ada@example.org", "Coordinated Universal Time"}
    assert faults(browser, "/", words) + faults(browser, "/mailbox", words) == []
    mailbox.put(tmp_path, mail)
    message = mailbox.list_newest(tmp_path)[0]
    for path in ("/", "/mailbox", f"/mailbox/{message.id}", "/mailbox/none", "/nowhere"):
        assert faults(browser, path, words) == []


PLANTED = [
    "<p>Bare words</p>", "<p>{{ _('Marked') }} and bare</p>", "<input placeholder='Bare words'>",
    "<button aria-label='Bare words'>{{ _('Save') }}</button>", "<p title='Bare words'></p>", "<br>Bare words",
]  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED)
def test_a_word_that_was_forgotten_is_found(riverstone: Clinic, planted: str) -> None:
    app = create_app(Settings(secret_key=kit.SECRET_KEY, dev=True, https=False), PSEUDO_LOCALE=True)
    app.add_url_rule("/planted", "planted", public(lambda: render_template_string(f"<div>{planted}</div>")))
    found = faults(Browser(app, riverstone.host), "/planted", of(riverstone.configuration))
    assert len(found) == 1
    assert "bare" in found[0].lower()


def test_brackets_may_nest_and_go_over_several_texts() -> None:
    assert pseudo.cut("⟦a ⟦b⟧ c⟧ d ⟦e⟧", 0) == ("          d    ", 0)
    assert [said for said in pseudo.outside("<p>⟦a <b>b</b> c⟧ d</p>") if said.strip()] == ["    d"]
