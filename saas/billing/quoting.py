"""Work out what a visit will cost, from what the catalogue says today. Pure; `quotes` keeps the answer.

A line without a tax rate is for review: no tax is added, and the line says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from saas.catalogue import policies, pricing, rulings, taxes
from saas.catalogue.contents import Offering
from saas.catalogue.pricing import Circumstances, Price, Step
from saas.catalogue.rulings import Decided
from saas.catalogue.taxes import Rate
from saas.catalogue.terms import Policies
from saas.kernel.money import Money


@dataclass(frozen=True)
class QuoteLine:
    """One thing that is charged: its name by language, net and tax, and why just so much."""

    ordinal: int
    description: Mapping[str, str]
    offering_version_id: UUID
    net: Money
    tax: Money
    tax_purpose: str
    tax_percent: Decimal | None
    tax_source: str | None
    trace: tuple[Step, ...] = ()

    @property
    def is_for_review(self) -> bool:
        """Whether nobody has stated a tax rate for it."""
        return self.tax_percent is None


@dataclass(frozen=True)
class Quote:
    """What a visit costs: its lines, the deposit asked for, and the policies it is booked under."""

    lines: tuple[QuoteLine, ...]
    deposit: Money
    policy: Mapping[str, Any]
    rulings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def decided(self) -> Decided:
        """Which rules the policies about money come from; empty for what was quoted before that was kept."""
        return rulings.read(self.rulings)

    @property
    def policies(self) -> Policies:
        """The policies about money that it was made under."""
        return policies.read_snapshot(self.policy)

    @property
    def currency(self) -> str:
        """The ISO 4217 code of all its amounts."""
        return self.deposit.currency

    @property
    def net(self) -> Money:
        """The price before tax."""
        return Money.total((line.net for line in self.lines), self.currency)

    @property
    def tax(self) -> Money:
        """The tax of all lines; each was rounded by itself."""
        return Money.total((line.tax for line in self.lines), self.currency)

    @property
    def total(self) -> Money:
        """What there is to pay in all."""
        return self.net + self.tax

    @property
    def is_for_review(self) -> bool:
        """Whether any line lacks a tax rate."""
        return any(line.is_for_review for line in self.lines)


@dataclass(frozen=True)
class Added:
    """An add-on that is charged with a visit, and the tax rate that holds for it; None where nobody stated one."""

    offering: Offering
    rate: Rate | None


def quote(
    offering: Offering,
    asked: Circumstances,
    rate: Rate | None,
    minutes: int,
    add_ons: Sequence[Added] = (),
    decided: Decided | None = None,
) -> Quote | None:
    """Return what a visit of *minutes* (the patient's, with add-ons) costs; None where nothing is charged.

    Each add-on has a line with its own price, purpose and rate. The policies are those *decided* for
    the visit, else what the offering itself states; the deposit is worked out from the whole price. NoPrice.
    """
    lines: list[QuoteLine] = []
    for charged in (Added(offering, rate), *add_ons):
        price = pricing.resolve(charged.offering, asked)
        if price is not None:
            lines.append(_line(len(lines), charged, price))
    if not lines:
        return None
    net = Money.total((line.net for line in lines), asked.currency)
    governing = rulings.policies(decided) if decided else policies.own(offering)
    deposit, kept = policies.deposit(governing.deposit, net, minutes), policies.snapshot(governing)
    return Quote(tuple(lines), deposit, kept, rulings.as_json(decided or {}, policies.OF_MONEY))


def _line(ordinal: int, charged: Added, price: Price) -> QuoteLine:
    offering, rate = charged.offering, charged.rate
    return QuoteLine(
        ordinal=ordinal, description=dict(offering.name), offering_version_id=offering.version_id,
        net=price.amount, tax=taxes.of(price.amount, rate) if rate else Money.zero(price.amount.currency),
        tax_purpose=offering.tax_purpose or "", tax_percent=rate.percent if rate else None,
        tax_source=rate.source if rate else None, trace=price.trace,
    )  # fmt: skip


def content(quoted: Quote) -> dict[str, Any]:
    """Return lines, policies and where those come from, of a quote, as JSON."""
    lines = [_line_content(line) for line in quoted.lines]
    return {"lines": lines, "policy": dict(quoted.policy), "rulings": dict(quoted.rulings)}


def read_lines(kept: Sequence[Mapping[str, Any]], currency: str) -> tuple[QuoteLine, ...]:
    """Return the lines that `content` wrote."""
    return tuple(
        QuoteLine(
            ordinal=line["ordinal"], description=line["description"],
            offering_version_id=UUID(line["offering_version_id"]),
            net=Money(line["net_minor"], currency), tax=Money(line["tax_minor"], currency),
            tax_purpose=line["tax_purpose"], tax_source=line["tax_source"],
            tax_percent=None if line["review"] else Decimal(line["tax_percent"]),
            trace=tuple(pricing.read_step(step) for step in line["trace"]),
        )
        for line in kept
    )  # fmt: skip


def _line_content(line: QuoteLine) -> dict[str, Any]:
    return {
        "ordinal": line.ordinal, "description": dict(line.description),
        "offering_version_id": str(line.offering_version_id),
        "net_minor": line.net.minor, "tax_minor": line.tax.minor,
        "tax_percent": None if line.tax_percent is None else str(line.tax_percent),
        "tax_purpose": line.tax_purpose, "tax_source": line.tax_source, "review": line.is_for_review,
        "trace": [step.as_json() for step in line.trace],
    }  # fmt: skip
