"""Settle the tax of a bill that was issued with a line nobody had stated a rate for.

The bill stays as it was. Settling adds an act of its own, once: the tax by the rates that are stated now for the day
of the visit, owed by the patient and to the state; or the statement, for a reason, that none is due.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from saas.billing import bills
from saas.billing.models import Bill, TaxSettlement
from saas.billing.refusals import NotBilled
from saas.catalogue import taxes
from saas.db import session
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import ids
from saas.kernel.actors import Actor
from saas.kernel.errors import Conflict, Invalid
from saas.kernel.money import Money
from saas.kernel.text import N_
from saas.ledger import posting
from saas.ledger.chart import Code, Ref
from saas.ledger.periods import IfClosed
from saas.ledger.posting import Heading
from saas.ledger.rules import Line
from saas.practice import snapshot
from saas.scheduling import appointments

CAUSE = "bill.tax_settled"


class NothingToSettle(Conflict):
    """Every line of the bill has its tax, or it was settled before."""

    code = "nothing_to_settle"
    sentence = N_("The tax of this bill is settled.")


class RateMissing(Conflict):
    """Some line still has no rate for the day of the visit."""

    code = "rate_missing"
    sentence = N_("No tax rate is stated yet for %(purpose)s in %(jurisdiction)s on that day.")


class NotExplained(Invalid):
    """That no tax is due is stated for a reason."""

    code = "not_explained"
    sentence = N_("Please say why no tax is due.")


@dataclass(frozen=True)
class Proposal:
    """What the stated rates come to, and the sources they name; `missing` is the first that is not stated."""

    tax: Money
    source: str
    missing: RateMissing | None = None


def propose(bill: Bill, config_version: int) -> Proposal:
    """Return what the tax of the bill's lines for review comes to by the rates that are stated now."""
    place = snapshot.read(config_version).places.get(bill.location_id)
    jurisdiction, total, sources = place.jurisdiction if place else "", Money.zero(bill.currency), []
    for line in bills.list_lines(bill.id):
        if not line.is_for_review:
            continue
        rate = taxes.find(jurisdiction, line.tax_purpose, bill.delivered_on, config_version)
        if rate is None:
            missing = RateMissing(purpose=line.tax_purpose, jurisdiction=jurisdiction)
            return Proposal(Money.zero(bill.currency), "", missing)
        total += taxes.of(Money(line.net_minor, bill.currency), rate)
        sources.append(f"{rate.percent} %: {rate.source}")
    return Proposal(total, "; ".join(dict.fromkeys(sources)))


def settle(
    appointment_id: UUID, config_version: int, actor: Actor, now: datetime, none_due: str | None = None
) -> TaxSettlement:
    """Post the tax by the stated rates, or state with the reason *none_due* that there is none.

    NotFound, NotBilled, NothingToSettle, RateMissing, NotExplained.
    """
    appointments.get(appointment_id, lock=True)
    bill = bills.find(appointment_id)
    if bill is None:
        raise NotBilled
    if not bill.is_for_review or find(bill.id) is not None:
        raise NothingToSettle
    tax, source = _settled(bill, config_version, none_due)
    row = TaxSettlement(
        id=ids.new(), bill_id=bill.id, currency=bill.currency, tax_minor=tax.minor, source=source,
        reason=none_due.strip() if none_due is not None else "", settled_at=now, actor_kind=actor.kind,
        actor_id=actor.id,
    )  # fmt: skip
    session.current().add(row)
    session.current().flush()
    if tax:
        heading = Heading(CAUSE, row.id, bill.delivered_on, actor, if_closed=IfClosed.FIRST_OPEN_DAY)
        owed, payable = Ref(Code.RECEIVABLE, bill.patient_id), Ref(Code.TAX_PAYABLE, bill.location_id)
        posting.post(heading, [Line(bill.legal_entity_id, owed, payable, tax, bill.location_id)])
    book.tell(EventKind.BILL_TAX_SETTLED, bill.id, actor, appointment_id=str(appointment_id))
    return row


def find(bill_id: UUID) -> TaxSettlement | None:
    """Return how the tax of the bill was settled, if it was."""
    return session.current().scalar(select(TaxSettlement).where(TaxSettlement.bill_id == bill_id))


def _settled(bill: Bill, config_version: int, none_due: str | None) -> tuple[Money, str]:
    if none_due is not None:
        if not none_due.strip():
            raise NotExplained
        return Money.zero(bill.currency), ""
    proposed = propose(bill, config_version)
    if proposed.missing is not None:
        raise proposed.missing
    return proposed.tax, proposed.source
