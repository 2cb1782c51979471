"""What a patient paid for a visit and what became of it, and the receipt for it."""

from dataclasses import dataclass
from datetime import datetime

from flask import make_response
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.billing import bills, printing, receipts, takings
from saas.billing.takings import Taking
from saas.kernel.errors import NotFound
from saas.kernel.money import Money
from saas.scheduling.models import Appointment
from saas.web import render


@dataclass(frozen=True)
class Payment:
    """One payment: by what, how much, when, and what of it went back or is on its way."""

    label: str
    amount: Money
    at: datetime
    back: Money


@dataclass(frozen=True)
class Paid:
    """What was paid. `ending` says what became of it once the visit is off, `is_deposit` that no bill is there yet."""

    payments: tuple[Payment, ...]
    is_deposit: bool
    ending: str = ""


def of(row: Appointment) -> Paid | None:
    """Return what was paid for the visit, or None."""
    stands = bills.standing(row.id)
    if stands is None or not stands.takings:
        return None
    payments = tuple(Payment(_label(one), one.amount, one.at, one.refunded) for one in stands.takings)
    ending = _ending(stands.kept, stands.refunded) if stands.is_off else ""
    return Paid(payments, not stands.is_issued, ending)


def receipt(row: Appointment) -> Response:
    """Give the visit's receipt to its patient. NotFound where there is none."""
    if row.patient_id is None:
        raise NotFound
    found = receipts.of_visit(row.id, row.patient_id)
    words = {name: str(_(sentence)) for name, sentence in printing.WORDS.items()}
    response = make_response(printing.render(found, words, str(get_locale())))
    response.content_type = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{found.file_name}"'
    return response


def _label(taking: Taking) -> str:
    if taking.tender != takings.ONLINE or not taking.card_last4:
        return str(_("At the clinic")) if taking.tender != takings.ONLINE else str(_("Card"))
    brand = printing.BRANDS.get(taking.card_brand or "", _("Card"))
    return f"{brand} •••• {taking.card_last4}"


def _ending(kept: Money, back: Money) -> str:
    said = {"kept": render.money(kept), "back": render.money(back)}
    if not kept:
        return str(_("All of the %(back)s goes back to your card. It takes a few days to arrive.", **said))
    if not back:
        return str(_("The %(kept)s you paid is kept as the cancellation fee.", **said))
    return str(
        _("A cancellation fee of %(kept)s is kept, and %(back)s goes back to your card."
          " It takes a few days to arrive.", **said)
    )  # fmt: skip
