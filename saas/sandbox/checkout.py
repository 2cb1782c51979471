"""Checkout sessions: one payment, on one hosted page, until one instant."""

import re
from typing import Any
from urllib.parse import urlsplit

from babel.numbers import list_currencies

from saas.sandbox import acts, charging, metadata, news, refusals, typed
from saas.sandbox.acts import Act, Thing

SOONEST_END, LATEST_END = 30 * 60, 24 * 60 * 60
LEAST_AMOUNT, MOST_AMOUNT = 50, 99_999_999
MOST_LINES = 100
FORBIDDEN_IN_DESCRIPTORS = re.compile(r"[<>\\'\"*]")
NONE_DUE = {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}


def create(act: Act, params: dict[str, Any]) -> Thing:
    """Open a session."""
    _require(params)
    lines = [_line(act, line, index) for index, line in enumerate(params["line_items"])]
    total, currency = _total(lines)
    identifier = acts.new_id("cs_test")
    fields = ("cancel_url", "client_reference_id", "customer_email", "locale", "submit_type", "success_url")
    session = typed.nulls("checkout.Session") | {name: params.get(name) for name in fields} | {
        "id": identifier, "object": "checkout.session", "amount_subtotal": total, "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "created": act.now, "currency": currency, "custom_fields": [], "custom_text": {}, "livemode": False,
        "expires_at": _end(act, params), "metadata": params.get("metadata", {}), "mode": "payment",
        "payment_method_types": ["card"], "payment_status": "unpaid", "shipping_options": [],
        "status": "open", "total_details": NONE_DUE, "ui_mode": "hosted_page",
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "url": f"{act.base_url}/c/pay/{identifier}",
        "_lines": lines, "_intent": params.get("payment_intent_data", {}),
    }  # fmt: skip
    act.set_alarm(session, "session", session["expires_at"])
    return act.save(session)


def retrieve(act: Act, params: dict[str, Any], identifier: str) -> Thing:
    """Return a session."""
    return act.get("checkout.session", identifier, "session")


def expire(act: Act, params: dict[str, Any], identifier: str) -> Thing:
    """End an open session. Raises Refusal for one that is complete or has ended."""
    session = retrieve(act, params, identifier)
    if session["status"] != "open":
        status = session["status"]
        raise refusals.Refusal(f"This checkout session is {status}; only an open one can be expired.")
    return end(act, session)


def end(act: Act, session: Thing) -> Thing:
    """Let a session end unpaid, with the PaymentIntent that may have been tried for it."""
    session |= {"status": "expired", "url": None}
    if session["payment_intent"]:
        charging.cancel(act, session["payment_intent"])
    news.tell(act, "checkout.session.expired", act.save(session))
    return session


def list_lines(act: Act, params: dict[str, Any], identifier: str) -> Thing:
    """Return the lines of a session; there are never so many that they need pages."""
    session = retrieve(act, params, identifier)
    url = f"/v1/checkout/sessions/{identifier}/line_items"
    return {"object": "list", "data": session["_lines"], "has_more": False, "url": url}


def _require(params: dict[str, Any]) -> None:
    for name in ("mode", "line_items", "success_url"):
        if not params.get(name):
            raise refusals.missing(name)
    if params["mode"] != "payment" or params.get("ui_mode", "hosted_page") != "hosted_page":
        raise refusals.not_kept("another mode than payment on the hosted page")
    if params.get("allowed_payment_method_types", ["card"]) != ["card"]:
        raise refusals.not_kept("a payment method other than card")
    if len(params["line_items"]) > MOST_LINES:
        raise refusals.wrong("line_items", f"at most {MOST_LINES} lines")
    for name in ("success_url", "cancel_url"):
        _require_url(params, name)
    metadata.require_length(params, "client_reference_id", 200)
    metadata.require_fit(params)
    _require_intent(params.get("payment_intent_data", {}))


def _require_intent(wanted: dict[str, Any]) -> None:
    metadata.require_fit(wanted, "payment_intent_data[metadata]")
    for name in ("statement_descriptor", "statement_descriptor_suffix"):
        if FORBIDDEN_IN_DESCRIPTORS.search(wanted.get(name, "")) or len(wanted.get(name, "")) > 22:
            raise refusals.wrong(f"payment_intent_data[{name}]", "at most 22 plain characters")
    metadata.require_length(wanted, "description", 1000)


def _require_url(params: dict[str, Any], name: str) -> None:
    given = params.get(name)
    if given is None:
        return
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", given):
        raise refusals.Refusal(
            f"The value of {name} is no address of a page.", code="url_invalid", param=name
        )


def _line(act: Act, given: dict[str, Any], index: int) -> Thing:
    name = f"line_items[{index}]"
    if "price_data" not in given:
        raise refusals.missing(f"{name}[price_data]")
    price = given["price_data"]
    for field, where in (("quantity", given), ("unit_amount", price), ("product_data", price)):
        if field not in where:
            raise refusals.missing(f"{name}[{field}]" if where is given else f"{name}[price_data][{field}]")
    if given["quantity"] < 1 or price["unit_amount"] < 0:
        raise refusals.wrong(name, "of a positive quantity and amount", "parameter_invalid_integer")
    if price["currency"].upper() not in list_currencies():
        raise refusals.wrong(f"{name}[price_data][currency]", "a currency of ISO 4217")
    amount, currency = given["quantity"] * price["unit_amount"], price["currency"].lower()
    shown = {"id": acts.new_id("price"), "object": "price", "active": False, "billing_scheme": "per_unit",
             "created": act.now, "currency": currency, "livemode": False, "metadata": {}, "type": "one_time",
             "product": acts.new_id("prod"), "unit_amount": price["unit_amount"]}  # fmt: skip
    return typed.nulls("LineItem") | {
        "id": acts.new_id("li"), "object": "item", "amount_discount": 0, "amount_subtotal": amount,
        "amount_tax": 0, "amount_total": amount, "currency": currency, "quantity": given["quantity"],
        "description": price["product_data"]["name"], "price": shown,
    }  # fmt: skip


def _total(lines: list[Thing]) -> tuple[int, str]:
    currencies = {line["currency"] for line in lines}
    if len(currencies) > 1:
        raise refusals.wrong("line_items", "in one currency")
    total = sum(line["amount_total"] for line in lines)
    if total < LEAST_AMOUNT:
        raise refusals.Refusal(f"The total must be at least {LEAST_AMOUNT}.", code="amount_too_small")
    if total > MOST_AMOUNT:
        raise refusals.Refusal(f"The total must be at most {MOST_AMOUNT}.", code="amount_too_large")
    return total, currencies.pop()


def _end(act: Act, params: dict[str, Any]) -> int:
    """Return when the session ends: between 30 minutes and 24 hours from now, when we received it."""
    wanted: int = params.get("expires_at", act.now + LATEST_END)
    if not SOONEST_END <= wanted - act.now <= LATEST_END:
        raise refusals.wrong("expires_at", "between 30 minutes and 24 hours from now")
    return wanted
