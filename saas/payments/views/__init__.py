"""The door at which Stripe tells what happened."""

from saas.payments.views.hooks import blueprint

__all__ = ["blueprint"]
