"""Why a visit costs what it costs, to whoever is asked for it at the desk."""

from uuid import UUID

from flask import make_response, url_for
from werkzeug.wrappers import Response

from saas.billing import quotes
from saas.booking import whence
from saas.booking.whence import Names
from saas.catalogue import offerings
from saas.desk import visits
from saas.desk.views import door
from saas.desk.views.door import blueprint
from saas.kernel.errors import NotFound
from saas.kernel.permissions import Permission
from saas.web import edge, i18n, render
from saas.web.access import permit


@blueprint.get("/appointments/<uuid:appointment_id>/why-price")
@permit(Permission.BILL_READ)
def why_price(appointment_id: UUID) -> Response:
    """Tell which price and which policies were frozen with the visit, and what was passed over."""
    version = edge.tenant().config_version
    found, quoted = visits.look_up(appointment_id, version), quotes.find(appointment_id)
    if quoted is None:
        raise NotFound
    language = i18n.locale().replace("_", "-")
    names = Names(door.practice(), offerings.list_current(version), language)
    booked = offerings.get_versions([line.offering_version_id for line in quoted.lines])
    page = render.page(
        "desk/why_price.html", block="panel", visit=found, location=found.place, net=quoted.net, language=language,
        prices=whence.prices(quoted, names, booked.values()), policies=whence.money_policies(quoted, names),
        back=url_for("desk.visit", appointment_id=appointment_id),
    )  # fmt: skip
    return make_response(page)
