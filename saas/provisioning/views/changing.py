"""Change an offering in two steps: the answers, then what they would do; saved from there.

Each step posts every answer, so that nothing waits on the server in between and Back keeps them all.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.catalogue import composing
from saas.catalogue import offerings as catalogue
from saas.catalogue.contents import Offering
from saas.journal import book
from saas.kernel import clock, ids
from saas.kernel.errors import DomainError, NotFound
from saas.kernel.permissions import Permission
from saas.patients import records
from saas.patients.models import Patient
from saas.practice.snapshot import Practice
from saas.provisioning import changing, consequences, differing, forms, history, standing
from saas.provisioning.changing import ChangedMeanwhile, ChangeRefused, Proposal
from saas.provisioning.consequences import Misfit
from saas.provisioning.drafting import Draft
from saas.provisioning.forms import ChangeForm, Shape
from saas.provisioning.views import drawing, offerings, wording
from saas.provisioning.views.door import blueprint
from saas.provisioning.views.offerings import Shown
from saas.tenancy import tenants
from saas.web import edge, errors, render
from saas.web.access import permit

UNPROCESSABLE = 422


@blueprint.get("/practice/offerings/<slug>/edit", endpoint="edit_offering")
@permit(Permission.PRACTICE_WRITE)
def edit(slug: str) -> Response:
    """Ask for the minutes of each part and the amount of each price."""
    shown = offerings.find(slug)
    return _ask(shown, _blank(shown))


@blueprint.post("/practice/offerings/<slug>/review", endpoint="review_offering")
@permit(Permission.PRACTICE_WRITE)
def review(slug: str) -> Response:
    """Show what the answers would change, or ask again where they cannot be."""
    shown = offerings.find(slug)
    form, seen = _answered(shown)
    if seen != shown.offering.version_id:
        return _stale(shown, form, seen)
    if request.form.get("step") == "edit":
        return _ask(shown, form)
    draft = form.read() if form.validate() else _unread(form)
    if draft is None:
        return _ask(shown, form, UNPROCESSABLE)
    try:
        return _lay_out(shown, form, changing.propose(shown.offering, draft))
    except DomainError as error:
        return _refused(shown, form, draft, error)


@blueprint.post("/practice/offerings/<slug>/save", endpoint="save_offering")
@permit(Permission.PRACTICE_WRITE)
def save(slug: str) -> Response:
    """Save what was reviewed as a new version."""
    shown = offerings.find(slug)
    form, seen = _answered(shown)
    draft = form.read() if form.validate() else _unread(form)
    if draft is None:
        return _ask(shown, form, UNPROCESSABLE)
    try:
        changing.save(slug, seen, draft, edge.actor())
    except ChangedMeanwhile:
        return _stale(offerings.find(slug, tenants.config_version(edge.tenant().id)), form, seen)
    except DomainError as error:
        return _refused(shown, form, draft, error)
    flash(_("Saved. It holds for whoever books from now on."), "ok")
    return redirect(url_for("provisioning.offering", slug=slug))


def _answered(shown: Shown) -> tuple[ChangeForm, UUID]:
    """Return the form of the version that was opened, with its answers, and that version's id."""
    seen = ids.parse(request.form.get("version", "")) or shown.offering.version_id
    version = catalogue.get_version(seen)
    if version.slug != shown.offering.slug:
        raise NotFound
    form = forms.change_form(_shape(shown, version))
    form.version.data = str(seen)
    return form, seen


def _unread(form: ChangeForm) -> Draft | None:
    """Let everything that cannot be read be said at once."""
    form.read()
    return None


def _blank(shown: Shown, answers: dict[str, str] | None = None) -> ChangeForm:
    shape = _shape(shown, shown.offering)
    values = forms.filled(shape, answers or {})
    return forms.change_form(shape, formdata=None, data={**values, "version": str(shown.offering.version_id)})


def _shape(shown: Shown, version: Offering) -> Shape:
    content = standing.content_of(version.version_id)
    prices = content.get("prices", ())
    labels = [wording.whom(rule, shown.practice) for rule in prices]
    dated = [
        _("%(what)s, from %(day)s", what=label, day=wording.day(rule["since"]))
        if rule.get("since")
        else label
        for label, rule in zip(labels, prices, strict=True)
    ]
    currencies = [
        next((p for p in shown.places if rule.get("location") in (None, p.slug)), shown.places[0]).currency
        for rule in prices
    ]
    parts = [wording.part(one["kind"], one.get("name", {})) for one in content["segments"]]
    return Shape(content, parts, [str(label) for label in dated], labels, currencies)


def _ask(shown: Shown, form: ChangeForm, status: int = 200, **more: Any) -> Response:
    context = {"stale": None, **more, **offerings.describe(shown), "form": form}
    context |= {
        "parts": form.minutes(),
        "prices": form.amounts(),
        "currencies": sorted(set(form.shape.currencies)),
    }
    return make_response(render.page("provisioning/edit.html", **context), status)


def _refused(shown: Shown, form: ChangeForm, draft: Draft, error: DomainError) -> Response:
    if isinstance(error, NotFound):
        raise error
    if isinstance(error, ChangeRefused):
        form.show(draft, shown.offering.slug, error.problems)
    else:
        form.refuse(error)
    return _ask(shown, form, error.status)


def _stale(shown: Shown, form: ChangeForm, seen: UUID) -> Response:
    """Show what somebody else changed, with one's own answers laid over it."""
    before = _shape(shown, catalogue.get_version(seen))
    answers = {name: field.data or "" for name, field in form._fields.items()}
    anew = _blank(shown, forms.kept(answers, before, _shape(shown, shown.offering)))
    anew.new_amount.data, anew.new_from.data = form.new_amount.data, form.new_from.data
    anew.new_for.data = form.new_for.data if form.shape.choices == anew.shape.choices else None
    found = differing.differences(before.content, standing.content_of(shown.offering.version_id))
    stale = {
        "by": history.page_edit(shown.offering.id, shown.offering.version_id) or "",
        "changed": [wording.difference(one, shown.practice, shown.places) for one in found],
        "sentence": errors.sentence_of(ChangedMeanwhile()),
    }
    return _ask(shown, anew, ChangedMeanwhile.status, stale=stale)


def _lay_out(shown: Shown, form: ChangeForm, proposal: Proposal) -> Response:
    page = request.form.get("page", "0")
    found = consequences.look(
        proposal.after,
        shown.config_version,
        clock.now(),
        int(page) if page.isdecimal() and len(page) < 6 else 0,
    )
    timelines = [composing.of_offering(one) for one in (proposal.before, proposal.after)]
    total, names = max(one.minutes for one in timelines), drawing.names_of(shown.offering, [])
    context = offerings.describe(shown) | {
        "form": form, "found": found, "page": (found.first - 1) // consequences.PAGE if found.first else 0,
        "answers": [(field.name, field.data or "") for field in form if field.name != "csrf_token"],
        "changed": [wording.difference(one, shown.practice, shown.places) for one in proposal.differences],
        "drawings": [drawing.draw(one, names, total) for one in timelines],
        "redrawn": timelines[0] != timelines[1],
        "misfits": _misfits(shown, found.misfits),
    }  # fmt: skip
    return make_response(render.page("provisioning/review.html", **context))


def _misfits(shown: Shown, found: Sequence[Misfit]) -> list[dict[str, Any]]:
    """Return the visits that would not fit in words; whose records are shown is noted."""
    people = records.names([one.row.patient_id for one in found if one.row.patient_id])
    if people:
        book.audit("listed", "patient", sorted(people), edge.actor(), address=edge.address())
    return [_misfit(one, people, shown.practice) for one in found]


def _misfit(one: Misfit, people: Mapping[UUID, Patient], practice: Practice) -> dict[str, Any]:
    patient = people.get(one.row.patient_id) if one.row.patient_id else None
    return {
        "id": one.row.id, "starts_at": one.row.starts_at, "zone": one.row.time_zone,
        "patient": patient.short_name if patient else _("a visitor"),
        "place": practice.places[one.row.location_id].name,
        "reason": errors.said(one.reason.sentence, one.reason.params),
    }  # fmt: skip
