"""What a visit costs, as it is shown before it is booked: price, tax, deposit, and what cancelling costs.

A shown price is for a day and for whom one may choose; where several practitioners ask different prices
it is the lowest, and says so. What was booked is told by its own frozen quote.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from saas.billing.quoting import Quote
from saas.booking.asking import Wish
from saas.catalogue import composing, policies, pricing, taxes
from saas.catalogue.contents import Offering
from saas.catalogue.pricing import Circumstances, Price
from saas.credentials import privileges
from saas.kernel.money import Money
from saas.practice.snapshot import Place, Practitioner


@dataclass(frozen=True)
class Cost:
    """What is shown. `tax` is None where no rate is stated: it is for review, and not nothing.

    `free_hours` and `free_until` say until when cancelling is free, both None where no policy says;
    `is_late` that this moment has passed.
    """

    price: Money
    highest: Money
    tax: Money | None
    deposit: Money
    late_fee: Money
    free_hours: int | None = None
    free_until: datetime | None = None
    is_late: bool = False

    @property
    def is_lowest(self) -> bool:
        """Whether others ask more."""
        return self.highest > self.price

    @property
    def total(self) -> Money:
        """The price with the tax that is stated."""
        return self.price + self.tax if self.tax else self.price

    @property
    def rest(self) -> Money:
        """What is paid at the visit, after the deposit."""
        return self.total - self.deposit


def price(offering: Offering, place: Place, person: Practitioner | None, on: date) -> Price | None:
    """Return the price with *person* at *place* for a visit on *on*; None where it is free. NoPrice."""
    return pricing.resolve(offering, circumstances(place, person, on))


def circumstances(place: Place, person: Practitioner | None, on: date) -> Circumstances:
    """Return for whom and what a price is asked."""
    return Circumstances(
        location=place.slug, practitioner=person.slug if person else None,
        tier=person.tier if person else None, on=on, currency=place.currency,
    )  # fmt: skip


def promised(quoted: Quote, wall_start: datetime, zone: str, now: datetime) -> Cost:
    """Return what a visit costs that was quoted: what was frozen with its hold, whatever the catalogue says."""
    policy = quoted.policies.cancellation
    until = policies.free_until(policy, wall_start, zone) if policy else None
    return Cost(
        price=quoted.net, highest=quoted.net, tax=None if quoted.is_for_review else quoted.tax,
        deposit=quoted.deposit, late_fee=policies.late_fee(policy, quoted.net),
        free_hours=policy.free_until_hours if policy else None, free_until=until,
        is_late=until is not None and now >= until,
    )  # fmt: skip


def cost(
    offering: Offering, place: Place, people: Sequence[Practitioner], on: date, config_version: int
) -> Cost | None:
    """Return what a visit on *on* costs with one of *people*; None where it is free of charge. NoPrice."""
    found = [price(offering, place, person, on) for person in people or (None,)]
    amounts = sorted(one.amount for one in found if one)
    if not amounts:
        return None
    lowest, policy = amounts[0], offering.cancellation
    rate = taxes.find(place.jurisdiction, offering.tax_purpose or "", on, config_version)
    return Cost(
        price=lowest, highest=amounts[-1], tax=taxes.of(lowest, rate) if rate else None,
        deposit=policies.deposit(offering.deposit, lowest, composing.compose(offering.segments).patient.minutes),
        late_fee=policies.late_fee(policy, lowest), free_hours=policy.free_until_hours if policy else None,
    )  # fmt: skip


def lowest(found: Iterable[Cost]) -> Cost | None:
    """Return the lowest of the costs in the first one's currency, which knows what the highest asks."""
    every = list(found)
    alike = [one for one in every if one.price.currency == every[0].price.currency]
    least = min(alike, key=lambda one: one.price, default=None)
    return replace(least, highest=max(one.highest for one in alike)) if least else None


def of_wish(wish: Wish, on: date) -> Cost | None:
    """Return what the wish costs on *on*: with the practitioner of choice, or the lowest of all. NoPrice."""
    chosen = wish.practitioner
    people = [chosen] if chosen else performers(wish, on)
    return cost(wish.offering, wish.place, people, on, wish.config_version)


def performers(wish: Wish, on: date) -> list[Practitioner]:
    """Return who works at the place and may perform the offering within its horizon from *on*."""
    last = on + timedelta(days=wish.offering.horizon_days)
    return [
        person for person in wish.practice.practitioners.values()
        if wish.place.id in person.hours
        and any(period.starts_on <= last and period.ends_on >= on
                for period in privileges.periods(person.id, wish.offering.procedures, wish.config_version))
    ]  # fmt: skip
