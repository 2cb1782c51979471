"""What payments are told by the environment: a key, the secret of the webhook, and in development the
address of the sandbox that stands in for Stripe.
"""

import os
from dataclasses import dataclass

from saas.kernel.errors import DomainError

STRIPE_PAGES = "https://checkout.stripe.com"
SANDBOX_KEY, LIVE = "sk_test_sandbox", "_live_"


class StripeUnset(DomainError):
    """No key for Stripe is set, so nothing can be paid online."""

    status = 503
    code = "payments_unset"


@dataclass(frozen=True)
class StripeSettings:
    """How to reach Stripe; *base* is empty for Stripe itself."""

    key: str
    webhook_secret: str
    base: str = ""

    @property
    def pages(self) -> str:
        """The origin of the payment pages, to which a form may lead."""
        return self.base or STRIPE_PAGES


def find() -> StripeSettings | None:
    """Return the settings, or None where nothing can be paid online.

    `STRIPE_API_BASE` alone means the sandbox; a live key is told to nobody but Stripe.
    """
    key, base = os.environ.get("STRIPE_API_KEY", ""), os.environ.get("STRIPE_API_BASE", "").rstrip("/")
    if not key and not base:
        return None
    if LIVE in key:
        base = ""
    return StripeSettings(key or SANDBOX_KEY, os.environ.get("STRIPE_WEBHOOK_SECRET", ""), base)


def from_environment() -> StripeSettings:
    """Return the settings. Raises StripeUnset."""
    found = find()
    if found is None:
        raise StripeUnset("STRIPE_API_KEY is not set, so nothing can be paid online.")
    return found
