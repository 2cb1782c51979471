"""Connected accounts: at once able to take payments, since nobody is asked to prove who they are."""

from typing import Any

from saas.sandbox import acts, metadata, refusals, typed
from saas.sandbox.acts import PLATFORM, Act, Thing
from saas.sandbox.store import Store

# Whose account the platform's own is: nobody's, so that it is not listed among the connected ones.
NOBODY = ""
COUNTRIES = {"US": "usd", "CA": "cad", "GB": "gbp", "DE": "eur", "AT": "eur", "FR": "eur", "AU": "aud"}


def ensure_platform(store: Store) -> None:
    """Make the platform's own account, once."""
    act = Act(store, NOBODY, store.now())
    if act.find("account", PLATFORM) is None:
        _make(act, PLATFORM, {})


def create(act: Act, params: dict[str, Any]) -> Thing:
    """Connect a new account to the platform."""
    if act.account != PLATFORM:
        raise refusals.Refusal("A connected account cannot connect accounts of its own.", 403)
    country = params.get("country", "US")
    if country not in COUNTRIES:
        raise refusals.wrong("country", f"one of {', '.join(COUNTRIES)} in the sandbox")
    return _make(act, acts.new_id("acct"), params)


def retrieve(act: Act, params: dict[str, Any], identifier: str = "") -> Thing:
    """Return an account: the one that is named, or the one that is acted for."""
    if act.account not in (PLATFORM, identifier or act.account):
        raise refusals.no_access(identifier)
    wanted = identifier or act.account
    owner = NOBODY if wanted == PLATFORM else PLATFORM
    found = Act(act.store, owner, act.now).find("account", wanted)
    if found is None:
        raise refusals.no_access(identifier)
    return found


def is_known(store: Store, identifier: str) -> bool:
    """Whether the platform may act for an account."""
    found = "SELECT 1 FROM things WHERE id = ? AND kind = 'account'"
    return store.one(found, identifier) is not None


def shown_name(act: Act) -> str:
    """Return what the account calls itself on its payment page."""
    account = retrieve(Act(act.store, PLATFORM, act.now), {}, act.account)
    return account["business_profile"]["name"] or account["settings"]["dashboard"]["display_name"] or ""


def _make(act: Act, identifier: str, params: dict[str, Any]) -> Thing:
    metadata.require_fit(params)
    country = params.get("country", "US")
    profile = dict.fromkeys(("mcc", "name", "product_description", "support_email", "support_phone", "url"))
    asked = params.get("controller", {})
    return act.save(typed.nulls("Account") | {
        "id": identifier, "object": "account", "created": act.now, "country": country,
        "business_profile": profile | params.get("business_profile", {}),
        "business_type": params.get("business_type"), "email": params.get("email"),
        "capabilities": dict.fromkeys(params.get("capabilities", {"card_payments": {}}), "active"),
        "charges_enabled": True, "payouts_enabled": True, "details_submitted": True,
        "controller": {"is_controller": True, "type": "application"} | asked,
        "default_currency": params.get("default_currency", COUNTRIES[country]),
        "metadata": params.get("metadata", {}), "type": params.get("type", "none" if asked else "standard"),
        "requirements": {"currently_due": [], "disabled_reason": None, "eventually_due": [], "past_due": []},
        "settings": {"dashboard": {"display_name": None, "timezone": "Etc/UTC"}},
    })  # fmt: skip
