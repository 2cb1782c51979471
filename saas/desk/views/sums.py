"""A visit's money in words: the rows of its panel, and what cancelling it or giving money back does."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from saas.billing import printing, takings
from saas.billing.no_shows import Charge
from saas.billing.rules import Tender
from saas.billing.takings import Taking
from saas.booking.cancel import Consequences
from saas.desk import marks as money_marks
from saas.desk.forms import CLINIC, WAIVED
from saas.desk.marks import Kind, Mark
from saas.desk.money import NotBegun, Paid, VisitMoney
from saas.desk.views import door
from saas.desk.visits import Visit
from saas.kernel.money import Money
from saas.kernel.permissions import Permission
from saas.kernel.text import N_
from saas.payments.models import Refund
from saas.payments.rules import RefundState
from saas.web import render

REFUNDS = {
    RefundState.ASKED: (N_("on its way"), "warn"), RefundState.DONE: (N_("given back"), "ok"),
    RefundState.FAILED: (N_("failed"), "stop"),
}  # fmt: skip
DISPUTES = {
    "open": (N_("disputed"), "stop"), "lost": (N_("dispute lost"), "stop"), "won": (N_("dispute won"), "ok"),
}  # fmt: skip


def of_visit(found: Visit, stands: VisitMoney | None) -> dict[str, Any] | None:
    """Return how a visit stands, as its panel shows it; None where nothing is charged for it."""
    if stands is None:
        return None
    quoted, now = stands.quoted, stands.stands
    here: dict[str, Any] = {"appointment_id": found.row.id}
    return {
        "price": quoted.net, "why": url_for("desk.why_price", **here), "total": now.total,
        "tax": None if now.is_for_review else now.total - quoted.net,
        "deposit": quoted.deposit, "deposit_tag": _deposit(stands), "number": now.number, "due": now.due,
        "kept": now.kept, "is_off": now.is_off, "is_issued": now.is_issued,
        "payments": [_payment(found, stands, paid) for paid in stands.payments],
        "waiting": [
            {"amount": Money(row.amount_minor, row.currency), "until": row.expires_at} for row in stands.waiting
        ],
        "receipt": url_for("billing.receipt", **here) if stands.has_receipt else "",
        "live": url_for("desk.standing", **here) if stands.is_on_its_way else "",
        **_ways(stands, here),
    }  # fmt: skip


def _ways(stands: VisitMoney, here: dict[str, Any]) -> dict[str, str]:
    """Return where the visit is billed and paid for, and why not yet."""
    if not door.may(Permission.BILL_WRITE) or not stands.is_certain:
        return {"bill": "", "take": "", "too_soon": "", "tax_href": ""}
    too_soon = not stands.has_begun and not stands.stands.is_issued
    return {
        "bill": url_for("desk.bill", **here) if stands.may_bill else "",
        "take": url_for("desk.take", **here) if stands.may_take else "",
        "tax_href": url_for("desk.tax", **here) if _may_settle(stands) else "",
        "too_soon": str(_(NotBegun.sentence)) if too_soon else "",
    }


def _may_settle(stands: VisitMoney) -> bool:
    now = stands.stands
    return now.is_issued and now.is_for_review and door.may(Permission.TAX_SETTLE)


def _deposit(stands: VisitMoney) -> tuple[str, str] | None:
    """Return what became of the deposit, and the kind of its tag."""
    now = stands.stands
    if not stands.quoted.deposit:
        return None
    if now.held:
        return _("%(amount)s held", amount=render.money(now.held)), "ok"
    if not now.paid:
        return (_("not paid"), "warn") if stands.is_certain and not now.is_issued else None
    if now.is_issued:
        return _("on the bill"), ""
    if now.kept:
        return _("kept as the fee"), ""
    return (_("goes back"), "warn") if stands.is_on_its_way else (_("given back"), "")


def _payment(found: Visit, stands: VisitMoney, paid: Paid) -> dict[str, Any]:
    may = door.may(Permission.PAYMENT_REFUND) and bool(paid.refundable)
    href = url_for("desk.refund", appointment_id=found.row.id, payment_id=paid.taking.id) if may else ""
    label, kind = DISPUTES.get(paid.dispute, ("", ""))
    return {
        "label": tender(paid.taking), "amount": paid.taking.amount, "at": paid.taking.at, "refund": href,
        "tag": (_(label), kind) if label else None, "refunds": [_refund(row) for row in paid.refunds],
    }  # fmt: skip


def _refund(row: Refund) -> dict[str, Any]:
    label, kind = REFUNDS[RefundState(row.state)]
    failed = (
        _("The bank did not take it; it still counts as paid.") if row.state == RefundState.FAILED else ""
    )
    return {
        "amount": Money(row.amount_minor, row.currency), "at": row.created_at, "tag": (_(label), kind),
        "reason": _(row.reason), "failed": failed,
    }  # fmt: skip


def tender(taking: Taking) -> str:
    """Return by what something was paid: Visa •••• 4242, Cash, Card at the desk."""
    if taking.tender == Tender.CASH:
        return str(_("Cash"))
    if taking.tender != takings.ONLINE:
        return str(_("Card at the desk"))
    brand = printing.BRANDS.get(taking.card_brand or "", _("Card"))
    return f"{brand} •••• {taking.card_last4}" if taking.card_last4 else str(_("Card, online"))


def typed(amount: Money) -> str:
    """Return an amount as someone would type it."""
    return render.money(amount, "plain")


def why_not_back(stands: VisitMoney, paid: Paid) -> str:
    """Return why nothing of a payment can be given back, nothing where something can."""
    if paid.refundable:
        return ""
    if paid.dispute in ("open", "lost"):
        return str(_("The cardholder's bank took this payment back, so it cannot be given back here."))
    if not paid.taking.left:
        return str(_("All of this payment was given back."))
    if stands.stands.is_issued:
        return str(_("This payment is spent on the bill, so it cannot be given back here."))
    return str(_("Nothing of this payment is held any more."))


def refund_asked(stands: VisitMoney, amount: Money) -> str:
    """Return what giving *amount* back did."""
    said = {"amount": render.money(amount)}
    if stands.is_certain:
        return str(_("%(amount)s goes back to the card. The visit stays booked.", **said))
    return str(_("%(amount)s goes back to the card.", **said))


def consequence(told: Consequences, who: str) -> str:
    """Return what calling off does if it is done on the part of *who*."""
    fee, refund = told.fee, told.refund
    if fee is None or refund is None or not (fee or refund):
        return str(
            _(
                "The time becomes free for somebody else. No money is held for it, so nothing is kept or goes back."
            )
        )
    said = {"fee": render.money(fee), "refund": render.money(refund), "all": render.money(fee + refund)}
    if who == CLINIC:
        return str(_("All of the %(all)s goes back to the card.", **said))
    if who == WAIVED:
        return str(_("No fee is kept, and all of the %(all)s goes back to the card. Say why below.", **said))
    if not fee:
        return str(_("No fee is due. All of the %(all)s goes back to the card.", **said))
    if not refund:
        return str(_("It is late: the %(fee)s that was paid is kept as the cancellation fee.", **said))
    return str(
        _(
            "It is late: %(fee)s is kept as the cancellation fee, and %(refund)s goes back to the card.",
            **said,
        )
    )


def cancelled(told: Consequences, who: str) -> str:
    """Return what calling a visit off did."""
    fee, refund = told.fee, told.refund
    off = str(_("The visit is cancelled; its time is free."))
    if fee is None or refund is None or not (fee or refund):
        return off
    back = refund if who not in (CLINIC, WAIVED) else fee + refund
    if not back:
        return off + " " + str(_("%(fee)s is kept as the fee.", fee=render.money(fee)))
    return off + " " + str(_("%(refund)s goes back to the card.", refund=render.money(back)))


def missing(charge: Charge | None) -> str:
    """Return what noting that nobody came would do."""
    if charge is None or not (charge.fee or charge.refund):
        return str(_("No money is held for the visit, so nothing is kept or goes back."))
    said = {"fee": render.money(charge.fee), "refund": render.money(charge.refund)}
    if not charge.fee:
        return str(_("No fee is due for not coming. All of the %(refund)s goes back to the card.", **said))
    if not charge.refund:
        return str(_("The %(fee)s that was paid is kept as the fee for not coming.", **said))
    return str(_("%(fee)s is kept as the fee for not coming, and %(refund)s goes back to the card.", **said))


def missed(charge: Charge | None) -> str:
    """Return what noting that nobody came did."""
    noted = str(_("It is noted that the patient did not come."))
    if charge is None or not (charge.fee or charge.refund):
        return noted
    kept = _("%(fee)s is kept as the fee.", fee=render.money(charge.fee)) if charge.fee else ""
    back = _("%(refund)s goes back to the card.", refund=render.money(charge.refund)) if charge.refund else ""
    return " ".join(part for part in (noted, kept, back) if part)


def marks(appointment_ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return a word on the money of each visit that has one, and the kind of its tag; one statement for all."""
    return {visit: _mark(one) for visit, one in money_marks.of_visits(appointment_ids).items()}


def _mark(found: Mark) -> tuple[str, str]:
    if found.kind is Kind.DUE:
        return _("%(amount)s due", amount=render.money(found.amount)), "warn"
    words = {Kind.DEPOSIT_PAID: (_("deposit paid"), "ok"), Kind.DEPOSIT_OPEN: (_("no deposit"), ""),
             Kind.PAID: (_("paid"), "ok")}  # fmt: skip
    return words[found.kind]
