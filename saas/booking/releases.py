"""What a clinician let be when they released a visit on request: the reasons that were open then, and no other.

A release never covers what is forbidden later, nor a question that came up after it; and it ends when the visit moves.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy import select

from saas.booking.models import VisitReview
from saas.credentials.vocabulary import Verdict
from saas.db import session
from saas.kernel.errors import Reason

RELEASED, REFUSED = "released", "refused"
# Who it is about does not matter: a release is of one visit with its people, who may be called otherwise by now.
_NAMES = frozenset({"name", "supervisor"})


@dataclass(frozen=True)
class Release:
    """The reasons that were open, by `key`; None where that was not kept: whatever a clinician may look at."""

    covers: frozenset[str] | None

    def lets(self, verdict: Verdict, reasons: Iterable[Reason]) -> bool:
        """Whether the visit may take place with this answer about somebody in it."""
        if verdict is not Verdict.REVIEW:
            return verdict is Verdict.ALLOW
        return self.covers is None or {key(one) for one in reasons} <= self.covers


class Visit(Protocol):
    """What tells whether a visit was on request."""

    @property
    def id(self) -> UUID:
        """Which visit."""

    @property
    def on_request(self) -> bool:
        """Whether a clinician had to decide about it, as it is booked now."""


NONE = Release(frozenset())


def key(reason: Reason) -> str:
    """Return what tells one open question about a visit from another."""
    said = sorted((name, str(value)) for name, value in reason.params.items() if name not in _NAMES)
    return " ".join([reason.code, *(f"{name}={value}" for name, value in said)])


def of(visits: Collection[Visit]) -> dict[UUID, Release]:
    """Return the releases of those of the visits that were released; one statement, none where none was on request."""
    asked = [one.id for one in visits if one.on_request]
    if not asked:
        return {}
    query = select(VisitReview.appointment_id, VisitReview.covers).where(
        VisitReview.appointment_id.in_(asked), VisitReview.outcome == RELEASED
    )
    return {
        visit: Release(None if covers is None else frozenset(covers))
        for visit, covers in session.current().execute(query)
    }
