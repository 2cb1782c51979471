"""Why billing refuses."""

from saas.kernel.errors import Conflict, Invalid
from saas.kernel.text import N_


class NotBillable(Conflict):
    """Only a visit that is certain is billed: not one that was called off, or is merely held."""

    code = "not_billable"
    sentence = N_("Only a visit that is certain can be billed.")


class AlreadyBilled(Conflict):
    """What is billed took place, and is not called off."""

    code = "already_billed"
    sentence = N_("This visit is billed, so it cannot be called off.")


class NotBilled(Conflict):
    """A payment at the desk is for a bill, and there is none yet."""

    code = "not_billed"
    sentence = N_("There is no bill for this visit yet. Please issue it first.")


class NotAnAmount(Invalid):
    """Nothing, or less, is no payment."""

    code = "not_an_amount"
    sentence = N_("Please say how much was taken; it is more than nothing.")


class MoreThanDue(Conflict):
    """More was to be taken than is due; `due` is what is."""

    code = "more_than_due"
    sentence = N_("Only %(due)s is due.")


class TakenDifferently(Conflict):
    """The same payment was taken before, with another amount or tender."""

    code = "taken_differently"
    sentence = N_("This payment has been noted before, with another amount or in another way.")


class WaiverUnexplained(Invalid):
    """A fee is waived for a reason."""

    code = "waiver_unexplained"
    sentence = N_("Please say why the fee is waived.")
