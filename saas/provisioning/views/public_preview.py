"""The public page of an offering under a change that nobody applied yet.

It is the very page that patients would see: the change is applied within a savepoint, the page made of what then
stands, and all of it undone. Whatever is read meanwhile is kept under a version of the configuration that there is
not, so that nobody else is ever shown it.
"""

import secrets

from flask import current_app, make_response, request
from werkzeug.wrappers import Response

from saas.db import session
from saas.kernel.permissions import Permission
from saas.provisioning import applying, drafts, reading, standing
from saas.provisioning.applying import Terms
from saas.provisioning.problems import ConfigurationInvalid
from saas.provisioning.views import plans
from saas.provisioning.views.door import blueprint
from saas.web import edge
from saas.web.access import permit

ONLY_LOOKING = Terms(reason="preview")


@blueprint.post("/practice/preview", endpoint="public_preview")
@permit(Permission.PRACTICE_WRITE)
def show() -> Response:
    """Show the public page of an offering as the draft would make it; nothing can be booked there. NotFound."""
    draft, back = drafts.unpack(request.form.get("draft", "")), plans.own(request.form.get("back", ""))
    try:
        wanted = reading.read_form(draft.over(standing.read().files))
        with session.current().begin_nested() as attempt:
            applying.apply(wanted, edge.actor(), ONLY_LOOKING)
            page = _page(request.form.get("offering", ""))
            attempt.rollback()
    except ConfigurationInvalid as error:
        return plans.refused(error, back)
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _page(slug: str) -> str:
    """Return the page of an offering as it stands now, in this transaction."""
    unheard_of = -1 - secrets.randbelow(2**62)
    page: str = current_app.extensions["treatment_page"](slug, unheard_of, is_preview=True)
    return page
