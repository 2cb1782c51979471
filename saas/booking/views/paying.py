"""Pay the deposit: what is asked for, the way to the payment page, and the way back from it."""

from uuid import UUID

from flask import flash, make_response, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.billing import quotes
from saas.booking import complete, deposits, pay
from saas.booking.forms import ActForm
from saas.booking.pay import Outcome
from saas.booking.views import door, visit, visiting
from saas.booking.views.door import blueprint
from saas.kernel import clock
from saas.kernel.errors import NotFound
from saas.payments.checkout import AlreadyPaid, PageClosing
from saas.payments.models import Payment
from saas.payments.rules import PaymentState
from saas.payments.stripe_gateway import StripeRefused, Unanswered
from saas.scheduling.models import Appointment
from saas.scheduling.refusals import HoldLapsed
from saas.scheduling.states import State
from saas.web import edge, errors, render
from saas.web.access import public


@blueprint.get("/book/holds/<uuid:hold_id>/pay")
@public
def pay_step(hold_id: UUID) -> Response:
    """Show what has to be paid now, what later, and how long the time is kept."""
    row = complete.get_hold(hold_id, visiting.require_digest())
    payment = deposits.find(row.id)
    if payment is not None and payment.state == PaymentState.PAID:
        return redirect(url_for("booking.paid", hold_id=row.id))
    if not _can_pay(row):
        return redirect(url_for("booking.about", hold_id=row.id))
    return make_response(_page(row, payment))


@blueprint.post("/book/holds/<uuid:hold_id>/pay")
@public
def go_to_payment(hold_id: UUID) -> Response:
    """Keep the time until the payment page ends, and lead there."""
    row, now = complete.get_hold(hold_id, visiting.require_digest()), clock.now()
    if door.is_booked(row):
        return door.go(url_for("booking.booked", hold_id=row.id))
    try:
        payment = pay.begin(row, door.own_address(row), visiting.VISITOR, now)
        return redirect(pay.open_page(payment, now), 303)
    except AlreadyPaid:
        return door.go(url_for("booking.paid", hold_id=hold_id))
    except (HoldLapsed, complete.NeedsOpen, pay.NothingDue):
        return door.go(url_for("booking.about", hold_id=hold_id))
    except (PageClosing, Unanswered, StripeRefused) as error:
        return _not_opened(hold_id, error)


@blueprint.get("/book/holds/<uuid:hold_id>/unpaid")
@public
def unpaid(hold_id: UUID) -> Response:
    """Come back from the payment page without having paid."""
    flash(_("Nothing was paid, and your time is still kept. If a card was declined, another one may work."))
    return redirect(url_for("booking.pay_step", hold_id=hold_id))


@blueprint.get("/book/checkout/<outcome>")
@public
def after_checkout(outcome: str) -> str:
    """Come back from a payment page that a program led to. What became of it is told by mail alone."""
    if outcome not in ("paid", "unpaid"):
        raise NotFound
    return render.page("booking/after_checkout.html", is_paid=outcome == "paid")


@blueprint.get("/book/holds/<uuid:hold_id>/paid")
@public
def paid(hold_id: UUID) -> Response:
    """Come back from the payment page: booked, given back, or not known yet."""
    row = complete.get_hold(hold_id, visiting.require_digest())
    if door.is_booked(row):
        return redirect(url_for("booking.booked", hold_id=row.id))
    try:
        outcome = pay.find_out(row.id, edge.tenant().config_version, clock.now())
    except (Unanswered, StripeRefused):
        outcome = Outcome.WAITING
    row = complete.get_hold(hold_id, visiting.require_digest())
    if outcome is Outcome.BOOKED:
        return redirect(url_for("booking.booked", hold_id=row.id))
    if outcome is Outcome.REFUNDED:
        return make_response(_given_back(row))
    return _waiting(row)


def go_on(row: Appointment) -> Response:
    """Go on from who comes to what has to be paid."""
    return door.go(url_for("booking.pay_step", hold_id=row.id))


def _page(row: Appointment, payment: Payment | None = None, sentence: str = "") -> str:
    seen, quoted = visit.of(row, edge.tenant().config_version), quotes.find(row.id)
    left = (row.held_until - clock.now()).total_seconds() if row.held_until else 0
    return render.page(
        "booking/pay.html", visit=seen, quote=quoted, form=ActForm(), held_until=row.held_until, payment=payment,
        seconds_left=max(0, int(left)), times_href=door.times_href(row), sentence=sentence,
    )  # fmt: skip


def _not_opened(hold_id: UUID, error: PageClosing | Unanswered | StripeRefused) -> Response:
    row = complete.get_hold(hold_id, visiting.require_digest())
    if not _can_pay(row):
        return door.go(url_for("booking.about", hold_id=hold_id))
    said = error if not isinstance(error, StripeRefused) else Unanswered()
    return make_response(_page(row, deposits.find(row.id), errors.sentence_of(said)), said.status)


def _given_back(row: Appointment) -> str:
    seen = visit.of(row, edge.tenant().config_version)
    return render.page(
        "booking/given_back.html", visit=seen, payment=deposits.find(row.id), times_href=door.times_href(row)
    )


def _waiting(row: Appointment) -> Response:
    """Say that the payment page has not told us yet, and look again in a moment."""
    payment = deposits.find(row.id)
    if payment is None:
        return redirect(url_for("booking.about", hold_id=row.id))
    seen = visit.of(row, edge.tenant().config_version)
    return make_response(
        render.page("booking/waiting.html", visit=seen, payment=payment, can_pay=_can_pay(row)), 200
    )


def _can_pay(row: Appointment) -> bool:
    is_open = row.state == State.HELD and row.held_until is not None and row.held_until > clock.now()
    return is_open and not row.on_request and not complete.needs(row) and deposits.due(row.id) is not None
