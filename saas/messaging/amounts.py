"""What a mail says of money: what was paid and is due, what goes back, and the receipt as PDF."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from babel.numbers import format_currency

from saas.billing import bills, printing, receipts
from saas.journal import feed
from saas.kernel.errors import NotFound
from saas.kernel.money import Money
from saas.messaging import rendering
from saas.messaging.models import Message
from saas.payments import checkout, refunds
from saas.scheduling.models import Appointment


@dataclass(frozen=True)
class Pdf:
    """A receipt to attach."""

    name: str
    content: bytes


def words(message: Message, language: str) -> Mapping[str, str]:
    """Return the amounts that the mail's template names; each is empty where there is nothing to say."""
    if message.kind == "refunded":
        return {"paid": "", "due": "", **_refunded(message, language)}
    stands = bills.standing(message.appointment_id)
    held, due = (stands.held, stands.due) if stands else (None, None)
    return {"paid": _written(held, language), "due": _written(due, language), "refund": "", "card": ""}


def receipt(visit: Appointment, language: str) -> Pdf | None:
    """Return the visit's receipt, where anything was paid."""
    try:
        found = receipts.of_visit(visit.id)
    except NotFound:
        return None
    said = rendering.translations(language)
    translated = {name: said.gettext(sentence) for name, sentence in printing.WORDS.items()}
    return Pdf(found.file_name, printing.render(found, translated, language))


def _refunded(message: Message, language: str) -> Mapping[str, str]:
    refund_id = feed.get(message.id).subject_id
    assert refund_id is not None
    row = refunds.get(UUID(str(refund_id)))
    card = checkout.get(row.payment_id).card_last4
    return {"refund": _written(Money(row.amount_minor, row.currency), language), "card": card or ""}


def _written(amount: Money | None, language: str) -> str:
    return format_currency(amount.major, amount.currency, locale=language.replace("-", "_")) if amount else ""
