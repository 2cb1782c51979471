"""The door's patience: it ends for who guesses, and never for who belongs here."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from saas.db import session
from saas.identity import logging_in
from saas.identity.logging_in import Attempt, LogInRefused
from saas.identity.roles import Role
from saas.kernel.errors import TooMany
from saas.web import throttle
from tests.ground import within
from tests.journeys import kit
from tests.journeys.kit import Clinic

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PER_PAIR, PER_ADDRESS, PER_DEVICE = 5, 50, 10


def knock(clinic: Clinic, email: str, address: str, password: str = "wrong", device: str = "") -> str:
    """Try the door; return `in`, `refused` or `wait`."""
    try:
        with within(clinic.id):
            attempt = Attempt(email, password, address, "a test", device)
            logging_in.log_in(attempt, kit.SECRET_KEY, NOW)
    except LogInRefused:
        return "refused"
    except TooMany as error:
        return "wait" if 0 < error.retry_after <= 900 else f"wait {error.retry_after}"
    return "in"


def device_of(clinic: Clinic, email: str) -> str:
    with within(clinic.id):
        return logging_in.device_cookie(email, kit.SECRET_KEY)


@pytest.fixture
def email(riverstone: Clinic) -> str:
    return kit.hire(riverstone, Role.FRONT_DESK)[1]


def test_guessing_at_one_account_from_one_address_ends(riverstone: Clinic, email: str) -> None:
    address = kit.fresh_address()
    knocks = [knock(riverstone, email, address) for _ in range(PER_PAIR + 2)]
    assert knocks == ["refused"] * PER_PAIR + ["wait"] * 2
    assert knock(riverstone, email, address, kit.PASSWORD) == "wait"


def test_the_account_stays_open_to_every_other_address(riverstone: Clinic, email: str) -> None:
    address = kit.fresh_address()
    for _ in range(PER_PAIR + 1):
        knock(riverstone, email, address)
    assert knock(riverstone, email, kit.fresh_address(), kit.PASSWORD) == "in"


def test_trying_many_accounts_from_one_address_ends(riverstone: Clinic, email: str) -> None:
    address = kit.fresh_address()
    knocks = [knock(riverstone, f"guess-{n}@clinic.example", address) for n in range(PER_ADDRESS + 1)]
    assert knocks == ["refused"] * PER_ADDRESS + ["wait"]
    assert knock(riverstone, email, address, kit.PASSWORD) == "wait"


def test_a_browser_that_was_in_before_is_not_shut_out_by_strangers_at_its_address(
    riverstone: Clinic, email: str
) -> None:
    address, device = kit.fresh_address(), device_of(riverstone, email)
    for n in range(PER_ADDRESS + 1):
        knock(riverstone, email if n % 2 else f"guess-{n}@clinic.example", address)
    assert knock(riverstone, email, address, kit.PASSWORD) == "wait"
    assert knock(riverstone, email, address, kit.PASSWORD, device) == "in"


def test_a_known_browser_s_guesses_end_too_and_harm_no_other_browser(riverstone: Clinic, email: str) -> None:
    one, other = device_of(riverstone, email), device_of(riverstone, email)
    assert one != other
    knocks = [knock(riverstone, email, kit.fresh_address(), device=one) for _ in range(PER_DEVICE + 1)]
    assert knocks == ["refused"] * PER_DEVICE + ["wait"]
    assert knock(riverstone, email, kit.fresh_address(), kit.PASSWORD, other) == "in"


@pytest.mark.parametrize("whose", ["another account's", "another clinic's", "forged", "é.é", "a.b.c", "."])
def test_only_the_account_s_own_device_cookie_counts(
    riverstone: Clinic, elm: Clinic, email: str, whose: str
) -> None:
    _, other = kit.hire(riverstone, Role.OWNER)
    cookies = {
        "another account's": device_of(riverstone, other),
        "another clinic's": device_of(elm, email),
        "forged": device_of(riverstone, email)[:-1] + "x",
    }
    address, device = kit.fresh_address(), cookies.get(whose, whose)
    knocks = [knock(riverstone, email, address, device=device) for _ in range(PER_PAIR + 1)]
    assert knocks[-1] == "wait"


def test_coming_in_clears_the_account_s_count_and_not_the_address_s(riverstone: Clinic, email: str) -> None:
    address = kit.fresh_address()
    for _ in range(3):
        for _ in range(PER_PAIR - 1):
            assert knock(riverstone, email, address) == "refused"
        assert knock(riverstone, email, address, kit.PASSWORD) == "in"
    others = [knock(riverstone, f"guess-{n}@clinic.example", address) for n in range(PER_ADDRESS)]
    assert others.count("refused") == PER_ADDRESS - 3 * (PER_PAIR - 1)


def test_a_failure_counts_though_its_request_is_rolled_back(riverstone: Clinic) -> None:
    key = kit.fresh_address()
    with pytest.raises(ZeroDivisionError), within(riverstone.id):
        throttle.count(logging_in.PER_ACCOUNT_AND_ADDRESS, "pair", key)
        _ = 1 / 0
    for _ in range(PER_PAIR - 1):
        throttle.count(logging_in.PER_ACCOUNT_AND_ADDRESS, "pair", key)
    with pytest.raises(TooMany):
        throttle.require(logging_in.PER_ACCOUNT_AND_ADDRESS, "pair", key)
    throttle.forget(logging_in.PER_ACCOUNT_AND_ADDRESS, "pair", key)
    throttle.require(logging_in.PER_ACCOUNT_AND_ADDRESS, "pair", key)


def test_a_window_that_has_ended_counts_for_nothing_and_is_swept(riverstone: Clinic) -> None:
    key = kit.fresh_address()
    for _ in range(PER_PAIR):
        throttle.count(logging_in.PER_ACCOUNT_AND_ADDRESS, "pair", key)
    with session.engine().begin() as connection:
        connection.exec_driver_sql("UPDATE rate_limits SET expires_at = now() - interval '1 second'")
    throttle.require(logging_in.PER_ACCOUNT_AND_ADDRESS, "pair", key)
    throttle.sweep()
    with session.engine().connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM rate_limits").scalar_one() == 0


def test_the_page_says_when_to_come_back(riverstone: Clinic, app: Flask, email: str) -> None:
    browser = kit.visit(riverstone)
    for _ in range(PER_PAIR):
        knock(riverstone, email, browser.address)
    response = browser.log_in(email)
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 900
    assert "Too many attempts. Please wait a few minutes and try again." in response.text
    assert not browser.is_in()


def test_the_device_cookie_of_a_log_in_is_what_counts_later(
    riverstone: Clinic, app: Flask, email: str
) -> None:
    browser = kit.visit(riverstone)
    browser.log_in(email)
    browser.post("/staff/log-out")
    for _ in range(PER_PAIR):
        knock(riverstone, email, browser.address)
    assert browser.log_in(email).status_code == 302
    assert browser.is_in()
