"""Why the books refuse."""

from uuid import UUID

from saas.kernel.errors import Conflict, Invalid
from saas.kernel.money import Money
from saas.kernel.text import N_


class NotPostable(Invalid):
    """The lines are no entry: none at all, an amount that is not above zero, one account on both sides."""

    code = "not_postable"
    sentence = N_("An entry needs lines, each with an amount above zero and two different accounts.")


class NotEnough(Conflict):
    """A guarded account would fall below zero; `left` is what it holds, `wanted` what was asked of it."""

    code = "not_enough_left"
    sentence = N_("Only %(left)s is left of it, and %(wanted)s was asked for.")

    def __init__(self, account_id: UUID, left: Money, wanted: Money) -> None:
        super().__init__(left=left, wanted=wanted)
        self.account_id, self.left, self.wanted = account_id, left, wanted


class PostedDifferently(Conflict):
    """The same cause was posted before, with other amounts or accounts."""

    code = "posted_differently"
    sentence = N_("This has been entered in the books before, with other amounts.")


class PeriodClosed(Conflict):
    """The month the entry counts for is closed."""

    code = "period_closed"
    sentence = N_("The books for %(month)s are closed.")


class PeriodNotOver(Invalid):
    """The month to be closed has not ended."""

    code = "period_not_over"
    sentence = N_("%(month)s has not ended; its books stay open until it has.")


class AlreadyReversed(Conflict):
    """An entry is reversed once."""

    code = "already_reversed"
    sentence = N_("This entry has been reversed already.")


class ReversalStands(Invalid):
    """A reversal is not itself reversed: what was meant is posted anew."""

    code = "reversal_stands"
    sentence = N_("A reversal is not reversed. Enter what was meant anew.")


class ReasonMissing(Invalid):
    """A reversal says why."""

    code = "reason_missing"
    sentence = N_("Please say why this entry is reversed.")
