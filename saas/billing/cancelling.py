"""What calling a visit off costs, said before it happens, and then done.

Within the free time, everything that was paid goes back. After it, the fee is kept from the deposit that
is held, never beyond it, and the rest goes back. When the clinic calls off, or somebody of the staff
waives the fee for a reason, everything goes back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from saas.billing import bills, keeping, quotes
from saas.billing.quotes import Frozen
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

CAUSE = "cancellation.charged"
IN_TIME, LATE = N_("The visit was cancelled in time."), N_("The visit was cancelled late.")
BY_CLINIC = N_("The clinic cancelled the visit.")

# By whether the free time is over, something is kept, and something goes back.
_SENTENCES = {
    (False, False, False): N_("The time becomes free for somebody else. Nothing is charged."),
    (False, False, True): N_(
        "The time becomes free for somebody else. All of the %(refund)s you paid goes back to your card."
    ),
    (True, False, False): N_(
        "The time to cancel free of charge is over. The time becomes free; nothing is charged."
    ),
    (True, False, True): N_(
        "The time to cancel free of charge is over. Even so, all of the %(refund)s you paid goes back to your card."
    ),
    (True, True, False): N_(
        "The time to cancel free of charge is over. The %(fee)s you paid is kept as the cancellation fee."
    ),
    (True, True, True): N_(
        "The time to cancel free of charge is over. A cancellation fee of %(fee)s is kept, and %(refund)s goes"
        " back to your card."
    ),
}


@dataclass(frozen=True)
class Fee:
    """What cancelling does: what is kept of the deposit that is held, and what goes back.

    `late`: the free time is over. `sentence` is to be translated and then filled from `params`.
    """

    late: bool
    fee: Money
    refund: Money

    @property
    def sentence(self) -> str:
        """The consequence in words."""
        return _SENTENCES[self.late, bool(self.fee), bool(self.refund)]

    @property
    def params(self) -> Mapping[str, Money]:
        """What `sentence` is filled from."""
        return {"fee": self.fee, "refund": self.refund}


def consequences(quoted: Quote, held: Money, wall_start: datetime, zone: str, now: datetime) -> Fee:
    """Return what it would cost the patient to cancel *now*, with *held* of the deposit held.

    *wall_start* is the visit's start on the clock of *zone*. Without a cancellation policy it is free.
    """
    policy = quoted.policies.cancellation
    late = policy is not None and now >= policies.free_until(policy, wall_start, zone)
    wanted = policies.late_fee(policy, quoted.net) if late else Money.zero(held.currency)
    fee = min(wanted, held)
    return Fee(late, fee, held - fee)


def settle_cancellation(visit: Visit, actor: Actor, now: datetime, *, by_clinic: bool = False,
                        waive_reason: str | None = None) -> Fee | None:  # fmt: skip
    """Keep the fee and ask for the refund of the rest; None where nothing is charged for the visit.

    The appointment's row is locked by the caller. What is settled already is not settled again.
    *waive_reason* waives the fee. Raises WaiverUnexplained, AlreadyBilled, RefundRefused.
    """
    keeping.require_explained(waive_reason)
    quoted = quotes.find(visit.appointment_id)
    if quoted is None:
        return None
    if bills.find(visit.appointment_id):
        raise AlreadyBilled
    checkout.list_for(visit.appointment_id, lock=True)  # before the books, in the order of all who refund
    fee = _fee(visit, quoted, now, is_free=by_clinic or waive_reason is not None)
    if fee.fee:
        keeping.keep(visit, quoted, fee.fee, keeping.headed(CAUSE, visit.appointment_id, visit, actor, now))
        book.tell(EventKind.CANCELLATION_CHARGED, visit.appointment_id, actor)
    if waive_reason is not None:
        book.audit("cancellation.waived", "appointment", [visit.appointment_id], actor, reason=waive_reason)
    keeping.give_back(visit, fee.refund, waive_reason or _reason(fee, by_clinic), actor, now)
    return fee


def _fee(visit: Visit, quoted: Frozen, now: datetime, *, is_free: bool) -> Fee:
    held = bills.held(quoted)
    fee = consequences(quoted, held, visit.wall_start, visit.zone, now)
    if is_free or posting.find(CAUSE, visit.appointment_id):  # a fee is kept once
        return Fee(fee.late, Money.zero(held.currency), held)
    return fee


def _reason(fee: Fee, by_clinic: bool) -> str:
    if by_clinic:
        return BY_CLINIC
    return LATE if fee.late else IN_TIME
