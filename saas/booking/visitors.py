"""Visitors: who they are (the digest of a random cookie), and how much they may hold.

At most one open hold each, three new ones per address and hour, and a share per clinic; beyond that a
proof of work, which a browser does by itself and which is good once.
"""

import base64
import hashlib
import hmac
import ipaddress
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import randbelow
from typing import Any

import altcha
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from sqlalchemy import func, select

from saas.db import session
from saas.kernel.errors import Invalid
from saas.kernel.text import N_
from saas.scheduling.models import Appointment
from saas.scheduling.states import State
from saas.web import throttle

PER_ADDRESS = RateLimitItemPerHour(3)
SHARE_OF_A_CLINIC = 60
SHORTEST_SECRET = 32
PROOF_LASTS = timedelta(minutes=10)
SOLVED_ONCE = RateLimitItemPerMinute(1, 10)
ALGORITHM, ROUNDS, TRIES = "PBKDF2/SHA-256", 2000, 400


class ProofNeeded(Invalid):
    """Many times are being held; the visitor's browser is asked for a proof of work first."""

    code = "proof_needed"
    sentence = N_(
        "Many times are being reserved from here at the moment, so we check that a person is asking."
    )


@dataclass(frozen=True)
class Knock:
    """A visitor who wants to hold a time: from where, with what proof; *key* signs the challenges."""

    address: str
    proof: str
    key: bytes


def digest(secret: str | None) -> str | None:
    """Return what is kept of the visitor's cookie; None where it is none of ours."""
    if not secret or len(secret) < SHORTEST_SECRET:
        return None
    return hashlib.sha256(secret.encode()).hexdigest()


def find_open_hold(holder_digest: str | None, now: datetime) -> Appointment | None:
    """Return the visitor's one open hold, unlocked."""
    if holder_digest is None:
        return None
    query = select(Appointment).where(
        Appointment.holder_digest == holder_digest,
        Appointment.state == State.HELD,
        Appointment.held_until > now,
    )
    return session.current().scalar(query.order_by(Appointment.id.desc()).limit(1))


def find_next(row: Appointment, now: datetime) -> Appointment | None:
    """Return what the visitor went on to after *row*: their open hold, or else what they booked since."""
    query = select(Appointment).where(
        Appointment.holder_digest == row.holder_digest, Appointment.created_at > row.created_at,
        Appointment.state.in_([State.CONFIRMED, State.PENDING]),
    ).order_by(Appointment.created_at.desc()).limit(1)  # fmt: skip
    return find_open_hold(row.holder_digest, now) or session.current().scalar(query)


@contextmanager
def admitted(knock: Knock, now: datetime) -> Iterator[None]:
    """Count one hold, made in the block; a block that fails is not counted. ProofNeeded."""
    whose = ("holds", str(session.current().tenant_id), network(knock.address))
    is_counted = throttle.take(PER_ADDRESS, *whose)
    try:
        if (not is_counted or _open_holds(now) >= SHARE_OF_A_CLINIC) and not _is_proved(knock):
            raise ProofNeeded
        yield
    except BaseException:
        throttle.give_back(PER_ADDRESS, *whose)
        raise


def network(address: str) -> str:
    """Return what counts as one address: an IPv4 address, or the /64 that one IPv6 customer has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    prefix = 32 if found.version == 4 else 64
    return str(ipaddress.ip_network((found, prefix), strict=False))


def signing_key(secret_key: str) -> bytes:
    """Return the key that signs challenges, derived from the process's secret."""
    return hmac.digest(secret_key.encode(), b"booking/proof-of-work", "sha256")


def challenge(key: bytes, now: datetime) -> dict[str, Any]:
    """Return a new challenge for the browser: a few hundred tries, a second or so of work."""
    made = altcha.create_challenge(
        ALGORITHM,
        ROUNDS,
        counter=TRIES // 4 + randbelow(TRIES),
        expires_at=now + PROOF_LASTS,
        hmac_secret=key,
    )
    asked: dict[str, Any] = made.to_dict()
    return asked


def _is_proved(knock: Knock) -> bool:
    """Whether the proof is right, in time, and used for the first time."""
    if not knock.proof or not altcha.verify_solution(knock.proof, knock.key).verified:
        return False
    # What was signed, not the text around it, which can be written in many ways.
    signature = json.loads(base64.b64decode(knock.proof))["challenge"]["signature"]
    return throttle.take(SOLVED_ONCE, "proof", str(signature))


def _open_holds(now: datetime) -> int:
    query = select(func.count()).where(
        Appointment.state == State.HELD, Appointment.held_until > now, Appointment.source == "online"
    )
    return session.current().scalar(query) or 0
