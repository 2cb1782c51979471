"""Headers of every response, whatever it is: no inline code, nothing personal in a cache."""

import pytest
from flask import Flask

from saas.app import create_app
from saas.identity.roles import Role
from saas.web import assets
from saas.web.settings import Settings
from tests.journeys import kit
from tests.journeys.kit import Browser, Clinic

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'"
)
EVERYWHERE = {
    "Content-Security-Policy": CSP, "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}  # fmt: skip
FOREVER = "public, max-age=31536000, immutable"
ANSWERS = [
    ("GET", "/", 200), ("GET", "/staff/log-in", 200), ("GET", "/staff", 302), ("GET", "/nowhere", 404),
    ("GET", "/static/nowhere", 404), ("GET", "/static/dist/nowhere.css", 404), ("POST", "/", 405),
    ("POST", "/staff/log-in", 400), ("GET", "/api/v1/ping", 401), ("GET", "/api/v1/nowhere", 404),
    ("GET", "/api/v1/openapi.json", 200), ("GET", "/brand.css", 200), ("GET", "/healthz", 200), ("GET", "/fault", 500),
    ("HEAD", "/", 200), ("OPTIONS", "/", 200),
]  # fmt: skip


@pytest.fixture(scope="module")
def faulty() -> Flask:
    """An application with a page that fails, which knows of no sandbox: its address stands in a header."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("STRIPE_API_BASE", "STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET"):
            patch.delenv(name, raising=False)
        made = create_app(Settings(secret_key=kit.SECRET_KEY, dev=True, https=False))

    def fault() -> None:
        raise ZeroDivisionError

    from saas.web.access import without_tenant

    made.add_url_rule("/fault", "fault", without_tenant(fault))
    return made


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_has_every_header(
    riverstone: Clinic, faulty: Flask, method: str, path: str, status: int
) -> None:
    response = Browser(faulty, riverstone.host).open(method, path)
    assert response.status_code == status
    assert {name: response.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert "Strict-Transport-Security" not in response.headers
    assert "Server" not in response.headers
    if path not in ("/brand.css",):
        assert response.headers["Cache-Control"] in ("no-store", "private, no-cache")
        assert {"Cookie", "HX-Request"} <= {value.strip() for value in response.headers["Vary"].split(",")}
    if status >= 400:
        assert response.headers["Cache-Control"] == "no-store"


def test_https_is_remembered_by_the_browser_where_it_is_used(riverstone: Clinic) -> None:
    browser = Browser(create_app(Settings(secret_key="x")), riverstone.host)
    assert browser.get("/").headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_pages_hold_no_inline_code(riverstone: Clinic, app: Flask) -> None:
    from lxml import html

    for path in ("/", "/staff/log-in", "/staff/practice", "/staff/account/sessions", "/nowhere"):
        page = html.fromstring(kit.log_in_as(riverstone, Role.OWNER).get(path).data)
        assert [script.text for script in page.iter("script") if (script.text or "").strip()] == []
        assert list(page.iter("style")) == []
        assert page.xpath("//@style | //@*[starts-with(name(), 'on')]") == []


def test_what_is_personal_is_stored_nowhere(riverstone: Clinic, app: Flask) -> None:
    owner = kit.log_in_as(riverstone, Role.OWNER)
    for path in ("/", "/staff/practice", "/staff/account/sessions", "/disclaimer"):
        assert owner.get(path).headers["Cache-Control"] == "no-store"
    headers = {"Authorization": f"Bearer {kit.token_for(riverstone)}"}
    assert (
        kit.visit(riverstone).get("/api/v1/locations", headers=headers).headers["Cache-Control"] == "no-store"
    )


def test_a_page_with_a_form_s_token_is_stored_nowhere(riverstone: Clinic, app: Flask) -> None:
    visitor = kit.visit(riverstone)
    pages = [visitor.get("/staff/log-in") for _ in range(2)]
    assert [page.headers["Cache-Control"] for page in pages] == ["no-store"] * 2
    assert "Set-Cookie" in pages[0].headers
    assert visitor.get("/").headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("name", ["public.css", "staff.js", "favicon.svg", "inter-latin-wght-normal.woff2"])
def test_a_hashed_asset_is_kept_for_ever_and_varies_by_nothing(
    riverstone: Clinic, app: Flask, name: str
) -> None:
    path = f"/static/dist/{assets.manifest(assets.MANIFEST)[name]}"
    response = kit.log_in_as(riverstone, Role.OWNER).get(path)
    assert (response.status_code, response.headers["Cache-Control"]) == (200, FOREVER)
    assert "Vary" not in response.headers
    assert "Set-Cookie" not in response.headers


def test_the_clinic_s_colours_are_kept_for_ever_under_their_version(
    riverstone: Clinic, elm: Clinic, app: Flask
) -> None:
    import re

    sheets = {}
    for clinic in (riverstone, elm):
        address = re.search(r'href="(/brand\.css\?v=\d+)"', kit.visit(clinic).get("/").text)
        assert address
        sheets[clinic.slug] = kit.visit(clinic).get(address.group(1))
    assert len({sheet.text for sheet in sheets.values()}) == 2
    for sheet in sheets.values():
        assert sheet.headers["Cache-Control"] == FOREVER
        assert "Vary" not in sheet.headers


def test_an_asset_that_no_build_made_has_no_address(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(KeyError):
        assets.asset("nowhere.css")
