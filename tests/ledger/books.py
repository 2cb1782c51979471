"""Books to try things on: two legal entities with a place each, acts that are posted, and a look behind."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from saas.db import session
from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from saas.kernel.money import Money
from saas.ledger import posting, trial, verifying
from saas.ledger.chart import Code, Ref
from saas.ledger.posting import Heading, Posted
from saas.ledger.rules import Line

DAY = date(2026, 3, 16)
CLEARING, FEES, BANK = Ref(Code.STRIPE_CLEARING), Ref(Code.PROCESSING_FEES), Ref(Code.BANK)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


@dataclass(frozen=True)
class Books:
    """The books of one legal entity with one place."""

    entity: UUID
    place: UUID
    currency: str = "USD"

    def line(self, debit: Ref, credit: Ref, minor: int) -> Line:
        return Line(self.entity, debit, credit, Money(minor, self.currency), self.place)

    def revenue(self) -> Ref:
        return Ref(Code.REVENUE, self.place)

    def pay(
        self, minor: int, visit: UUID, cause_id: UUID | None = None, day: date = DAY, **more: Any
    ) -> Posted:
        """Post a deposit for *visit*."""
        heading = Heading("deposit.paid", cause_id or ids.new(), day, SYSTEM, **more)
        return posting.post(heading, [self.line(CLEARING, deposit(visit), minor)])

    def give_back(self, minor: int, visit: UUID, day: date = DAY) -> Posted:
        """Post a refund of a deposit."""
        heading = Heading("deposit.refunded", ids.new(), day, SYSTEM)
        return posting.post(heading, [self.line(deposit(visit), CLEARING, minor)])

    def balances(self, as_of: date = date.max) -> dict[Code, int]:
        """Return debits less credits by code."""
        lines = trial.balance(self.entity, self.currency, as_of)
        return {line.code: line.balance_minor for line in lines}


def deposit(visit: UUID) -> Ref:
    return Ref(Code.DEPOSITS, visit)


def open_books(slug: str = "llc", currency: str = "USD") -> Books:
    """Add a legal entity and a place to the session's tenant."""
    tenant, entity, place = session.current().tenant_id, ids.new(), ids.new()
    session.statement(
        "INSERT INTO legal_entities (tenant_id, id, slug, name, currency) VALUES (:t, :e, :s, :s, :c)",
        t=tenant, e=entity, s=slug, c=currency,
    )  # fmt: skip
    session.statement(
        "INSERT INTO locations (tenant_id, id, slug, legal_entity_id, name, street, city, region, postal_code,"
        " country, time_zone, jurisdiction, phone) VALUES"
        " (:t, :p, :s, :e, :s, '', '', '', '', 'US', 'UTC', 'US-NY', '')",
        t=tenant, e=entity, p=place, s=slug,
    )  # fmt: skip
    return Books(entity, place, currency)


def assert_sound() -> None:
    """The invariants hold, and every trial balance is zero."""
    assert verifying.verify() == []
    for entity, currency in trial.books():
        assert sum(line.balance_minor for line in trial.balance(entity, currency, date.max)) == 0
