"""Cross-site request forgery: without the form's own token, or from another site, nothing is done."""

import re

import pytest
from flask import Flask

from saas.app import create_app
from saas.identity.roles import Role
from saas.web.settings import Settings
from tests.journeys import kit
from tests.journeys.kit import Browser, Clinic

STALE = "This page was open for too long. Go back, reload it and try again."


@pytest.fixture
def owner(riverstone: Clinic, app: Flask) -> Browser:
    return kit.log_in_as(riverstone, Role.OWNER)


def test_a_form_without_its_token_does_nothing(owner: Browser) -> None:
    response = owner.open("POST", "/staff/log-out")
    assert (response.status_code, STALE in response.text) == (400, True)
    assert owner.is_in()


def test_a_forged_or_foreign_token_does_nothing(riverstone: Clinic, owner: Browser) -> None:
    theirs = kit.visit(riverstone).form_token()
    mine = owner.form_token()
    for token in ("x", "", theirs, mine[:-1], mine.swapcase()):
        response = owner.open("POST", "/staff/log-out", data={"csrf_token": token})
        assert (response.status_code, STALE in response.text) == (400, True)
    assert owner.is_in()


def test_the_token_comes_in_a_header_too(owner: Browser) -> None:
    response = owner.open("POST", "/staff/log-out", headers={"X-CSRFToken": owner.form_token()})
    assert response.status_code == 302


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "SAME-ORIGIN"])
def test_another_site_s_page_does_nothing_even_with_the_token(owner: Browser, site: str) -> None:
    response = owner.post("/staff/log-out", headers={"Sec-Fetch-Site": site})
    assert (response.status_code, "This request came from another site" in response.text) == (403, True)
    assert owner.is_in()


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_one_s_own_page_may(owner: Browser, site: str) -> None:
    assert owner.post("/staff/log-out", headers={"Sec-Fetch-Site": site}).status_code == 302
    assert not owner.is_in()


def test_links_from_elsewhere_still_open_pages(owner: Browser) -> None:
    response = owner.get("/staff/practice", headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 200


def test_every_form_that_changes_something_holds_a_token(owner: Browser) -> None:
    for path in ("/staff/account/sessions", "/staff/account/password", "/staff/practice"):
        page = owner.get(path).text
        forms = re.findall(r'<form[^>]*method="post".*?</form>', page, re.S)
        assert forms
        assert all('name="csrf_token"' in form for form in forms)


def test_a_body_over_the_limit_is_a_page_that_says_so(riverstone: Clinic) -> None:
    browser = Browser(create_app(Settings(secret_key=kit.SECRET_KEY, dev=True, https=False)), riverstone.host)
    response = browser.open("POST", "/staff/log-in", data={"email": "x" * (1024 * 1024 + 1)})
    assert (response.status_code, "What you sent is larger than we accept." in response.text) == (413, True)
