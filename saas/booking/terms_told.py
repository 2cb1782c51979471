"""What a policy says, in a sentence that is to be translated and then filled."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from saas.catalogue.contents import CancellationPolicy, DepositPolicy
from saas.catalogue.terms import Kind, LateArrivalPolicy, NoShowPolicy, ReschedulePolicy, Terms
from saas.kernel.money import Money
from saas.kernel.text import N_


@dataclass(frozen=True)
class Said:
    """A sentence and what it is filled from."""

    sentence: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        filled = {
            name: ", ".join(one) if isinstance(one, tuple) else one for name, one in self.params.items()
        }
        return self.sentence % filled if filled else self.sentence


NONE = {
    Kind.DEPOSIT: Said(N_("No deposit is paid.")),
    Kind.CANCELLATION: Said(N_("Cancelling is free until the visit begins.")),
    Kind.NO_SHOW: Said(N_("Not coming costs as much as cancelling late.")),
    Kind.LATE_ARRIVAL: Said(N_("A visit counts as missed from its start on.")),
    Kind.RESCHEDULE: Said(N_("Patients move it themselves until it begins.")),
}


def told(kind: Kind, terms: Terms | None, currency: str) -> Said:
    """Return what *terms* of *kind* say, amounts in *currency*; None: what holds without a policy."""
    match terms:
        case DepositPolicy():
            return _deposit(terms, currency)
        case CancellationPolicy():
            return _cancellation(terms, currency)
        case NoShowPolicy():
            return _no_show(terms, currency)
        case LateArrivalPolicy():
            return _late(terms)
        case ReschedulePolicy():
            return _reschedule(terms)
        case None:
            return NONE[kind]


def _deposit(terms: DepositPolicy, currency: str) -> Said:
    if terms.percent is not None:
        return Said(N_("%(share)s per cent of the price is paid when booking."), {"share": terms.percent})
    if terms.per_hour is not None:
        amount = Money.from_major(terms.per_hour, currency)
        return Said(N_("%(amount)s for each hour is paid when booking."), {"amount": amount})
    amount = Money.from_major(terms.amount or "0", currency)
    return Said(N_("%(amount)s is paid when booking."), {"amount": amount})


def _cancellation(terms: CancellationPolicy, currency: str) -> Said:
    hours = {"hours": terms.free_until_hours}
    if terms.fee is not None:
        amount = Money.from_major(terms.fee, currency)
        return Said(N_("Cancelling is free until %(hours)s hours before, then it costs %(amount)s."),
                    {**hours, "amount": amount})  # fmt: skip
    return Said(N_("Cancelling is free until %(hours)s hours before, then it costs %(share)s per cent of the price."),
                {**hours, "share": terms.fee_percent or "0"})  # fmt: skip


def _no_show(terms: NoShowPolicy, currency: str) -> Said:
    if terms.fee is not None:
        return Said(N_("Not coming costs %(amount)s."), {"amount": Money.from_major(terms.fee, currency)})
    if terms.fee_percent is not None:
        return Said(N_("Not coming costs %(share)s per cent of the price."), {"share": terms.fee_percent})
    return Said(N_("Not coming costs nothing."))


def _late(terms: LateArrivalPolicy) -> Said:
    minutes = {"grace": terms.grace_minutes, "minutes": terms.no_show_after_minutes}
    return Said(N_("A visit waits for %(grace)s minutes, and counts as missed after %(minutes)s."), minutes)


def _reschedule(terms: ReschedulePolicy) -> Said:
    limits = {"hours": terms.until_hours, "most": terms.most_times}
    if terms.most_times == 0:
        return Said(N_("Only the clinic moves it."))
    if terms.most_times is None:
        return Said(N_("Patients move it themselves until %(hours)s hours before."), limits)
    if terms.until_hours is None:
        return Said(N_("Patients move it themselves %(most)s times at most."), limits)
    return Said(
        N_("Patients move it themselves until %(hours)s hours before, %(most)s times at most."), limits
    )
