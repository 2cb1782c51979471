"""Logging in, throttled without a way for a stranger to lock anyone out.

Failures count per account and address, and per address. A browser that has logged in to the account
before carries a device cookie and has a count of its own, so what strangers do elsewhere, or behind
the same address, never shuts out its owner. Unknown and wrong get the same answer after the same work.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime

from limits import RateLimitItem, parse

from saas.db import session
from saas.identity import passwords, sessions, users
from saas.identity.sessions import digest
from saas.journal import book
from saas.kernel import ids
from saas.kernel.actors import Actor, ActorKind
from saas.kernel.errors import Invalid, TooMany
from saas.kernel.text import N_
from saas.web import throttle

PER_ACCOUNT_AND_ADDRESS = parse("5 per 15 minute")
PER_ADDRESS = parse("50 per 15 minute")
PER_DEVICE = parse("10 per 15 minute")


class LogInRefused(Invalid):
    """No such account, or another password: nobody is told which."""

    code = "log_in_refused"
    sentence = N_("This e-mail and password do not go together.")


@dataclass(frozen=True)
class Attempt:
    """Someone at the door. *device* is the device cookie, or nothing."""

    email: str
    password: str
    address: str
    user_agent: str
    device: str


def log_in(attempt: Attempt, secret_key: str, now: datetime) -> str:
    """Return the secret of a new session. LogInRefused, or TooMany from a door knocked at too often."""
    counts = _counts(attempt, secret_key)
    for limit, *key in counts:
        throttle.require(limit, *key)
    user = users.find(attempt.email)
    right = passwords.matches(attempt.password, user.password_hash if user else None)
    if user is None or not right or user.disabled_at is not None:
        for limit, *key in counts:
            throttle.count(limit, *key)
        book.audit("log_in", "user", [user.id] if user else [], Actor(ActorKind.VISITOR),
                   address=attempt.address, refused=True)  # fmt: skip
        raise LogInRefused
    throttle.forget(counts[0][0], *counts[0][1:])
    return sessions.open_for(user.id, attempt.user_agent, attempt.address, now)


def device_cookie(email: str, secret_key: str) -> str:
    """Return what a browser keeps to show that this account logged in there before; no two are alike."""
    browser = ids.secret()
    return f"{browser}.{_device_mark(browser, email, secret_key)}"


def _device_mark(browser: str, email: str, secret_key: str) -> str:
    message = f"device\0{session.current().tenant_id}\0{email.strip().lower()}\0{browser}"
    return hmac.digest(secret_key.encode(), message.encode(), "sha256").hex()


def _is_known(attempt: Attempt, secret_key: str) -> bool:
    browser, _, mark = attempt.device.partition(".")
    return hmac.compare_digest(mark.encode(), _device_mark(browser, attempt.email, secret_key).encode())


def _counts(attempt: Attempt, secret_key: str) -> list[tuple[RateLimitItem, *tuple[str, ...]]]:
    account = f"{session.current().tenant_id}:{attempt.email.strip().lower()}"
    if _is_known(attempt, secret_key):
        return [(PER_DEVICE, "device", account, digest(attempt.device))]
    return [
        (PER_ACCOUNT_AND_ADDRESS, "pair", account, attempt.address),
        (PER_ADDRESS, "address", attempt.address),
    ]


__all__ = ["Attempt", "LogInRefused", "TooMany", "device_cookie", "log_in"]
