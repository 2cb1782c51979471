"""What the desk does about a visit's money: bill it, take what is due, give a payment back."""

from typing import Any
from uuid import UUID

from flask import make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.billing import bills, tills
from saas.billing import visits as billing_visits
from saas.billing.refusals import MoreThanDue, NotAnAmount
from saas.billing.rules import Tender
from saas.db import session
from saas.desk import money, visits
from saas.desk.forms import RefundForm, TakeForm
from saas.desk.money import Paid, RefundedMeanwhile, VisitMoney
from saas.desk.views import saying, sums
from saas.desk.views.door import blueprint
from saas.desk.views.visits import done, show
from saas.desk.visits import Visit
from saas.kernel import clock, ids
from saas.kernel.errors import DomainError
from saas.kernel.money import AmountRefused, Money
from saas.kernel.permissions import Permission
from saas.payments import checkout, refunds
from saas.payments.refunds import RefundRefused
from saas.web import edge, render
from saas.web.access import permit


@blueprint.get("/appointments/<uuid:appointment_id>/money")
@permit(Permission.BILL_READ)
def standing(appointment_id: UUID) -> Response:
    """Show how the visit stands, to a page that waits for a refund to arrive."""
    if not request.headers.get("HX-Request"):
        return redirect(url_for("desk.visit", appointment_id=appointment_id))
    found, stands = _look_up(appointment_id)
    words = {
        "visit": found,
        "location": found.place,
        "money": sums.of_visit(found, stands),
        "may_see_money": True,
    }
    return make_response(render.page("desk/visit.html", block="money", **words))


@blueprint.post("/appointments/<uuid:appointment_id>/bill")
@permit(Permission.BILL_WRITE)
def bill(appointment_id: UUID) -> Response:
    """Issue the bill of a visit that has begun."""
    now = clock.now()
    found, _stands = _look_up(appointment_id, lock=True)
    try:
        with session.current().begin_nested():
            money.require_begun(found.row, now)
            issued = bills.issue(billing_visits.of(found.row), edge.actor(), now)
    except DomainError as error:
        return show(found, note=saying.refusal(error), kind="stop", status=error.status)
    return done(found, _("Bill no. %(number)s is issued.", number=issued.number if issued else ""))


@blueprint.get("/appointments/<uuid:appointment_id>/payment")
@permit(Permission.BILL_WRITE)
def take(appointment_id: UUID) -> Response:
    """Ask how much was paid at the desk, and how."""
    found, stands = _look_up(appointment_id)
    return _ask_taking(found, stands, TakeForm(amount=sums.typed(stands.stands.due), act=ids.new()))


@blueprint.post("/appointments/<uuid:appointment_id>/payment")
@permit(Permission.BILL_WRITE)
def submit_take(appointment_id: UUID) -> Response:
    """Note what was paid at the desk, once."""
    (found, stands), form = _look_up(appointment_id, lock=True), TakeForm()
    act = ids.parse(form.act.data or "")
    if not form.validate_on_submit() or act is None:
        return _ask_taking(found, stands, form, 422)
    try:
        with session.current().begin_nested():
            amount = form.read(stands.quoted.currency)
            tills.take(act, found.row.id, amount, Tender(form.tender.data), edge.actor(), clock.now())
    except (AmountRefused, NotAnAmount, MoreThanDue) as error:
        form.refuse(error, "amount")
        return _ask_taking(found, stands, form, error.status)
    except DomainError as error:
        return show(found, note=saying.refusal(error), kind="stop", status=error.status)
    return done(found, _("%(amount)s is noted as paid.", amount=render.money(amount)))


@blueprint.get("/appointments/<uuid:appointment_id>/payments/<uuid:payment_id>/refund")
@permit(Permission.PAYMENT_REFUND)
def refund(appointment_id: UUID, payment_id: UUID) -> Response:
    """Ask how much of a payment goes back, and why."""
    found, stands = _look_up(appointment_id)
    paid = stands.get(payment_id)
    return _ask_refund(found, stands, paid, _fresh(paid))


@blueprint.post("/appointments/<uuid:appointment_id>/payments/<uuid:payment_id>/refund")
@permit(Permission.PAYMENT_REFUND)
def submit_refund(appointment_id: UUID, payment_id: UUID) -> Response:
    """Give a payment back, or part of it; the visit stays booked."""
    visits.look_up(appointment_id, edge.tenant().config_version, lock=True)
    checkout.get(payment_id, lock=True)
    (found, stands), form = _look_up(appointment_id), RefundForm()
    paid = stands.get(payment_id)
    if not form.validate_on_submit():
        return _ask_refund(found, stands, paid, form, 422)
    if form.left.data != str(paid.refundable.minor):
        return _show_left(found, stands, paid, form)
    try:
        with session.current().begin_nested():
            amount = form.read(stands.quoted.currency)
            refunds.ask(payment_id, amount, form.reason.data or "", edge.actor(), clock.now())
    except (AmountRefused, RefundRefused) as error:
        form.refuse(error, "amount" if (form.reason.data or "").strip() else "reason")
        return _ask_refund(found, stands, paid, form, error.status)
    return done(found, sums.refund_asked(stands, amount))


def _look_up(appointment_id: UUID, *, lock: bool = False) -> tuple[Visit, VisitMoney]:
    found = visits.look_up(appointment_id, edge.tenant().config_version, lock=lock)
    return found, money.get(found.row, clock.now())


def _fresh(paid: Paid) -> RefundForm:
    """Return the form with all that is left."""
    return RefundForm(formdata=None, amount=sums.typed(paid.refundable), left=paid.refundable.minor)


def _show_left(found: Visit, stands: VisitMoney, paid: Paid, sent: RefundForm) -> Response:
    """Show what is left now, for something went back since the form was opened."""
    form, error = _fresh(paid), RefundedMeanwhile()
    form.reason.data = sent.reason.data
    form.refuse(error)
    return _ask_refund(found, stands, paid, form, error.status)


def _ask_refund(
    found: Visit, stands: VisitMoney, paid: Paid, form: RefundForm, status: int = 200
) -> Response:
    words: dict[str, Any] = {
        "visit": found, "location": found.place, "form": form, "payment_id": paid.taking.id,
        "tender": sums.tender(paid.taking), "amount": paid.taking.amount, "paid_at": paid.taking.at,
        "refundable": paid.refundable, "why_not": sums.why_not_back(stands, paid), "is_certain": stands.is_certain,
    }  # fmt: skip
    return make_response(render.page("desk/refund.html", block="panel", **words), status)


def _ask_taking(found: Visit, stands: VisitMoney, form: TakeForm, status: int = 200) -> Response:
    due: Money = stands.stands.due
    words: dict[str, Any] = {
        "visit": found, "location": found.place, "form": form, "due": due, "may_take": stands.may_take,
        "is_issued": stands.stands.is_issued,
    }  # fmt: skip
    return make_response(render.page("desk/take.html", block="panel", **words), status)
