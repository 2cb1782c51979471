"""Billing's own page: the receipt of a visit, for the staff. Rendered when it is asked for; opening is noted."""

from uuid import UUID

from flask import Blueprint, make_response
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.billing import printing, receipts
from saas.journal import book
from saas.kernel.permissions import Permission
from saas.web import edge
from saas.web.access import permit

blueprint = Blueprint("billing", __name__, url_prefix="/staff")


@blueprint.get("/appointments/<uuid:appointment_id>/receipt.pdf")
@permit(Permission.BILL_READ)
def receipt(appointment_id: UUID) -> Response:
    """Show the visit's receipt."""
    found = receipts.of_visit(appointment_id)
    book.audit("receipt.opened", "appointment", [appointment_id], edge.actor(), address=edge.address())
    words = {name: str(_(sentence)) for name, sentence in printing.WORDS.items()}
    response = make_response(printing.render(found, words, str(get_locale())))
    response.content_type = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{found.file_name}"'
    return response
