"""The bill of a visit that took place, and how the visit stands before and after it.

A visit has one bill. Its lines are those of the quote that was frozen with the hold. Numbers run per legal
entity, from 1 and without a gap: the counter's row is locked until the transaction ends, and what is
rolled back gives its number back. The counter is locked before anything of the ledger.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from saas.billing import quotes, rules, takings
from saas.billing.models import Bill, BillCounter, BillLine, TaxSettlement
from saas.billing.quotes import Frozen
from saas.billing.quoting import QuoteLine
from saas.billing.refusals import NotBillable
from saas.billing.takings import Taking
from saas.billing.visits import Visit
from saas.db import session
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import ids
from saas.kernel.actors import Actor
from saas.kernel.money import Money
from saas.ledger import accounts, posting
from saas.ledger.chart import Code, Ref
from saas.ledger.periods import IfClosed
from saas.ledger.posting import Heading
from saas.ledger.rules import Line
from saas.scheduling import appointments
from saas.scheduling.states import State

CAUSE = "bill.issued"


@dataclass(frozen=True)
class Standing:
    """How a visit stands: what it costs, the deposit asked for, what of it is held, what was paid.

    `number` is the bill's, None before it. Of a visit that is off, nothing is due, and `kept` is what the
    clinic kept of what was paid: the fee. `settled` is the tax of lines for review that was settled after the bill,
    which the total includes.
    """

    total: Money
    deposit: Money
    held: Money
    is_for_review: bool
    takings: tuple[Taking, ...] = ()
    number: int | None = None
    is_off: bool = False
    settled: Money | None = None

    @property
    def is_issued(self) -> bool:
        """Whether the visit is billed."""
        return self.number is not None

    @property
    def paid(self) -> Money:
        """What was paid in all, before refunds."""
        return Money.total((taking.amount for taking in self.takings), self.total.currency)

    @property
    def refunded(self) -> Money:
        """What went back, or was asked to, in all."""
        return Money.total((taking.refunded for taking in self.takings), self.total.currency)

    @property
    def due(self) -> Money:
        """What is still to be paid; nothing where the visit is off."""
        nothing = Money.zero(self.total.currency)
        return nothing if self.is_off else rules.due(self.total, self.paid, self.refunded)

    @property
    def kept(self) -> Money:
        """What was kept of a visit that is off; nothing of one that is not."""
        nothing = Money.zero(self.total.currency)
        return max(self.paid - self.refunded - self.held, nothing) if self.is_off else nothing


def standing(appointment_id: UUID) -> Standing | None:
    """Return how the visit stands; None where nothing is charged for it. NotFound."""
    state = State(appointments.get(appointment_id).state)
    quoted = quotes.find(appointment_id)
    if quoted is None:
        return None
    bill = find(appointment_id)
    settled = _settled(bill) if bill and bill.is_for_review else None
    return Standing(
        total=quoted.total + settled if settled else quoted.total, deposit=quoted.deposit, held=held(quoted),
        is_for_review=quoted.is_for_review and settled is None,
        takings=takings.of_visit(appointment_id), number=bill.number if bill else None,
        is_off=state not in (State.HELD, State.PENDING, State.CONFIRMED), settled=settled,
    )  # fmt: skip


def _settled(bill: Bill) -> Money | None:
    """Return the tax that was settled after the bill was issued; None where it is still for review."""
    query = select(TaxSettlement.tax_minor).where(TaxSettlement.bill_id == bill.id)
    minor = session.current().scalar(query)
    return None if minor is None else Money(minor, bill.currency)


def held(quoted: Frozen) -> Money:
    """Return the deposit that is held for the visit now, as the books say."""
    about = Ref(Code.DEPOSITS, quoted.appointment_id)
    return Money(accounts.balance(quoted.legal_entity_id, quoted.currency, about), quoted.currency)


def find(appointment_id: UUID) -> Bill | None:
    """Return the bill of the visit, if it is issued."""
    return session.current().scalar(select(Bill).where(Bill.appointment_id == appointment_id))


def list_lines(bill_id: UUID) -> list[BillLine]:
    """Return a bill's lines in their order."""
    query = select(BillLine).where(BillLine.bill_id == bill_id).order_by(BillLine.ordinal)
    return list(session.current().scalars(query))


def issue(visit: Visit, actor: Actor, now: datetime) -> Bill | None:
    """Issue the bill of the visit and post it, or return the one that there is.

    None where nothing is charged. NotBillable; NotEnough where the deposit is refunded at this moment.
    """
    if before := find(visit.appointment_id):
        return before
    if visit.state != State.CONFIRMED:
        raise NotBillable
    quoted = quotes.find(visit.appointment_id)
    if quoted is None:
        return None
    last = _count_on(quoted.legal_entity_id)
    # another transaction may have issued it while we waited for the counter
    return find(visit.appointment_id) or _issue(visit, quoted, last + 1, actor, now)


def _count_on(legal_entity_id: UUID) -> int:
    """Lock the counter of the legal entity's bills, and return their last number."""
    current = session.current()
    row = {"tenant_id": current.tenant_id, "id": legal_entity_id, "last_number": 0}
    locking = (
        insert(BillCounter).values(row)
        .on_conflict_do_update(index_elements=["tenant_id", "id"], set_={"last_number": BillCounter.last_number})
        .returning(BillCounter.last_number)
    )  # fmt: skip
    return current.scalars(locking).one()


def _issue(visit: Visit, quoted: Frozen, number: int, actor: Actor, now: datetime) -> Bill:
    current, deposit = session.current(), min(held(quoted), quoted.total)
    bill = Bill(
        id=ids.new(), appointment_id=visit.appointment_id, patient_id=visit.patient_id,
        legal_entity_id=quoted.legal_entity_id, location_id=quoted.location_id, number=number,
        currency=quoted.currency, net_minor=quoted.net.minor, tax_minor=quoted.tax.minor,
        total_minor=quoted.total.minor, deposit_minor=deposit.minor, is_for_review=quoted.is_for_review,
        delivered_on=visit.on, issued_at=now, actor_kind=actor.kind, actor_id=actor.id,
    )  # fmt: skip
    current.add(bill)
    current.execute(
        update(BillCounter).where(BillCounter.id == quoted.legal_entity_id).values(last_number=number),
        execution_options={"synchronize_session": False},
    )
    current.flush()
    current.add_all(_row(bill.id, line) for line in quoted.lines)
    if lines := list(_postings(visit, quoted, deposit)):
        heading = Heading(CAUSE, bill.id, visit.on, actor, if_closed=IfClosed.FIRST_OPEN_DAY)
        posting.post(heading, lines)
    book.tell(EventKind.BILL_ISSUED, bill.id, actor, appointment_id=str(visit.appointment_id))
    current.flush()
    return bill


def _row(bill_id: UUID, line: QuoteLine) -> BillLine:
    return BillLine(
        id=ids.new(), bill_id=bill_id, ordinal=line.ordinal, description=dict(line.description),
        offering_version_id=line.offering_version_id, net_minor=line.net.minor, tax_minor=line.tax.minor,
        tax_percent=line.tax_percent, tax_purpose=line.tax_purpose, tax_source=line.tax_source,
        is_for_review=line.is_for_review,
    )  # fmt: skip


def _postings(visit: Visit, quoted: Frozen, deposit: Money) -> Iterable[Line]:
    """Yield the entry's lines: the deposit first, and what it does not cover is owed by the patient."""
    revenue, tax = Ref(Code.REVENUE, quoted.location_id), Ref(Code.TAX_PAYABLE, quoted.location_id)
    sources = (Ref(Code.DEPOSITS, visit.appointment_id), Ref(Code.RECEIVABLE, visit.patient_id))
    for source, shares in zip(sources, rules.covered(quoted.net, quoted.tax, deposit), strict=True):
        for earned, amount in zip((revenue, tax), shares, strict=True):
            if amount:
                yield Line(quoted.legal_entity_id, source, earned, amount, quoted.location_id)
