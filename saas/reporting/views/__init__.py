"""The owner's pages. Importing this hangs every one of them on the blueprint."""

import saas.reporting.views.review as review
from saas.reporting.views.ledger import blueprint

__all__ = ["blueprint", "review"]
