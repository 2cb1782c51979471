"""The owner's list of what needs a look, each with what it means and where one looks."""

from datetime import datetime
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from saas.kernel import clock, ids
from saas.kernel.errors import NotFound
from saas.kernel.permissions import Permission
from saas.kernel.text import N_
from saas.reporting import looking
from saas.reporting.looking import Cursor, Item, Kind
from saas.reporting.views import naming
from saas.reporting.views.ledger import blueprint
from saas.web import edge, render
from saas.web.access import permit

PAGE = 30
# What it is called, the kind of its tag, and what it means.
WORDS = {
    Kind.BILL_TAX: (N_("Tax of a bill"), "warn", N_(
        "The bill has a line for which no tax rate was stated, so none was taken. Settle it at the visit: by a rate"
        " that is stated since, or with the reason why none is due.")),
    Kind.QUOTE_TAX: (N_("Tax of a visit"), "warn", N_(
        "A visit is booked with a line for which no tax rate is stated. Its bill will take none.")),
    Kind.PAYMENT_HANGS: (N_("Payment waits"), "warn", N_(
        "A payment page is over, and Stripe has not said yet whether it was paid on. It is asked again every night.")),
    Kind.REFUND_HANGS: (N_("Refund waits"), "warn", N_(
        "A refund was asked for, and Stripe has not said yet that it is done. It is asked again every night.")),
    Kind.REFUND_FAILED: (N_("Refund failed"), "stop", N_(
        "The bank did not take the money back, so it is still held here. Give it back again, or another way.")),
    Kind.DISPUTED: (N_("Payment disputed"), "stop", N_(
        "The cardholder's bank took this payment back for now. Answer at Stripe before its date.")),
    Kind.UNEXPLAINED: (N_("Movement unexplained"), "stop", N_(
        "Money moved at Stripe for which there is no payment, refund or dispute here.")),
}  # fmt: skip


@blueprint.get("/review")
@permit(Permission.LEDGER_READ)
def review() -> str:
    """Show what needs a look, newest first."""
    before = request.args.get("before", "")
    found = looking.read(clock.now(), _cursor(before), PAGE)
    older = url_for(".review", before=_spelled(found.older)) if found.older else ""
    return render.page(
        "reporting/ledger_review.html", items=[_shown(item) for item in found.items], older=older,
        is_newest=not before, zone=edge.tenant().time_zone,
    )  # fmt: skip


def _shown(item: Item) -> dict[str, Any]:
    title, kind, meaning = WORDS[item.kind]
    return {
        "title": _(title), "tag": kind, "meaning": _(meaning), "at": item.at, "amount": item.amount,
        "detail": _detail(item), "mark": naming.mark(item.visit or item.id),
        "href": url_for("desk.visit", appointment_id=item.visit) if item.visit else "",
    }  # fmt: skip


def _detail(item: Item) -> str:
    if item.kind is Kind.BILL_TAX:
        return str(_("Bill no. %(number)s", number=item.detail))
    return item.detail.replace("_", " ")


def _cursor(text: str) -> Cursor:
    """Return where the list goes on; NotFound where the address was made up."""
    if not text:
        return looking.NEWEST
    instant, _sep, mark = text.partition("_")
    item_id = ids.parse(mark)
    try:
        at = datetime.fromisoformat(instant)
    except ValueError:
        raise NotFound from None
    if item_id is None or at.tzinfo is None:
        raise NotFound
    return at, item_id


def _spelled(cursor: Cursor) -> str:
    return f"{cursor[0].isoformat()}_{cursor[1]}"
