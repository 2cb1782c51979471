"""Settle the tax of a bill that was issued for review."""

from typing import Any
from uuid import UUID

from flask import make_response
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.billing import bills, tax_review
from saas.billing.tax_review import NotExplained
from saas.db import session
from saas.desk import visits
from saas.desk.forms import TaxForm
from saas.desk.views import saying
from saas.desk.views.door import blueprint
from saas.desk.views.visits import done, show
from saas.desk.visits import Visit
from saas.kernel import clock
from saas.kernel.errors import DomainError, NotFound
from saas.kernel.permissions import Permission
from saas.web import edge, render
from saas.web.access import permit


@blueprint.get("/appointments/<uuid:appointment_id>/tax")
@permit(Permission.TAX_SETTLE)
def tax(appointment_id: UUID) -> Response:
    """Say what the stated rates come to, or which is missing."""
    return _ask(visits.look_up(appointment_id, edge.tenant().config_version), TaxForm())


@blueprint.post("/appointments/<uuid:appointment_id>/tax")
@permit(Permission.TAX_SETTLE)
def submit_tax(appointment_id: UUID) -> Response:
    """Post the tax, or state that none is due."""
    version, form = edge.tenant().config_version, TaxForm()
    found = visits.look_up(appointment_id, version, lock=True)
    if not form.validate_on_submit():
        return _ask(found, form, 422)
    reason = (form.reason.data or "") if form.none_due.data else None
    try:
        with session.current().begin_nested():
            tax_review.settle(appointment_id, version, edge.actor(), clock.now(), reason)
    except NotExplained as error:
        form.refuse(error, "reason")
        return _ask(found, form, error.status)
    except DomainError as error:
        return show(found, note=saying.refusal(error), kind="stop", status=error.status)
    return done(found, _("The tax of this bill is settled."))


def _ask(found: Visit, form: TaxForm, status: int = 200) -> Response:
    bill = bills.find(found.row.id)
    if bill is None:
        raise NotFound
    proposed = tax_review.propose(bill, edge.tenant().config_version)
    words: dict[str, Any] = {
        "visit": found, "form": form, "location": found.place, "proposed": proposed,
        "missing": saying.refusal(proposed.missing) if proposed.missing else "",
    }  # fmt: skip
    return make_response(render.page("desk/tax.html", block="panel", **words), status)
