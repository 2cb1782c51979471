"""The owner's pages. Importing this hangs every one of them on the blueprint."""

from saas.reporting.views.ledger import blueprint

__all__ = ["blueprint"]
