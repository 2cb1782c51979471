"""Every page of the address map that needs no id, as each role and as a visitor, in light and dark: axe finds
nothing serious, and none is wider than the screen.
"""

import pytest

from saas.app import create_app
from saas.identity.roles import Role
from saas.web.settings import Settings
from tests.browser import kit
from tests.browser.kit import WIDTHS, Chromium, Live
from tests.journeys import kit as journeys

pytestmark = [pytest.mark.browser, pytest.mark.long]
# What is no page: data, files, feeds, styles.
NO_PAGES = ("/api/", "/static/", "/brand.css", "/healthz", "/hooks/", "/staff/schedule/")


def addresses() -> list[str]:
    """Return the addresses of the map that take no parameter and are read by a person."""
    rules = create_app(Settings(secret_key="for the map alone", dev=True, https=False)).url_map.iter_rules()
    return sorted({
        rule.rule for rule in rules
        if "GET" in (rule.methods or ()) and not rule.arguments
        and not rule.rule.startswith(NO_PAGES) and not rule.rule.endswith(".zip")
    })  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("role", [None, *Role])
def test_every_page_is_accessible(live: Live, chromium: Chromium, role: Role | None, width: int) -> None:
    page, found, looked = chromium.page(width), [], 0
    if role is not None:
        secret = journeys.log_in_as(live.riverstone, role).cookie() or ""
        name = f"{journeys.SESSION}_{live.port}"
        page.context.add_cookies([{"name": name, "value": secret, "url": live.url("riverstone")}])
    for path in addresses():
        answer = page.goto(live.url("riverstone", path))
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        looked += 1
        found += kit.inaccessible(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{path} is wider than {width}")
    assert looked > 5
    assert found == []
