"""The trial balance as a page lays it out: groups of accounts, each on its side, and both sides' sums."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from saas.kernel.money import Money
from saas.ledger import trial
from saas.ledger.chart import CHART, Code, Kind
from saas.ledger.trial import TrialLine
from saas.reporting.views import naming
from saas.reporting.views.naming import Names


@dataclass(frozen=True)
class Row:
    """One line: its account, what it is about, how many accounts stand behind it, and its side."""

    label: str
    about: str
    accounts: int
    href: str
    debit: Money | None
    credit: Money | None


@dataclass(frozen=True)
class Group:
    """The accounts of one kind."""

    title: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Sheet:
    """The trial balance of one legal entity in one currency; `figures` are pairs of label and amount."""

    entity: str
    currency: str
    groups: Sequence[Group]
    figures: Sequence[tuple[str, Money]]
    debit: Money
    credit: Money

    @property
    def is_balanced(self) -> bool:
        """Whether both sides are equal."""
        return self.debit == self.credit


def sheets(as_of: date, names: Names) -> list[Sheet]:
    """Return a sheet for each of the books that has lines by the end of *as_of*, by the entity's name."""
    found = [_sheet(entity_id, currency, as_of, names) for entity_id, currency in trial.books()]
    return sorted(
        (sheet for sheet in found if sheet.groups), key=lambda sheet: (sheet.entity, sheet.currency)
    )


def _sheet(entity_id: UUID, currency: str, as_of: date, names: Names) -> Sheet:
    lines = trial.balance(entity_id, currency, as_of)
    book = (entity_id, currency, as_of)
    titles = {str(kind): _(title) for kind, title in naming.KINDS.items()} | {"memo": _(naming.MEMO)}
    groups = [
        Group(title, [_row(line, book, names) for line in lines if _group(line) == key])
        for key, title in titles.items()
    ]
    return Sheet(
        names.entities[entity_id], currency, [group for group in groups if group.rows], _figures(lines, currency),
        Money(sum(max(line.balance_minor, 0) for line in lines), currency),
        Money(sum(max(-line.balance_minor, 0) for line in lines), currency),
    )  # fmt: skip


def _group(line: TrialLine) -> str:
    return "memo" if CHART[line.code].is_memo else str(line.kind)


def _row(line: TrialLine, book: tuple[UUID, str, date], names: Names) -> Row:
    balance = Money(line.balance_minor, book[1])
    return Row(
        naming.account(line.code), names.location(line.location_id), line.accounts, _href(line, book),
        None if balance.minor < 0 else balance, -balance if balance.minor < 0 else None,
    )  # fmt: skip


def _href(line: TrialLine, book: tuple[UUID, str, date]) -> str:
    if line.accounts == 1:
        return url_for("reporting.account", account_id=line.account_id)
    entity_id, currency, as_of = book
    return url_for(
        "reporting.holdings",
        entity_id=entity_id,
        currency=currency,
        code=line.code.value,
        as_of=as_of.isoformat(),
    )


def _figures(lines: Sequence[TrialLine], currency: str) -> list[tuple[str, Money]]:
    """Return what an owner asks first."""

    def of(*codes: Code) -> Money:
        return Money(sum(line.balance_minor for line in lines if line.code in codes), currency)

    def of_kind(kind: Kind) -> Money:
        return Money(sum(ln.balance_minor for ln in lines if ln.kind is kind), currency)

    owed = (Code.DEPOSITS, Code.DEFERRED_REVENUE, Code.PATIENT_CREDIT, Code.GIFT_CARDS)
    return [
        (_("On its way to the bank"), of(Code.STRIPE_CLEARING)),
        (_("Paid ahead by patients"), -of(*owed)),
        (_("Earned"), -of_kind(Kind.REVENUE)),
        (_("Cost"), of_kind(Kind.EXPENSE)),
    ]
