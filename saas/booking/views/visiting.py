"""The visitor at the door: their cookie, and the flags it is set with.

The cookie is a random secret, set only when a time is held; the database knows its digest alone.
"""

from datetime import timedelta

from flask import request
from werkzeug.wrappers import Response

from saas.booking import visitors
from saas.booking.visitors import Knock
from saas.kernel import ids
from saas.kernel.actors import Actor, ActorKind
from saas.scheduling.refusals import NoSuchHold
from saas.web import edge

VISITOR = Actor(ActorKind.VISITOR)
REMEMBERED = timedelta(days=1)


def digest() -> str | None:
    """Return the digest of the visitor's cookie, or None."""
    return visitors.digest(secret())


def require_digest() -> str:
    """Return the digest of the visitor's cookie. NoSuchHold where there is none."""
    found = digest()
    if found is None:
        raise NoSuchHold
    return found


def secret() -> str | None:
    """Return the visitor's secret, where it is one of ours."""
    kept = request.cookies.get(edge.settings().cookie("visitor"))
    return kept if visitors.digest(kept) else None


def fresh_secret() -> str:
    """Return the visitor's secret, or a new one."""
    return secret() or ids.secret()


def remember(response: Response, kept: str) -> Response:
    """Set the visitor's cookie."""
    response.set_cookie(
        edge.settings().cookie("visitor"), kept, max_age=int(REMEMBERED.total_seconds()), path="/",
        httponly=True, secure=edge.settings().https, samesite="Lax",
    )  # fmt: skip
    return response


def knock(proof: str) -> Knock:
    """Return who is knocking, with their proof of work or nothing."""
    return Knock(edge.address(), proof, key())


def key() -> bytes:
    """Return the key that signs proofs of work."""
    return visitors.signing_key(edge.settings().secret_key)
