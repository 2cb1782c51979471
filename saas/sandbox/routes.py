"""The calls that the sandbox keeps: address, the library's class of its parameters, those kept, the verb."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from saas.sandbox import accounts, checkout, listing, refunding, refusals, typed
from saas.sandbox.acts import Act, Thing

Verb = Callable[..., Thing]
SESSION = (
    "mode", "ui_mode", "success_url", "cancel_url", "expires_at", "client_reference_id", "metadata",
    "customer_email", "locale", "submit_type", "allowed_payment_method_types", "line_items.quantity",
    "line_items.price_data.currency", "line_items.price_data.unit_amount",
    "line_items.price_data.product_data.name",
    "payment_intent_data.metadata", "payment_intent_data.description", "payment_intent_data.receipt_email",
    "payment_intent_data.statement_descriptor", "payment_intent_data.statement_descriptor_suffix", "expand",
)  # fmt: skip
ACCOUNT = ("country", "type", "email", "business_type", "business_profile", "capabilities", "controller",
           "default_currency", "metadata", "expand")  # fmt: skip
PAGES = ("limit", "starting_after", "ending_before", "created", "expand")


@dataclass(frozen=True)
class Route:
    """One call: how it is addressed, what it takes, and the verb that answers it."""

    method: str
    pattern: str
    declared: str
    kept: tuple[str, ...]
    verb: Verb

    def match(self, method: str, path: str) -> tuple[str, ...] | None:
        """Return the ids in an address of this route, or None for another's."""
        found = re.fullmatch(self.pattern.replace("{id}", r"([\w]{1,100})"), path)
        return found.groups() if found and method == self.method else None

    def read(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return the parameters of a request, typed. Raises Refusal."""
        return typed.read(typed.parameters(self.declared), given, self.kept)


def find(method: str, path: str) -> tuple[Route, tuple[str, ...]]:
    """Return the route of an address, and the ids in it. Raises Refusal where there is none."""
    for route in ROUTES:
        ids = route.match(method, path)
        if ids is not None:
            return route, ids
    raise refusals.no_such_route(method, path)


def _get(kind: str, param: str) -> Verb:
    def retrieve(act: Act, params: dict[str, Any], identifier: str) -> Thing:
        return act.get(kind, identifier, param)

    return retrieve


def _list(kind: str, url: str) -> Verb:
    def page(act: Act, params: dict[str, Any]) -> Thing:
        return listing.page(act, kind, url, params)

    return page


def _read_only(
    kind: str, url: str, names: tuple[str, str], filters: tuple[str, ...] = ()
) -> tuple[Route, Route]:
    """Return the routes to list and to get things of one kind; *names* are the class's, and the id's."""
    declared, param = names
    return (
        Route("GET", url, f"{declared}ListParams", PAGES + filters, _list(kind, url)),
        Route("GET", f"{url}/{{id}}", f"{declared}RetrieveParams", ("expand",), _get(kind, param)),
    )


SESSIONS = "/v1/checkout/sessions"
ROUTES = (
    Route("POST", "/v1/accounts", "AccountCreateParams", ACCOUNT, accounts.create),
    Route("GET", "/v1/accounts", "AccountListParams", PAGES, _list("account", "/v1/accounts")),
    Route("GET", "/v1/account", "AccountRetrieveCurrentParams", ("expand",), accounts.retrieve),
    Route("GET", "/v1/accounts/{id}", "AccountRetrieveParams", ("expand",), accounts.retrieve),
    Route("POST", SESSIONS, "checkout.SessionCreateParams", SESSION, checkout.create),
    Route("POST", f"{SESSIONS}/{{id}}/expire", "checkout.SessionExpireParams", ("expand",), checkout.expire),
    Route("GET", f"{SESSIONS}/{{id}}/line_items", "checkout.SessionLineItemListParams",
          ("limit", "expand"), checkout.list_lines),
    *_read_only("checkout.session", SESSIONS, ("checkout.Session", "session"), ("payment_intent", "status")),
    *_read_only("payment_intent", "/v1/payment_intents", ("PaymentIntent", "intent")),
    *_read_only("charge", "/v1/charges", ("Charge", "charge"), ("payment_intent",)),
    Route("POST", "/v1/refunds", "RefundCreateParams",
          ("charge", "payment_intent", "amount", "reason", "metadata", "expand"), refunding.create),
    *_read_only("refund", "/v1/refunds", ("Refund", "refund"), ("charge", "payment_intent")),
    *_read_only("balance_transaction", "/v1/balance_transactions", ("BalanceTransaction", "id"),
                ("type", "source", "currency")),
    *_read_only("dispute", "/v1/disputes", ("Dispute", "dispute"), ("charge", "payment_intent")),
    *_read_only("event", "/v1/events", ("Event", "id"), ("type", "types", "delivery_success")),
)  # fmt: skip
