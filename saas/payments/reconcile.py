"""Reconcile with Stripe: every balance transaction is explained exactly once, and the books' clearing
account says what Stripe says. What was lost on the way is taken in; what is left waits for a person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

import structlog

from saas.db import session
from saas.kernel.errors import DomainError
from saas.ledger import trial
from saas.ledger.chart import Code
from saas.payments import accounts, checkout, movements, refunds
from saas.payments.models import Payment, StripeAccount
from saas.payments.rules import PaymentState
from saas.payments.settle import AmountDiffers

# A page ends by Stripe's clock, and is asked about a little later.
GRACE = timedelta(hours=1)
log = structlog.get_logger()


@dataclass(frozen=True)
class Finding:
    """Something that does not tie: a code, and what it is about."""

    code: str
    about: str
    currency: str = ""
    ours_minor: int = 0
    theirs_minor: int = 0


@dataclass(frozen=True)
class Standing:
    """What there is of an account in one currency: by the books, and by the sum of all that moved."""

    account: str
    currency: str
    movements: int
    ours_minor: int
    theirs_minor: int


@dataclass(frozen=True)
class Report:
    """What a reconciliation found: how each account stands, how much waits, and what does not tie."""

    standings: tuple[Standing, ...]
    waiting: int
    findings: tuple[Finding, ...]

    @property
    def movements(self) -> int:
        """How many movements there are in all."""
        return sum(each.movements for each in self.standings)

    @property
    def is_clean(self) -> bool:
        """Whether everything ties, and nothing waits."""
        return not self.waiting and not self.findings


def run(now: datetime) -> Report:
    """Reconcile the tenant's accounts. Raises Unanswered, StripeRefused."""
    refused = _ask_after_waiting(now)
    findings = [Finding("payment_differs", str(payment_id)) for payment_id in refused]
    standings: list[Standing] = []
    for account in accounts.list_all():
        found = _taken_in(account, now)
        standings += found
        findings += _unexplained(account)
        findings += [_differing(each) for each in found if each.ours_minor != each.theirs_minor]
    waiting = len(_waiting(now) - set(refused))
    if waiting:  # what is asked for stands in the books already, and not at Stripe
        findings = [each for each in findings if each.code != "clearing_differs"]
    for each in findings:
        log.error("payments do not tie", code=each.code, about=each.about)
    return Report(tuple(standings), waiting, tuple(findings))


def _waiting(now: datetime) -> set[UUID]:
    """Return what Stripe has not given a last word on, and should have."""
    pages = {row.id for row in checkout.list_waiting() if _is_overdue(row, now)}
    return pages | {row.id for row in refunds.list_waiting()}


def _is_overdue(row: Payment, now: datetime) -> bool:
    return row.session_id is None or row.state == PaymentState.CLOSING or row.expires_at + GRACE < now


def _ask_after_waiting(now: datetime) -> list[UUID]:
    """Ask how everything stands whose end is not known; return the payments that Stripe shows otherwise."""
    asks: list[tuple[UUID, Callable[[], object]]] = [
        (row.id, partial(checkout.resume, row.id, now)) for row in checkout.list_waiting()
    ]
    asks += [(row.id, partial(refunds.send, row.id, now)) for row in refunds.list_waiting()]
    return [row_id for row_id, ask in asks if _differs(ask)]


def _differs(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except DomainError as error:
        session.current().rollback()  # nothing half written stays
        return isinstance(error, AmountDiffers)
    return False


def _taken_in(account: StripeAccount, now: datetime) -> list[Standing]:
    """Take in what moved, and once more where the books differ: something may have moved meanwhile."""
    movements.take_in(account, now)
    found = _standings(account)
    if all(each.ours_minor == each.theirs_minor for each in found):
        return found
    movements.take_in(account, now)
    return _standings(account)


def _unexplained(account: StripeAccount) -> list[Finding]:
    return [
        Finding("unexplained_movement", row.stripe_id, row.currency, 0, row.amount_minor)
        for row in movements.list_unexplained(account.legal_entity_id)
    ]


def _differing(found: Standing) -> Finding:
    return Finding("clearing_differs", found.account, found.currency, found.ours_minor, found.theirs_minor)


def _standings(account: StripeAccount) -> list[Standing]:
    """Compare the clearing account with the sum of all movements less fees, by currency."""
    theirs = movements.sums(account.legal_entity_id)
    booked = {currency for entity_id, currency in trial.books() if entity_id == account.legal_entity_id}
    return [
        Standing(account.id, currency, count, _ours(account.legal_entity_id, currency), total)
        for currency in sorted(booked | theirs.keys())
        for count, total in [theirs.get(currency, (0, 0))]
    ]


def _ours(legal_entity_id: UUID, currency: str) -> int:
    lines = trial.balance(legal_entity_id, currency, date.max)
    return sum(line.balance_minor for line in lines if line.code is Code.STRIPE_CLEARING)
