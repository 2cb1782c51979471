"""What the books call things: causes, kinds of accounts, and what an account is about.

An account of a patient shows no name: who that is, the patient's own page says, and notes who looked.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from babel.dates import format_date
from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from saas.kernel.text import N_
from saas.ledger.chart import CHART, Code, Kind, Subject
from saas.practice import places
from saas.reporting import causes

KINDS = {
    Kind.ASSET: N_("What is ours"), Kind.LIABILITY: N_("What is owed"), Kind.EQUITY: N_("Opening balances"),
    Kind.REVENUE: N_("What was earned"), Kind.EXPENSE: N_("What it cost"),
}  # fmt: skip
MEMO = N_("Beside the books")

CAUSES = {
    "bill.issued": N_("Bill issued"), "cancellation.charged": N_("Cancellation fee kept"),
    "bill.tax_settled": N_("Tax of a bill settled"), "no_show.charged": N_("No-show fee kept"),
    "desk_payment.taken": N_("Payment at the desk"),
    "deposit.paid": N_("Deposit paid"), "deposit.refunded": N_("Deposit refunded"),
    "deposit.kept": N_("Deposit kept"), "visit.delivered": N_("Visit delivered"),
    "payment.paid": N_("Payment received"), "payment.refunded": N_("Payment refunded"),
    "payment.fee": N_("Processing fee"), "refund.asked": N_("Refund"),
    "fee.charged": N_("Processing fee"), "payout.paid": N_("Payout to the bank"),
    "dispute.opened": N_("Dispute opened"), "dispute.won": N_("Dispute won"), "dispute.lost": N_("Dispute lost"),
    "tip.given": N_("Tip"), "entry.reversed": N_("Reversal"),
}  # fmt: skip

SUBJECTS = {
    Subject.APPOINTMENT: N_("Visit %(mark)s"), Subject.CHARGE: N_("Charge %(mark)s"),
    Subject.DISPUTE: N_("Dispute %(mark)s"), Subject.GIFT_CARD: N_("Gift card %(mark)s"),
    Subject.PACKAGE_LINE: N_("Package line %(mark)s"), Subject.PATIENT: N_("Patient %(mark)s"),
}  # fmt: skip


@dataclass(frozen=True)
class Names:
    """The names of legal entities and locations, read once for a page."""

    entities: dict[UUID, str]
    locations: dict[UUID, str]

    def subject(self, code: Code, subject_id: UUID) -> str:
        """Return what an account is about, in words; nothing where it is about the entity itself."""
        about = CHART[code].subject
        if about is Subject.LOCATION:
            return self.locations.get(subject_id, "")
        if about is Subject.LEGAL_ENTITY:
            return self.entities.get(subject_id, "")
        return _(SUBJECTS[about], mark=mark(subject_id)) if about else ""

    def location(self, location_id: UUID | None) -> str:
        """Return a location's name, nothing for none."""
        return self.locations.get(location_id, "") if location_id else ""


def names() -> Names:
    """Read the names."""
    return Names(places.entity_names(), places.location_names())


def account(code: Code) -> str:
    """Return an account's name."""
    return str(_(CHART[code].name))


def cause(code: str) -> str:
    """Return why an entry was made; a cause without words yet is spelled as it is."""
    return str(_(CAUSES[code])) if code in CAUSES else code.replace(".", " · ").replace("_", " ")


def day(on: date) -> str:
    """Return a date as the request's language writes it."""
    return str(format_date(on, "medium", locale=get_locale()))


def mark(record_id: UUID) -> str:
    """Return the few last letters by which people tell records apart."""
    return record_id.hex[-8:]


def subject_href(code: Code, subject_id: UUID) -> str:
    """Return the page of what an account is about, nothing where it has none."""
    return visit_href(causes.visit_of_subject(CHART[code].subject, subject_id))


def visit_href(visit: UUID | None) -> str:
    """Return a visit's page, nothing for none."""
    return url_for("desk.visit", appointment_id=visit) if visit else ""
