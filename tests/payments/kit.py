"""A clinic that is paid at a sandbox: what tests of payments share."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from saas.db import session
from saas.journal.kinds import EventKind
from saas.journal.models import Event
from saas.kernel import clock, ids
from saas.kernel.actors import Actor, ActorKind
from saas.kernel.money import Money
from saas.ledger import accounts as ledger
from saas.ledger import trial
from saas.ledger.chart import Code, Ref
from saas.payments import accounts, checkout, refunds
from saas.payments.checkout import Wanted
from saas.payments.models import Payment, Refund, WebhookEvent
from saas.payments.rules import PaymentState, Purpose, RefundState
from saas.payments.stripe_gateway import ChargeSeen
from saas.practice import places
from saas.sandbox import delivering
from tests.booking import clinic
from tests.ground import within
from tests.sandbox.driving import GOOD, SECRET, Driver

VISITOR, CLERK = Actor(ActorKind.VISITOR), Actor(ActorKind.USER, ids.new())
DEPOSIT = Money(6000, "USD")
_JOBS = """
SELECT id, args FROM procrastinate_jobs
WHERE args->>'tenant_id' = :tenant AND task_name = :name AND status = 'todo' ORDER BY id
"""
PAGE = "http://clinic.example/book/holds/1"


@dataclass(frozen=True)
class Till:
    """A tenant with one legal entity, one location, and an account at the sandbox."""

    tenant_id: UUID
    legal_entity_id: UUID
    location_id: UUID
    driver: Driver

    def wanted(self, subject_id: UUID, amount: Money = DEPOSIT) -> Wanted:
        return Wanted(Purpose.DEPOSIT, subject_id, amount, self.legal_entity_id, self.location_id, PAGE)

    def prepared(self, subject_id: UUID | None = None) -> Payment:
        """Commit the intent to be paid for something."""
        with within(self.tenant_id):
            return checkout.prepare(self.wanted(subject_id or ids.new()), VISITOR, clock.now())

    def opened(self, subject_id: UUID | None = None) -> Payment:
        """Open a payment page."""
        row = self.prepared(subject_id)
        with within(self.tenant_id):
            return checkout.open_page(checkout.get(row.id, lock=True), clock.now())

    def type_card(self, row: Payment, number: str = GOOD) -> int:
        """Type a card on a payment's page, and return the status."""
        assert row.url
        return self.driver.browse(row.url, {"number": number, "expiry": "12 / 40", "cvc": "123"}).status

    def paid(self, subject_id: UUID | None = None) -> Payment:
        """Open a page, pay on it and find that out."""
        row = self.opened(subject_id)
        assert self.type_card(row) == 303
        assert self.resumed(row) == PaymentState.PAID
        return self.get(row)

    def resumed(self, row: Payment) -> PaymentState:
        """Ask how a payment stands."""
        with within(self.tenant_id):
            return checkout.resume(row.id, clock.now())

    def get(self, row: Payment) -> Payment:
        with within(self.tenant_id):
            return checkout.get(row.id)

    def asked_back(self, row: Payment, minor: int = 6000) -> Refund:
        """Ask for a refund, committed and not sent yet."""
        with within(self.tenant_id):
            return refunds.ask(row.id, Money(minor, "USD"), "Asked for it", CLERK, clock.now())

    def sent(self, refund: Refund) -> RefundState:
        """Send a refund to the sandbox, or ask how it stands."""
        with within(self.tenant_id):
            return refunds.send(refund.id, clock.now())

    def refund(self, refund: Refund) -> Refund:
        with within(self.tenant_id):
            return refunds.get(refund.id)

    def told(self, kind: EventKind) -> int:
        """Return how often the journal was told of a kind of event."""
        with within(self.tenant_id) as current:
            return len(list(current.scalars(select(Event.id).where(Event.kind == kind))))

    def deposit(self, subject_id: UUID) -> int:
        """Return what is held for a thing, in cents."""
        with within(self.tenant_id):
            return ledger.balance(self.legal_entity_id, "USD", Ref(Code.DEPOSITS, subject_id))

    def clearing(self) -> int:
        """Return what the books say is on its way, in cents."""
        with within(self.tenant_id):
            return cleared(self.legal_entity_id)

    def at_stripe(self) -> int:
        """Return what the sandbox's own record says is on its way, in cents."""
        return sum(each["net"] for each in self.record("balance_transaction"))

    def expect_tied(self) -> None:
        """Fail where the books say other than the sandbox's own record."""
        assert self.clearing() == self.at_stripe()

    def record(self, kind: str) -> list[dict[str, Any]]:
        """Return what the sandbox has of one kind."""
        found: list[dict[str, Any]] = self.driver.record()[kind]
        return found


def open_till(tenant_id: UUID, platform: Driver) -> Till:
    """Set up a small clinic, and connect it to an account of its own."""
    with within(tenant_id):
        clinic.set_up(tenant_id)
        (entity_id,) = places.entity_names()
        driver = platform.connected()
        accounts.connect(entity_id, driver.account)
        return Till(tenant_id, entity_id, places.get_location("main").id, driver)


def cleared(legal_entity_id: UUID) -> int:
    """Return what the books of a legal entity say is on its way, in cents."""
    lines = trial.balance(legal_entity_id, "USD", date.max)
    return sum(line.balance_minor for line in lines if line.code is Code.STRIPE_CLEARING)


def later(**delta: float) -> datetime:
    """Return an instant to come."""
    return datetime.now(UTC) + timedelta(**delta)


def signed(body: bytes, at: datetime | None = None, secret: str = SECRET) -> str:
    """Return the header with which Stripe would send a body."""
    return delivering.sign(secret, int((at or clock.now()).timestamp()), body)


def event(kind: str, account: str, object_id: str, event_id: str | None = None) -> bytes:
    """Return the body of an event, with as much as is read of it."""
    told = {"id": event_id or f"evt_{ids.new().hex}", "type": kind, "account": account,
            "data": {"object": {"id": object_id}}}  # fmt: skip
    return json.dumps(told).encode()


def jobs(tenant_id: UUID, name: str = "payments.take_in") -> dict[int, dict[str, Any]]:
    """Return the arguments of the tenant's jobs of one name that nobody has begun, by number."""
    with within(tenant_id):
        found = session.statement(_JOBS, tenant=str(tenant_id), name=name).all()
    return {row.id: {key: value for key, value in row.args.items() if key != "tenant_id"} for row in found}


def events(account: str) -> list[str]:
    """Return the types of the events that were kept of an account."""
    with session.scope() as current:
        query = select(WebhookEvent.type).where(WebhookEvent.account == account)
        return list(current.scalars(query.order_by(WebhookEvent.received_at)))


def without_fee(charge: ChargeSeen) -> ChargeSeen:
    """Return a charge as it is shown before its fee is booked."""
    return replace(charge, fee_minor=None)
