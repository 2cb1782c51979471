"""A visit that something is charged for, and what tests do with its money."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from saas.billing import bills, quotes, visits
from saas.billing.quotes import Frozen
from saas.booking.hold import Asked
from saas.desk import appointing
from saas.desk.appointing import Guest
from saas.identity.roles import Role
from saas.kernel import clock, ids
from saas.kernel.actors import SYSTEM, Actor, ActorKind
from saas.patients.records import Details
from saas.payments import refunds
from saas.payments.models import Refund
from saas.payments.stripe_gateway import RefundSeen
from saas.scheduling import appointments
from saas.tenancy import tenants
from tests.billing import visiting
from tests.desk.desk import Desk
from tests.ground import within
from tests.journeys.kit import Browser
from tests.ledger.books import Books


@dataclass(frozen=True)
class Charged:
    """Ann's micro-needling at eleven, and its quote."""

    desk: Desk
    visit: UUID
    quoted: Frozen

    @property
    def path(self) -> str:
        return f"/staff/appointments/{self.visit}"

    def browser(self, role: Role = Role.FRONT_DESK) -> Browser:
        return self.desk.browser(role)

    def pay_deposit(self, minor: int | None = None) -> UUID:
        """Commit that the deposit was paid online; return the payment's id."""
        with within(self.desk.clinic.id) as current:
            books = Books(self.quoted.legal_entity_id, self.quoted.location_id)
            clinic = visiting.Clinic(current.tenant_id, books, ids.new())
            amount = self.quoted.deposit.minor if minor is None else minor
            return clinic.pay_deposit(visits.of(appointments.get(self.visit)), amount)

    def issue(self, now: datetime) -> None:
        """Commit the bill."""
        with within(self.desk.clinic.id):
            bills.issue(visits.of(appointments.get(self.visit)), SYSTEM, now)

    def refunds(self, payment: UUID) -> list[Refund]:
        with within(self.desk.clinic.id):
            return refunds.list_for(payment)

    def answer(self, refund: Refund, status: str) -> None:
        """Let Stripe have answered a refund."""
        seen = RefundSeen(
            id=f"re_{refund.id.hex}", charge_id="ch_1", refund_id=refund.id, amount_minor=refund.amount_minor,
            currency=refund.currency, status=status, failure="expired_or_canceled_card", created_at=clock.now(),
        )  # fmt: skip
        with within(self.desk.clinic.id):
            refunds.refund_seen(refunds.get(refund.id, lock=True), seen, clock.now())

    def bill_number(self) -> int | None:
        with within(self.desk.clinic.id):
            bill = bills.find(self.visit)
            return bill.number if bill else None

    @property
    def during(self) -> datetime:
        """Ten minutes into the visit."""
        return self.desk.at(11) + timedelta(minutes=10)


def book(desk: Desk) -> Charged:
    """Commit the visit, at the desk: nothing is paid for it yet."""
    visit = book_as(desk, "micro-needling")
    with within(desk.clinic.id):
        quoted = quotes.find(visit)
        assert quoted is not None
        return Charged(desk, visit, quoted)


def book_as(desk: Desk, offering: str, who: Details | None = None) -> UUID:
    """Commit a visit at eleven, as someone at the desk does: Ann's, or that of somebody new."""
    clerk = Actor(ActorKind.USER, desk.clinic.staff[Role.FRONT_DESK])
    with within(desk.clinic.id):
        asked = Asked(offering, "phoenix", desk.at(11), None)
        version = tenants.config_version(desk.clinic.id)
        guest = Guest(details=who) if who else Guest(desk.ann)
        return appointing.book(asked, guest, version, clerk, clock.now()).id
