"""What it costs that nobody came, and then done: as a late cancellation is charged, by the same posting.

The fee is kept from the deposit that is held, never beyond it, and the rest goes back. It is taken back by its
mirror when the patient came after all; what went back to a card by then stays there, and is due again.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from saas.billing import bills, keeping, quotes
from saas.billing.quoting import Quote
from saas.billing.refusals import AlreadyBilled
from saas.billing.visits import Visit
from saas.catalogue import policies
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel.actors import Actor
from saas.kernel.money import Money
from saas.kernel.text import N_
from saas.ledger import posting
from saas.payments import checkout

CAUSE = "no_show.charged"
NOT_COME = N_("The patient did not come.")
CAME = N_("The patient came after all.")


@dataclass(frozen=True)
class Charge:
    """What is kept of the deposit that is held, and what goes back."""

    fee: Money
    refund: Money


def consequences(quoted: Quote, held: Money) -> Charge:
    """Return what it costs that nobody came, with *held* of the deposit held."""
    fee = min(policies.no_show_fee(quoted.policies, quoted.net), held)
    return Charge(fee, held - fee)


def settle(
    visit: Visit, act_id: UUID, actor: Actor, now: datetime, waive_reason: str | None = None
) -> Charge | None:
    """Keep the fee under the act *act_id* and give the rest back; None where nothing is charged for the visit.

    *waive_reason* waives the fee. The appointment's row is locked by the caller. WaiverUnexplained, AlreadyBilled.
    """
    keeping.require_explained(waive_reason)
    quoted = quotes.find(visit.appointment_id)
    if quoted is None:
        return None
    if bills.find(visit.appointment_id):
        raise AlreadyBilled
    checkout.list_for(visit.appointment_id, lock=True)  # before the books, in the order of all who refund
    charge = consequences(quoted, bills.held(quoted))
    if waive_reason is not None:
        book.audit("no_show.waived", "appointment", [visit.appointment_id], actor, reason=waive_reason)
        charge = Charge(Money.zero(quoted.currency), charge.fee + charge.refund)
    if charge.fee:
        keeping.keep(visit, quoted, charge.fee, keeping.headed(CAUSE, act_id, visit, actor, now))
        book.tell(EventKind.NO_SHOW_CHARGED, visit.appointment_id, actor)
    keeping.give_back(visit, charge.refund, waive_reason or NOT_COME, actor, now)
    return charge


def take_back(visit: Visit, act_id: UUID, actor: Actor, now: datetime) -> None:
    """Take the fee that was kept under the act *act_id* back into the deposit, if one was."""
    posted = posting.find(CAUSE, act_id)
    if posted is not None:
        posting.reverse(posted.id, actor, CAME, visit.today(now))
