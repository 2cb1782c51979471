"""What patients read about an offering: each text as it stands, a draft or approved, and how it is approved."""

from typing import Any

from babel import Locale
from flask import flash, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.catalogue import approving, texts
from saas.catalogue.approving import Standing, TextChanged
from saas.catalogue.contents import Offering
from saas.kernel.permissions import Permission
from saas.provisioning.views.door import blueprint
from saas.web import edge, errors
from saas.web.access import permit


@blueprint.post("/practice/offerings/<slug>/texts/<language>", endpoint="approve_text")
@permit(Permission.TEXT_APPROVE)
def approve(slug: str, language: str) -> Response:
    """Approve the text that was shown, by its digest, and lead back to it."""
    try:
        approving.approve(slug, language, request.form.get("digest", ""), edge.actor())
    except TextChanged as error:
        flash(errors.sentence_of(error), "stop")
    else:
        flash(_("Approved. Patients read it from now on."), "ok")
    return redirect(url_for("provisioning.offering", slug=slug, _anchor="texts"), 303)


def describe(offering: Offering) -> list[dict[str, Any]]:
    """Return the offering's texts as its page shows them."""
    approvals = approving.newest([offering.id]).get(offering.id, {})
    return [_text(one) for one in approving.standings(offering, approvals)]


def _text(one: Standing) -> dict[str, Any]:
    approval, locale = one.approval, Locale.parse(one.language.replace("-", "_"))
    return {
        "language": one.language, "language_name": locale.get_display_name(get_locale() or "en"),
        "digest": one.said.digest, "said": one.said, "is_approved": one.is_approved,
        "by": approval.approver_name if approval else "", "at": approval.approved_at if approval else None,
        "until_then": texts.said(approval.content) if approval and not one.is_approved else None,
    }  # fmt: skip
