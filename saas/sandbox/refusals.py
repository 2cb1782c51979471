"""Refusals, in the shape of Stripe's error objects: the library turns each into its own exception."""

from collections.abc import Mapping
from dataclasses import dataclass, field

INVALID, CARD, IDEMPOTENCY, API = "invalid_request_error", "card_error", "idempotency_error", "api_error"
NOT_KEPT = "sandbox_not_kept"


@dataclass
class Refusal(Exception):
    """An answer that is an error: an HTTP status, Stripe's type and code, and the parameter at fault."""

    message: str
    status: int = 400
    code: str | None = None
    param: str | None = None
    kind: str = INVALID
    more: Mapping[str, object] = field(default_factory=dict)

    def body(self) -> dict[str, object]:
        """Return the error object; what is not said is left out."""
        said = {"type": self.kind, "code": self.code, "param": self.param, "message": self.message}
        return {"error": {**{name: value for name, value in said.items() if value is not None}, **self.more}}


def unknown(name: str) -> Refusal:
    """Refuse a parameter that Stripe's own classes do not know."""
    return Refusal(f"There is no parameter {name} here.", code="parameter_unknown", param=name)


def missing(name: str) -> Refusal:
    """Refuse a request that lacks a parameter."""
    return Refusal(f"The parameter {name} is required.", code="parameter_missing", param=name)


def wrong(name: str, wanted: str, code: str | None = None) -> Refusal:
    """Refuse a value of the wrong kind; *wanted* says what it must be."""
    return Refusal(f"The value of {name} must be {wanted}.", code=code, param=name)


def not_kept(name: str) -> Refusal:
    """Refuse what Stripe knows and this stand-in does not do, so that nobody believes it did."""
    return Refusal(f"The sandbox does not keep {name}; Stripe does.", code=NOT_KEPT, param=name)


def no_such(noun: str, identifier: str, param: str, status: int = 404) -> Refusal:
    """Refuse an id that is unknown in this account."""
    return Refusal(f"This account has no {noun} {identifier}.", status, "resource_missing", param)


def no_access(account: str) -> Refusal:
    """Refuse an account that does not exist, or is not connected: the answer is the same."""
    return Refusal(f"This key cannot act for the account {account}.", 403, "account_invalid")


def no_key(why: str) -> Refusal:
    """Refuse a request without a usable API key."""
    return Refusal(why, 401)


def no_such_route(method: str, path: str) -> Refusal:
    """Refuse an address that the sandbox does not serve."""
    return Refusal(f"The sandbox does not serve {method} {path}.", 404)


def other_parameters(key: str) -> Refusal:
    """Refuse a key that was first used for something else."""
    return Refusal(f"The key {key} was first used with other parameters.", kind=IDEMPOTENCY)


def key_in_use(key: str) -> Refusal:
    """Refuse a key whose first request is still being worked on."""
    return Refusal(
        f"A request with the key {key} is still running.", 409, "idempotency_key_in_use", kind=IDEMPOTENCY
    )


def too_many() -> Refusal:
    """Refuse for haste; nothing was executed and nothing is remembered."""
    return Refusal("Too many requests at once.", 429, "rate_limit")


def broken() -> Refusal:
    """Fail as a server does that broke on the way."""
    return Refusal("Something went wrong inside the sandbox, as it was told to.", 500, kind=API)


def declined() -> Refusal:
    """Refuse as a card's bank does."""
    more = {"decline_code": "generic_decline"}
    return Refusal("The card was declined.", 402, "card_declined", kind=CARD, more=more)
