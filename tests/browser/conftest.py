"""A running clinic and a browser to visit it with."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from saas.db.settings import Urls
from tests.browser import kit
from tests.browser.kit import Chromium, Live
from tests.sandbox import standing


@pytest.fixture(scope="session")
def _live(urls: Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with (
        standing.running(tmp_path_factory.mktemp("sandbox")) as sandbox,
        kit.serving(urls, sandbox) as live,
    ):
        yield live


@pytest.fixture
def live(_live: Live, database: Urls, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """Both clinics at elm.localhost and riverstone.localhost, with empty calendars."""
    standing.point_to(_live.sandbox, monkeypatch)
    yield kit.emptied(_live)
    _live.rest()  # before the database goes, whose connection a last request may have


@pytest.fixture(scope="module")
def _chromium() -> Iterator[Chromium]:
    path = shutil.which("chromium")
    if path is None:
        kit.do_without_chromium()
    # Per module: Playwright's loop runs as long as it lives, and other tests run loops of their own.
    with kit.launched(Path(str(path))) as chromium:
        yield chromium


@pytest.fixture
def chromium(_chromium: Chromium, live: Live) -> Iterator[Chromium]:
    """The browser; a page that complained fails its test."""
    yield _chromium
    assert _chromium.close_all() == []
