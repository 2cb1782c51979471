"""Keep a fee of the deposit that is held, and give the rest back: how every visit that is off is settled."""

from datetime import datetime
from uuid import UUID

from saas.billing import takings
from saas.billing.quotes import Frozen
from saas.billing.refusals import WaiverUnexplained
from saas.billing.visits import Visit
from saas.kernel.actors import Actor
from saas.kernel.money import Money
from saas.ledger import posting
from saas.ledger.chart import Code, Ref
from saas.ledger.periods import IfClosed
from saas.ledger.posting import Heading
from saas.ledger.rules import Line
from saas.payments import refunds


def keep(visit: Visit, quoted: Frozen, fee: Money, heading: Heading) -> None:
    """Earn *fee* of the deposit that is held for the visit; the caller tells the journal."""
    deposit = Ref(Code.DEPOSITS, visit.appointment_id)
    earned = Ref(Code.CANCELLATION_FEES, quoted.location_id)
    posting.post(heading, [Line(quoted.legal_entity_id, deposit, earned, fee, quoted.location_id)])


def headed(cause: str, act_id: UUID, visit: Visit, actor: Actor, now: datetime) -> Heading:
    """Return the heading under which a fee is kept: as of today, where the visit is."""
    return Heading(cause, act_id, visit.today(now), actor, if_closed=IfClosed.FIRST_OPEN_DAY)


def give_back(visit: Visit, rest: Money, reason: str, actor: Actor, now: datetime) -> None:
    """Ask for the refund of *rest* from the payments made online, the last one first."""
    for taking in reversed(takings.of_visit(visit.appointment_id)):
        part = min(rest, taking.left)
        if taking.tender == takings.ONLINE and part:
            refunds.ask(taking.id, part, reason, actor, now)
            rest -= part


def require_explained(waive_reason: str | None) -> None:
    """Raise WaiverUnexplained where a fee would be waived without a reason."""
    if waive_reason is not None and not waive_reason.strip():
        raise WaiverUnexplained
