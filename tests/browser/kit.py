"""What browser tests share: the application on a loopback port, Chromium, and axe.

The server runs in a thread, on this worker's own database. Chromium finds every `*.localhost` here.
"""

import contextlib
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import psycopg
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    expect,
    sync_playwright,
)
from werkzeug.serving import make_server

from saas.app import create_app
from saas.db import session
from saas.db.settings import Urls
from saas.tenancy import tenants
from saas.web.settings import Settings
from tests.booking import patients
from tests.conventions.source import ROOT
from tests.demo.running import free_port
from tests.ground import within
from tests.journeys import kit as journeys
from tests.journeys.kit import Clinic
from tests.sandbox import standing
from tests.sandbox.driving import SECRET, Driver

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--host-resolver-rules=MAP *.localhost 127.0.0.1",
]  # fmt: skip
PHONE, DESK = 390, 1280
# Every commit is tried on a phone; the same at a desk when there is time.
WIDTHS = [PHONE, pytest.param(DESK, marks=pytest.mark.long)]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# Chromium reports every refused request as an error of the page; a refusal is an answer like any other.
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
PATIENCE_MS = 15_000


class Counting:
    """An application that knows how many requests it is answering."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app, self._answering, self._changed = app, 0, threading.Condition()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        self._count(1)
        try:
            return self._app(environ, start_response)
        finally:
            self._count(-1)

    def _count(self, by: int) -> None:
        with self._changed:
            self._answering += by
            self._changed.notify_all()

    def rest(self) -> None:
        """Wait until nothing is being answered: a page that closed may have left something behind."""
        with self._changed:
            assert self._changed.wait_for(lambda: not self._answering, timeout=20)


@dataclass(frozen=True)
class Live:
    """The running clinics."""

    urls: Urls
    port: int
    elm: Clinic
    riverstone: Clinic
    sandbox: Driver
    rest: Callable[[], None]

    def url(self, name: str, path: str = "/") -> str:
        """Return the address of *path* at the clinic *name*."""
        return f"http://{name}.localhost:{self.port}{path}"


@contextlib.contextmanager
def serving(urls: Urls, sandbox: Driver) -> Iterator[Live]:
    """Open both clinics under their own hosts and serve them; they are paid at the *sandbox*."""
    session.connect(urls.app, pool_size=1)
    port = free_port()
    # The addresses are told before the application is built: its pages name where forms may lead.
    with pytest.MonkeyPatch.context() as patch:
        standing.point_to(sandbox, patch)
        app = create_app(Settings(secret_key="for browsers alone", dev=True, https=False, public_port=port))
        try:
            elm, riverstone = (_opened(name) for name in ("elm", "riverstone"))
            for clinic in (elm, riverstone):
                patients.connect(urls.superuser, clinic)
        finally:
            session.dispose()
    counting = Counting(app)
    server = make_server("127.0.0.1", port, counting, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        sandbox.tell("webhook", url=f"http://127.0.0.1:{server.server_port}/hooks/stripe", secret=SECRET)
        yield Live(urls, server.server_port, elm, riverstone, sandbox, counting.rest)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _opened(name: str) -> Clinic:
    clinic = journeys.open_clinic(name)
    with within(clinic.id):
        tenants.add_host(clinic.id, f"{name}.localhost")
    return clinic


def emptied(live: Live) -> Live:
    """Empty both calendars and forget who knocked how often."""
    for clinic in (live.elm, live.riverstone):
        patients.emptied(live.urls.superuser, clinic)
    with psycopg.connect(live.urls.superuser) as connection:
        connection.execute("DELETE FROM rate_limits")
    return live


def do_without_chromium() -> NoReturn:
    """Skip where a person tests without Chromium; CI may not."""
    reason = "Chromium is not installed (on Debian: apt-get install chromium)"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass
class Chromium:
    """A browser whose every page is listened to."""

    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def page(self, width: int = DESK, **options: Any) -> Page:
        """Open a window of its own, with cookies of its own."""
        context = self.browser.new_context(viewport={"width": width, "height": 844}, **options)
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def close_all(self) -> list[str]:
        """Close what is open; return what the pages complained of."""
        for context in self.contexts:
            context.close()
        heard, self.complaints = self.complaints, []
        self.contexts.clear()
        return heard

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not REFUSED.match(message.text):
            self.complaints.append(message.text)


@contextlib.contextmanager
def launched(path: Path) -> Iterator[Chromium]:
    """Run Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield Chromium(browser)
        finally:
            browser.close()


def inaccessible(page: Page) -> list[str]:
    """Return what axe finds serious or critical on the page; dark differs from light in colours alone."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE.read_text())
        page.context.add_init_script(path=AXE)  # the pages that follow have it as they load
    return [*_violations(page, "light", {}), *_violations(page, "dark", {"runOnly": ["color-contrast"]})]


def _violations(page: Page, scheme: Literal["light", "dark"], rules: dict[str, Any]) -> list[str]:
    # Buttons fade from one colour to the other, unless asked not to; axe must not look in between.
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.evaluate("Promise.allSettled(document.getAnimations().map(one => one.finished))")
    found = page.evaluate("options => axe.run(options)", {"resultTypes": ["violations"], **rules})
    return [
        f"{page.url} ({scheme}): {one['id']}: " + ", ".join(node["html"][:120] for node in one["nodes"][:3])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def choose_time(page: Page) -> None:
    """Take the first time that nobody has to decide on, on the first day with one; the hour decides which."""
    days = page.locator("a.day:not(.off)")
    for number in range(7):
        free = page.locator("button.time").filter(has_not_text="on request")
        if free.count():
            return free.first.click()
        days.nth(number + 1).click()
        expect(days.nth(number + 1)).to_have_attribute("aria-current", "date")
    pytest.fail("each time is on request")


def fill_in(page: Page, **changed: str) -> None:
    """Say who the visit is for."""
    said = {"given_name": "Ann", "family_name": "Lee", "email": "ann@mail.example", "phone": "(212) 555-0123"}
    for name, value in {**said, **changed}.items():
        page.fill(f"#{name}", value)
    page.check("#terms")


def book_button(page: Page) -> Locator:
    """Return the button that books, whichever the width shows."""
    return page.get_by_role("button", name=re.compile("^Book"))


def lapse(live: Live) -> None:
    """Let every hold have ended."""
    for clinic in (live.elm, live.riverstone):
        patients.lapse(live.urls.superuser, clinic)
