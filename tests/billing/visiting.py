"""A clinic with books and visits that something is charged for, each made in a line."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from saas.billing import quotes, quoting, visits
from saas.billing.quoting import Quote
from saas.billing.visits import Visit
from saas.catalogue import contents, offerings
from saas.catalogue.contents import Offering
from saas.catalogue.governing import Decision
from saas.catalogue.models import OfferingVersion
from saas.catalogue.pricing import Circumstances
from saas.catalogue.rulings import Decided
from saas.catalogue.taxes import Rate
from saas.catalogue.terms import Kind, Policies
from saas.db import session
from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from saas.ledger import posting
from saas.ledger.chart import Code, Ref
from saas.ledger.posting import Heading
from saas.scheduling.models import Appointment
from tests.ledger.books import CLEARING, Books, open_books

START = datetime(2026, 3, 16, 16, tzinfo=UTC)  # a Monday
NOW = START + timedelta(hours=2)
RATE = Rate(Decimal("8.6"), "https://azdor.gov/transaction-privilege-tax", START.date())
LATE_HALF = {"free_until_hours": 48, "fee_percent": "50"}


@dataclass(frozen=True)
class Clinic:
    """One legal entity with one place, in UTC, and an offering in its present version."""

    tenant_id: UUID
    books: Books
    version_id: UUID

    def offering(self, price: str = "240.00", **more: object) -> Offering:
        """Return what the offering says, at *price*."""
        said = {
            "name": {"en": "Micro-needling", "es": "Microagujas"}, "category": "aesthetics", "segments": [],
            "procedures": ["microneedling"], "locations": ["llc"], "prices": [{"amount": price}],
            "tax_purpose": "aesthetic", "deposit": {"percent": "25"}, "cancellation": LATE_HALF, **more,
        }  # fmt: skip
        return contents.read(ids.new(), self.version_id, "micro-needling", said)

    def visit(
        self, quoted: Quote | None = None, state: str = "confirmed", starts_at: datetime = START
    ) -> Visit:
        """Make a visit for which *quoted* is promised, a plain quote without one."""
        current, patient, visit_id = session.current(), ids.new(), ids.new()
        values = {"t": self.tenant_id, "i": visit_id, "p": patient, "l": self.books.place, "s": state,
                  "a": starts_at, "e": starts_at + timedelta(hours=1), "w": f"{starts_at:%Y-%m-%dT%H:%M}"}  # fmt: skip
        session.statement(
            "INSERT INTO patients (tenant_id, id, status, given_name, family_name, family_name_key)"
            " VALUES (:t, :p, 'active', 'Ann', 'Lee', 'lee')",
            t=self.tenant_id, p=patient,
        )  # fmt: skip
        session.statement(
            "INSERT INTO appointments (tenant_id, id, kind, state, location_id, patient_id, starts_at, ends_at,"
            " wall_start, time_zone, source) VALUES (:t, :i, 'visit', :s, :l, :p, :a, :e, :w, 'UTC', 'online')",
            **values,
        )
        self.promise(visit_id, quoted or quote(self.offering()))
        return visits.of(current.scalars(select(Appointment).where(Appointment.id == visit_id)).one())

    def promise(self, visit_id: UUID, quoted: Quote) -> None:
        """Freeze a quote for the visit."""
        quotes.freeze(visit_id, quoted, self.books.entity, self.books.place)

    def pay_deposit(self, visit: Visit, minor: int) -> UUID:
        """Let a deposit be paid online, as payments enters it; return the payment's id."""
        payment_id = ids.new()
        session.statement(
            "INSERT INTO payments (tenant_id, id, purpose, subject_id, legal_entity_id, location_id, account, currency,"
            " amount_minor, state, page, expires_at, paid_at, card_brand, card_last4) VALUES (:t, :i, 'deposit', :v,"
            " :e, :l, 'acct_1', :c, :m, 'paid', '', :now, :now, 'visa', '4242')",
            t=self.tenant_id, i=payment_id, v=visit.appointment_id, e=self.books.entity, l=self.books.place,
            c=self.books.currency, m=minor, now=START - timedelta(days=9),
        )  # fmt: skip
        memo = Ref(Code.REFUND_CONTROL), Ref(Code.REFUNDABLE, payment_id)
        posting.post(Heading("payment.paid", payment_id, START.date(), SYSTEM), [
            self.books.line(CLEARING, Ref(Code.DEPOSITS, visit.appointment_id), minor),
            self.books.line(*memo, minor),
        ])  # fmt: skip
        return payment_id


def open_clinic(currency: str = "USD") -> Clinic:
    """Open a clinic for the session's tenant."""
    offering_id, _new = offerings.put("micro-needling", {"name": {"en": "Micro-needling"}})
    query = select(OfferingVersion.id).where(OfferingVersion.offering_id == offering_id)
    version_id = session.current().scalars(query).one()
    return Clinic(session.current().tenant_id, open_books(currency=currency), version_id)


def decided(known: Policies) -> Decided:
    """Return *known* as what rules decided that nobody wrote down."""
    return {kind: Decision(getattr(known, kind.value)) for kind in Kind}


def quote(
    offering: Offering,
    rate: Rate | None = RATE,
    minutes: int = 60,
    currency: str = "USD",
    known: Policies | None = None,
) -> Quote:
    """Return what the offering costs; it costs something."""
    asked = Circumstances("llc", None, None, START.date(), currency)
    quoted = quoting.quote(offering, asked, rate, minutes, (), decided(known) if known else None)
    assert quoted is not None
    return quoted
