"""The chart of accounts, as data. Every legal entity has each of these accounts, per currency, from the
first posting that names it; no page makes or renames one.

An account is *about* something: the legal entity itself, or one location, visit, patient, charge …
(its subject). A **guarded** account never falls below zero: what is left of a deposit, a gift card, a
charge. *Refundable* and its *control* are a memorandum beside the books: what a charge may yet give
back, raised with the charge, lowered with each refund, whatever else became of the money.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from saas.kernel.text import N_


class Kind(StrEnum):
    """What an account is; assets and expenses grow on the debit side, the others on the credit side."""

    ASSET = "asset"
    LIABILITY = "liability"
    REVENUE = "revenue"
    EXPENSE = "expense"
    EQUITY = "equity"

    @property
    def grows_by_debit(self) -> bool:
        """Whether a debit raises the account."""
        return self in (Kind.ASSET, Kind.EXPENSE)


class Subject(StrEnum):
    """What an account can be about, beside the legal entity itself."""

    APPOINTMENT = "appointment"
    CHARGE = "charge"
    DISPUTE = "dispute"
    GIFT_CARD = "gift_card"
    LEGAL_ENTITY = "legal_entity"
    LOCATION = "location"
    PACKAGE_LINE = "package_line"
    PATIENT = "patient"


class Code(StrEnum):
    """The accounts, in the order in which a trial balance lists them."""

    BANK = "bank"
    STRIPE_CLEARING = "stripe_clearing"
    RECEIVABLE = "receivable"
    DISPUTES = "disputes"
    DUE_FROM = "due_from"
    REFUND_CONTROL = "refund_control"
    DEPOSITS = "deposits"
    DEFERRED_REVENUE = "deferred_revenue"
    PATIENT_CREDIT = "patient_credit"
    GIFT_CARDS = "gift_cards"
    TAX_PAYABLE = "tax_payable"
    TIPS_PAYABLE = "tips_payable"
    DUE_TO = "due_to"
    REFUNDABLE = "refundable"
    OPENING = "opening"
    REVENUE = "revenue"
    CANCELLATION_FEES = "cancellation_fees"
    BREAKAGE = "breakage"
    PROCESSING_FEES = "processing_fees"
    DISPUTE_LOSSES = "dispute_losses"


@dataclass(frozen=True)
class Definition:
    """One account of the chart: its name, its kind, what it is about, whether it is guarded, and whether
    it stands beside the books as a memorandum.
    """

    name: str
    kind: Kind
    subject: Subject | None = None
    guarded: bool = False
    is_memo: bool = False


CHART: dict[Code, Definition] = {
    Code.BANK: Definition(N_("Bank"), Kind.ASSET),
    Code.STRIPE_CLEARING: Definition(N_("Card payments on their way"), Kind.ASSET),
    Code.RECEIVABLE: Definition(N_("Owed by patients"), Kind.ASSET, Subject.PATIENT),
    Code.DISPUTES: Definition(N_("Held in disputes"), Kind.ASSET, Subject.DISPUTE, guarded=True),
    Code.DUE_FROM: Definition(N_("Due from other entities"), Kind.ASSET, Subject.LEGAL_ENTITY),
    Code.REFUND_CONTROL: Definition(N_("Refundable on charges, control"), Kind.ASSET, is_memo=True),
    Code.DEPOSITS: Definition(N_("Deposits for visits"), Kind.LIABILITY, Subject.APPOINTMENT, guarded=True),
    Code.DEFERRED_REVENUE: Definition(
        N_("Sold, not yet delivered"), Kind.LIABILITY, Subject.PACKAGE_LINE, guarded=True
    ),
    Code.PATIENT_CREDIT: Definition(N_("Credit of patients"), Kind.LIABILITY, Subject.PATIENT, guarded=True),
    Code.GIFT_CARDS: Definition(N_("Gift cards"), Kind.LIABILITY, Subject.GIFT_CARD, guarded=True),
    Code.TAX_PAYABLE: Definition(N_("Tax payable"), Kind.LIABILITY, Subject.LOCATION),
    Code.TIPS_PAYABLE: Definition(N_("Tips payable"), Kind.LIABILITY),
    Code.DUE_TO: Definition(N_("Due to other entities"), Kind.LIABILITY, Subject.LEGAL_ENTITY),
    Code.REFUNDABLE: Definition(N_("Refundable on charges"), Kind.LIABILITY, Subject.CHARGE, True, is_memo=True),
    Code.OPENING: Definition(N_("Opening balances"), Kind.EQUITY),
    Code.REVENUE: Definition(N_("Revenue"), Kind.REVENUE, Subject.LOCATION),
    Code.CANCELLATION_FEES: Definition(N_("Cancellation fees"), Kind.REVENUE, Subject.LOCATION),
    Code.BREAKAGE: Definition(N_("Breakage"), Kind.REVENUE),
    Code.PROCESSING_FEES: Definition(N_("Processing fees"), Kind.EXPENSE),
    Code.DISPUTE_LOSSES: Definition(N_("Lost disputes"), Kind.EXPENSE),
}  # fmt: skip


@dataclass(frozen=True, order=True)
class Ref:
    """An account by its code and what it is about, within the legal entity and currency of a line."""

    code: Code
    subject_id: UUID | None = None

    def __post_init__(self) -> None:
        wanted = CHART[self.code].subject
        if (wanted is None) != (self.subject_id is None):
            raise ValueError(f"{self.code} is about {wanted or 'the legal entity itself'}")

    @property
    def definition(self) -> Definition:
        """What the chart says of it."""
        return CHART[self.code]

    def about(self, legal_entity_id: UUID) -> UUID:
        """Return the id of what it is about: its subject, or else the legal entity."""
        return self.subject_id or legal_entity_id

    def location_id(self) -> UUID | None:
        """Return the location it is about, if that is what it is about."""
        return self.subject_id if self.definition.subject is Subject.LOCATION else None
