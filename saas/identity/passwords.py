"""Passwords: argon2id, and no weak ones.

Parameters are argon2-cffi's defaults, the low-memory recommendation of RFC 9106, section 4
(https://www.rfc-editor.org/rfc/rfc9106). Strength is judged by zxcvbn, not by rules of characters
(NIST SP 800-63B, https://pages.nist.gov/800-63-4/sp800-63b.html).
"""

import functools

import argon2
from zxcvbn import zxcvbn

from saas.kernel.errors import Invalid
from saas.kernel.text import N_

SHORTEST, LONGEST = 10, 256
LEAST_SCORE = 3

_hasher = argon2.PasswordHasher()


class PasswordTooWeak(Invalid):
    """The password is too short, too long or too easily guessed."""

    code = "password_too_weak"


def hashed(password: str) -> str:
    """Return the argon2id hash of *password*."""
    return _hasher.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Whether *password* is the one; with no hash the same work is done for nothing."""
    try:
        return _hasher.verify(password_hash or _decoy(), password[:LONGEST]) and password_hash is not None
    except (argon2.exceptions.VerifyMismatchError, argon2.exceptions.InvalidHashError):
        return False


def require_strong(password: str, *about: str) -> None:
    """Raise PasswordTooWeak unless *password* is hard to guess, also for who knows *about* the person."""
    if len(password) < SHORTEST:
        raise PasswordTooWeak(
            N_("Use at least %(shortest)d characters; a few words do well."), shortest=SHORTEST
        )
    if len(password) > LONGEST:
        raise PasswordTooWeak(N_("Use at most %(longest)d characters."), longest=LONGEST)
    if zxcvbn(password[:72], user_inputs=list(about))["score"] < LEAST_SCORE:
        raise PasswordTooWeak(N_("This password is easily guessed. A few unrelated words are better."))


@functools.cache
def _decoy() -> str:
    return _hasher.hash("no one has this password")
