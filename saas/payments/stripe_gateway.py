"""The one door to Stripe. What comes back are plain values; what goes out are opaque ids and neutral words.

No clinical word passes here: a payment is "Deposit", a patient is nobody. Calls are made with no
transaction open (`db.session.outside`).
"""

import functools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import stripe
import structlog

from saas.kernel import ids
from saas.kernel.errors import DomainError, Invalid, Unavailable
from saas.kernel.text import N_
from saas.payments import settings
from saas.payments.settings import StripeSettings

TIMEOUT_SECONDS = 10
REPEATS = 1
TOLERANCE = timedelta(minutes=5)
SERVER_ERROR = 500
# Too busy, the same asked just now, or our own key refused: nothing is known of what was asked before.
NO_ANSWER = frozenset({401, 403, 409, 429})
WORD = "Deposit"
log = structlog.get_logger()


class Unanswered(Unavailable):
    """Nobody knows whether Stripe did it: no answer came, or it was too busy. Ask the same again later."""

    code = "stripe_unanswered"
    sentence = N_("The payment service does not answer just now. Nothing was charged; please try again.")


class Broken(Unanswered):
    """Stripe failed, and would repeat that answer for the same key: look first, then ask with a new one."""


class StripeRefused(DomainError):
    """Stripe said no, and meant it."""

    status = 502
    code = "stripe_refused"

    def __init__(self, why: str, message: str = "") -> None:
        super().__init__(message or why)
        self.why = why


class NotFromStripe(Invalid):
    """A webhook that Stripe did not send, or not just now."""

    status = 400
    code = "not_from_stripe"
    sentence = N_("This is not signed by the payment service.")


@dataclass(frozen=True)
class Asked:
    """What a payment page is opened with; asked twice with one *key*, it is one page."""

    payment_id: UUID
    key: str
    account: str
    currency: str
    amount_minor: int
    page: str
    expires_at: datetime


@dataclass(frozen=True)
class ChargeSeen:
    """What a card was charged; *fee_minor* is None until Stripe has booked it."""

    id: str
    card_brand: str | None
    card_last4: str | None
    fee_minor: int | None
    created_at: datetime


@dataclass(frozen=True)
class SessionSeen:
    """A payment page as Stripe has it now: open, expired or complete."""

    id: str
    payment_id: UUID | None
    status: str
    is_paid: bool
    url: str | None
    currency: str
    amount_minor: int
    charge: ChargeSeen | None = None


@dataclass(frozen=True)
class RefundSeen:
    """A refund as Stripe has it now; *refund_id* is ours where we asked for it."""

    id: str
    refund_id: UUID | None
    charge_id: str
    status: str
    failure: str | None
    currency: str
    amount_minor: int
    created_at: datetime


@dataclass(frozen=True)
class DisputeSeen:
    """A dispute as Stripe has it now; *moves* are the amounts (signed) and fees that it moved so far.

    An inquiry moves none, a dispute that is won moves two.
    """

    id: str
    charge_id: str
    status: str
    currency: str
    amount_minor: int
    moves: tuple[tuple[int, int], ...]
    created_at: datetime


@dataclass(frozen=True)
class MovementSeen:
    """A balance transaction: its kind, signed amount, fee, and the id of what it is about."""

    id: str
    kind: str
    source: str | None
    currency: str
    amount_minor: int
    fee_minor: int
    created_at: datetime


@dataclass(frozen=True)
class EventSeen:
    """What a webhook tells: that something happened to an object of an account."""

    id: str
    account: str
    type: str
    object_id: str


def open_session(asked: Asked) -> SessionSeen:
    """Open a payment page. Raises Unanswered, Broken, StripeRefused."""
    ours = {"payment": str(asked.payment_id)}
    price = {"currency": asked.currency.lower(), "unit_amount": asked.amount_minor,
             "product_data": {"name": WORD}}  # fmt: skip
    wanted: Any = {
        "mode": "payment", "client_reference_id": str(asked.payment_id), "metadata": ours,
        "line_items": [{"quantity": 1, "price_data": price}],
        "payment_intent_data": {"metadata": ours}, "allowed_payment_method_types": ["card"],
        "success_url": f"{asked.page}/paid", "cancel_url": f"{asked.page}/unpaid",
        "expires_at": int(asked.expires_at.timestamp()),
    }  # fmt: skip
    return _session(
        _ask(lambda c, o: c.v1.checkout.sessions.create(wanted, o), asked.account, asked.key, REPEATS)
    )


def get_session(account: str, session_id: str) -> SessionSeen:
    """Return a payment page with what was charged on it. Raises Unanswered, StripeRefused."""
    wanted: Any = {"expand": ["payment_intent.latest_charge.balance_transaction"]}
    return _session(_ask(lambda c, o: c.v1.checkout.sessions.retrieve(session_id, wanted, o), account))


def expire_session(account: str, session_id: str) -> SessionSeen:
    """End a payment page. Raises Unanswered; StripeRefused for one that is complete or has ended."""
    return _session(_ask(lambda c, o: c.v1.checkout.sessions.expire(session_id, {}, o), account))


def get_charge_payment(account: str, charge_id: str) -> tuple[UUID | None, ChargeSeen]:
    """Return which payment of ours a charge is, and the charge. Raises Unanswered, StripeRefused."""
    wanted: Any = {"expand": ["balance_transaction"]}
    charge = _ask(lambda c, o: c.v1.charges.retrieve(charge_id, wanted, o), account)
    return _ours(charge, "payment"), _charge(charge)


def refund(account: str, charge_id: str, refund_id: UUID, amount_minor: int, key: str) -> RefundSeen:
    """Give part of a charge back. Raises Unanswered, Broken, StripeRefused."""
    wanted: Any = {"charge": charge_id, "amount": amount_minor, "metadata": {"refund": str(refund_id)}}
    return _refund(_ask(lambda c, o: c.v1.refunds.create(wanted, o), account, key, REPEATS))


def get_refund(account: str, stripe_id: str) -> RefundSeen:
    """Return a refund. Raises Unanswered, StripeRefused."""
    return _refund(_ask(lambda c, o: c.v1.refunds.retrieve(stripe_id, {}, o), account))


def list_refunds(account: str, charge_id: str) -> list[RefundSeen]:
    """Return the refunds of a charge. Raises Unanswered, StripeRefused."""
    wanted: Any = {"charge": charge_id, "limit": 100}
    found = _ask(lambda c, o: c.v1.refunds.list(wanted, o), account)
    return [_refund(each) for each in found.data]


def get_dispute(account: str, stripe_id: str) -> DisputeSeen:
    """Return a dispute. Raises Unanswered, StripeRefused."""
    found = _ask(lambda c, o: c.v1.disputes.retrieve(stripe_id, {}, o), account)
    moves = [
        (each.amount, each.fee) for each in found.balance_transactions if each.currency == found.currency
    ]
    return DisputeSeen(
        found.id, _id(found.charge) or "", found.status, found.currency.upper(), found.amount, tuple(moves),
        _instant(found.created),
    )  # fmt: skip


def list_movements(account: str, since: datetime) -> Iterator[MovementSeen]:
    """Yield the balance transactions since an instant, newest first. Raises Unanswered, StripeRefused."""
    wanted: Any = {"limit": 100, "created": {"gte": int(since.timestamp())}}
    while True:
        page = _ask(functools.partial(_page_of_movements, wanted), account)
        for found in page.data:
            yield MovementSeen(
                found.id, found.type, _id(found.source), found.currency.upper(), found.amount, found.fee,
                _instant(found.created),
            )  # fmt: skip
        if not page.has_more:
            return
        wanted = {**wanted, "starting_after": page.data[-1].id}


def create_account(name: str, country: str) -> str:
    """Make a connected account and return its id; the sandbox's are made so. Raises Unanswered."""
    wanted: Any = {"country": country, "business_profile": {"name": name}}
    return str(_ask(lambda c, o: c.v1.accounts.create(wanted, o), "").id)


def read_event(raw: bytes, signature: str, now: datetime) -> EventSeen:
    """Return what a webhook's body tells, once its signature holds. Raises NotFromStripe."""
    secret = settings.from_environment().webhook_secret
    try:
        stripe.WebhookSignature.verify_header(raw, signature, secret)
        told = json.loads(raw)
        sent_at = _sent_at(signature)
        thing = told["data"]["object"].get("id") or ""
        seen = EventSeen(told["id"], told.get("account") or "", told["type"], thing)
    except (
        stripe.SignatureVerificationError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        OverflowError,
    ) as error:
        raise NotFromStripe from error
    if abs(now - sent_at) > TOLERANCE:
        raise NotFromStripe(N_("This was signed too long ago, or is yet to come."))
    return seen


def _sent_at(signature: str) -> datetime:
    """Return when the signature was made: by the first time it names, which is the one that it signs."""
    return _instant(int(next(part[2:] for part in signature.split(",") if part.startswith("t="))))


def _ask(call: Callable[[stripe.StripeClient, Any], Any], account: str, key: str | None = None,
         repeats: int = 0) -> Any:  # fmt: skip
    options: dict[str, Any] = {"max_network_retries": repeats}
    if account:
        options["stripe_account"] = account
    if key:
        options["idempotency_key"] = key
    try:
        return call(_client(settings.from_environment()), options)
    except stripe.StripeError as error:
        raise _translated(error) from error


def _translated(error: stripe.StripeError) -> DomainError:
    """Return whether to ask again (Unanswered), with a new key (Broken), or not at all (StripeRefused)."""
    status, code = error.http_status, str(getattr(error.error, "code", None) or error.code or "")
    if status is None or status in NO_ANSWER:
        return Unanswered()
    if status >= SERVER_ERROR or isinstance(error, stripe.IdempotencyError):
        return Broken()
    log.warning("Stripe refused", code=code, message=str(error.user_message), request=error.request_id)
    return StripeRefused(code or type(error).__name__, str(error.user_message or ""))


@functools.cache
def _client(found: StripeSettings) -> stripe.StripeClient:
    addresses: Any = {"api": found.base} if found.base else None
    http = stripe.RequestsClient(timeout=TIMEOUT_SECONDS)
    return stripe.StripeClient(found.key, base_addresses=addresses, http_client=http)


def _page_of_movements(wanted: Any, client: stripe.StripeClient, options: Any) -> Any:
    return client.v1.balance_transactions.list(wanted, options)


def _session(found: Any) -> SessionSeen:
    intent = found.payment_intent
    charge = getattr(intent, "latest_charge", None) if intent is not None else None
    return SessionSeen(
        found.id, ids.parse(found.client_reference_id or ""), found.status, found.payment_status == "paid", found.url,
        (found.currency or "").upper(), found.amount_total or 0,
        _charge(charge) if charge is not None and not isinstance(charge, str) else None,
    )  # fmt: skip


def _charge(found: Any) -> ChargeSeen:
    card = getattr(found.payment_method_details, "card", None)
    moved = found.balance_transaction
    # Where Stripe books another currency, what the fee is in ours is not known; a person looks at it.
    is_booked = moved is not None and not isinstance(moved, str) and moved.currency == found.currency
    fee = moved.fee if is_booked else None
    return ChargeSeen(
        found.id, getattr(card, "brand", None), getattr(card, "last4", None), fee, _instant(found.created)
    )


def _refund(found: Any) -> RefundSeen:
    return RefundSeen(
        found.id, _ours(found, "refund"), _id(found.charge) or "", found.status or "pending",
        getattr(found, "failure_reason", None), found.currency.upper(), found.amount, _instant(found.created),
    )  # fmt: skip


def _ours(found: Any, name: str) -> UUID | None:
    metadata = found.metadata
    told = metadata.to_dict() if hasattr(metadata, "to_dict") else dict(metadata or {})
    return ids.parse(told.get(name, ""))


def _id(found: Any) -> str | None:
    return found if found is None or isinstance(found, str) else str(found.id)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
