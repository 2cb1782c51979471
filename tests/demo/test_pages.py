"""What someone sees who opens the demo's address."""

import stat

import pytest

from tests.demo.running import Demo

CLINICS = {"riverstone": "Riverstone Movement", "elm": "Elm Acupuncture"}


def test_the_demo_says_that_it_is_well(shared_demo: Demo) -> None:
    assert shared_demo.browser().get("/healthz").text.strip() == '{"ok":true}'


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_first_page_shows_both_clinics_and_their_log_ins(shared_demo: Demo, host: str) -> None:
    page = shared_demo.browser(host).get("/").text
    for slug, name in CLINICS.items():
        assert name in page
        assert f"http://{slug}.localhost:{shared_demo.port}/" in page
        for log_in in shared_demo.log_ins()[slug]:
            assert log_in["email"] in page
            assert log_in["password"] in page


def test_every_role_of_staff_has_a_log_in(shared_demo: Demo) -> None:
    roles = " ".join(log_in["role"] for log_in in shared_demo.log_ins()["riverstone"])
    assert all(
        role in roles
        for role in ("Owner", "Manager", "Medical director", "Clinical admin", "Practitioner", "Front desk")
    )


@pytest.mark.parametrize("slug", CLINICS)
def test_a_log_in_works_on_its_own_host_alone(shared_demo: Demo, slug: str) -> None:
    owner = shared_demo.log_ins()[slug][0]
    browser = shared_demo.browser(f"{slug}.localhost")
    assert browser.log_in(owner).status == 302
    assert owner["name"] in browser.get("/staff/practice").text
    other = next(name for name in CLINICS if name != slug)
    browser.host = f"{other}.localhost"
    assert browser.get("/staff/practice").status == 302
    assert shared_demo.browser(f"{other}.localhost").log_in(owner).status == 422


def test_cookies_carry_the_port(shared_demo: Demo) -> None:
    browser = shared_demo.browser("elm.localhost")
    browser.log_in(shared_demo.log_ins()["elm"][0])
    assert set(browser.cookies) == {
        f"needlepoint_{name}_{shared_demo.port}" for name in ("form", "session", "device")
    }


def test_the_log_ins_are_for_their_owner_alone(shared_demo: Demo) -> None:
    for name in ("log-ins.json", "secret-key"):
        assert stat.S_IMODE((shared_demo.data_dir / name).stat().st_mode) == 0o600


def test_programs_name_the_tenant_in_a_header(shared_demo: Demo) -> None:
    answer = shared_demo.browser("127.0.0.1").get("/api/v1/ping")
    assert answer.status == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
