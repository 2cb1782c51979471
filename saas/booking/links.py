"""Manage links: minted by the job that mails them, opened any time until the visit, spent by an act.

An act sends a new mail with a new link, so a link that acted is of no more use to whoever finds it.
"""

import hashlib
from datetime import datetime

from sqlalchemy import select

from saas.booking.models import ManageLink
from saas.db import session
from saas.kernel import ids
from saas.kernel.errors import DomainError
from saas.kernel.text import N_
from saas.scheduling.models import Appointment


class LinkSpent(DomainError):
    """The link was used, has expired, or never was."""

    status = 410
    code = "link_spent"
    sentence = N_("This link has been used or has expired. The newest mail about your visit has a fresh one.")


def mint(row: Appointment) -> str:
    """Return the secret of a new link to the visit; earlier ones stay good until they are spent."""
    secret = ids.secret()
    session.current().add(
        ManageLink(id=ids.new(), digest=_digest(secret), appointment_id=row.id, expires_at=row.ends_at)
    )
    return secret


def open_(secret: str, now: datetime) -> ManageLink:
    """Return the link without spending it. LinkSpent."""
    row = session.current().scalar(select(ManageLink).where(ManageLink.digest == _digest(secret)))
    if row is None or row.spent_at is not None or row.expires_at <= now:
        raise LinkSpent
    return row


def spend(secret: str, now: datetime) -> ManageLink:
    """Return the link and spend it, once. LinkSpent."""
    query = select(ManageLink).where(ManageLink.digest == _digest(secret)).with_for_update()
    row = session.current().scalar(query)
    if row is None or row.spent_at is not None or row.expires_at <= now:
        raise LinkSpent
    row.spent_at = now
    return row


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
