"""What a visit costs, as it is shown before it is booked: price, tax, deposit, and what cancelling costs.

A shown price is for a day and for whom one may choose; where several practitioners ask different prices
it is the lowest, and says so. What was booked is told by its own frozen quote.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from saas.billing import quoting
from saas.billing.quoting import Added, Quote
from saas.booking.asking import Wish
from saas.catalogue import policies, pricing, rulebook, rulings, taxes
from saas.catalogue.agreements import Agreed
from saas.catalogue.contents import Offering
from saas.catalogue.pricing import Circumstances, Price
from saas.catalogue.rulings import Decided
from saas.catalogue.taxes import Rate
from saas.catalogue.terms import Kind, Policies
from saas.credentials import eligibility
from saas.kernel.money import Money
from saas.practice.snapshot import Place, Practitioner


@dataclass(frozen=True)
class Cost:
    """What is shown. `tax` is None where no rate is stated: it is for review, and not nothing.

    `free_hours` and `free_until` say until when cancelling is free, both None where no policy says;
    `is_late` that this moment has passed; `no_show_fee` what not coming costs,
    where that is not what cancelling late does.
    """

    price: Money
    highest: Money
    tax: Money | None
    deposit: Money
    late_fee: Money
    free_hours: int | None = None
    free_until: datetime | None = None
    is_late: bool = False
    no_show_fee: Money | None = None

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
        is_late=until is not None and now >= until, no_show_fee=_no_show(quoted),
    )  # fmt: skip


def quote(wish: Wish, person: Practitioner | None, on: date) -> Quote | None:
    """Return what the wish costs with *person* on *on*, a line for the offering and each add-on. NoPrice.

    None where nothing is charged. An examination that comes first costs nothing, nor does its time.
    """
    offering, place = wish.offering, wish.place

    def rate(charged: Offering) -> Rate | None:
        return taxes.find(place.jurisdiction, charged.tax_purpose or "", on, wish.config_version)

    added = [Added(add_on, rate(add_on)) for add_on in wish.add_ons]
    agreed = wish.whom.agreed if wish.whom else Agreed()
    asked = replace(circumstances(place, person, on), agreed=agreed.prices)
    known = decided(wish)
    if agreed.pays_no_deposit(on):
        known = rulings.waived(known, Kind.DEPOSIT)
    minutes = wish.timeline.patient.minutes - (offering.exam.minutes if offering.exam else 0)
    return quoting.quote(offering, asked, rate(offering), minutes, added, known)


def governing(wish: Wish) -> Policies:
    """Return the policies that the wish is booked under."""
    return rulings.policies(decided(wish))


def decided(wish: Wish) -> Decided:
    """Return which rules decide the policies that the wish is booked under.

    Who is not known yet counts as new: a page never tells whether an address was seen before.
    """
    is_first = wish.whom is None or wish.whom.is_first
    return rulebook.explain(
        wish.offering, wish.place.slug, is_first=is_first, config_version=wish.config_version
    )


def lowest(found: Iterable[Cost]) -> Cost | None:
    """Return the lowest of the costs in the first one's currency, which knows what the highest asks."""
    every = list(found)
    alike = [one for one in every if one.price.currency == every[0].price.currency]
    least = min(alike, key=lambda one: one.price, default=None)
    return replace(least, highest=max(one.highest for one in alike)) if least else None


def least(found: Iterable[Money]) -> Money | None:
    """Return the lowest of the amounts in the first one's currency."""
    every = list(found)
    return min((one for one in every if one.currency == every[0].currency), default=None)


def of_wish(wish: Wish, on: date) -> Cost | None:
    """Return what the wish costs on *on*: with the practitioner of choice, or the lowest of all. NoPrice."""
    chosen = wish.practitioner
    people = [chosen] if chosen else performers(wish, on)
    found = [one for person in people or (None,) if (one := quote(wish, person, on))]
    if not found:
        return None
    least = min(found, key=lambda one: one.net)
    policy = least.policies.cancellation
    return Cost(
        price=least.net, highest=max(one.net for one in found), tax=None if least.is_for_review else least.tax,
        deposit=least.deposit, late_fee=policies.late_fee(policy, least.net),
        free_hours=policy.free_until_hours if policy else None, no_show_fee=_no_show(least),
    )  # fmt: skip


def _no_show(quoted: Quote) -> Money | None:
    """Return what not coming costs; None where it is as much as cancelling late."""
    known = quoted.policies
    fee = policies.no_show_fee(known, quoted.net)
    return None if fee == policies.late_fee(known.cancellation, quoted.net) else fee


def surcharge(wish: Wish, add_on: Offering, on: date) -> Money | None:
    """Return what *add_on* costs besides, with the practitioner of choice or the lowest of all. NoPrice.

    None where it is free of charge; whoever performs the visit with it is asked, not who does without.
    """
    with_it = replace(wish, add_ons=(add_on,))
    people = [wish.practitioner] if wish.practitioner else performers(with_it, on)
    found = [price(add_on, wish.place, person, on) for person in people or (None,)]
    return min((one.amount for one in found if one), default=None)


def extra_minutes(wish: Wish, add_on: Offering) -> int:
    """Return how many minutes longer *add_on* makes the patient's visit."""
    alone, with_it = replace(wish, add_ons=()), replace(wish, add_ons=(add_on,))
    return with_it.timeline.patient.minutes - alone.timeline.patient.minutes


def performers(wish: Wish, on: date) -> list[Practitioner]:
    """Return who works at the place and may be the visit's practitioner within its horizon from *on*."""
    last = on + timedelta(days=wish.offering.horizon_days)

    def may(person: Practitioner) -> bool:
        question = eligibility.question(wish.practice, wish.place, person, wish.roles[0])
        found = eligibility.periods(question, wish.config_version)
        return any(period.starts_on <= last and period.ends_on >= on for period in found)

    people = wish.practice.practitioners.values()
    return [person for person in people if wish.place.id in person.hours and may(person)]
