"""The first run: four pages of questions, and a clinic that was empty can be booked.

Each page carries the answers of those before it; the last leads to the plan, and nothing is written before.
"""

from typing import Any

from flask import make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.identity import users
from saas.identity.models import User
from saas.kernel.permissions import Permission
from saas.practice import places
from saas.provisioning import canonical, reading, starting
from saas.provisioning.drafts import Draft
from saas.provisioning.starting import Beginning
from saas.provisioning.views import asking, first_forms, plans, wording
from saas.provisioning.views.door import blueprint
from saas.web import edge, render
from saas.web.access import permit

UNPROCESSABLE = 422
STEPS = tuple(first_forms.FORMS)


@blueprint.route("/first-run", methods=["GET", "POST"], endpoint="first_run")
@permit(Permission.PRACTICE_WRITE)
def first_run() -> Response:
    """Ask the questions of one page after the other."""
    if places.list_locations():
        return redirect(url_for("provisioning.practice"))
    goes_back = request.form.get("back_to", "")
    step = goes_back or request.form.get("step", "")
    step = step if step in STEPS else STEPS[0]
    form = _form(step)
    if request.method == "GET" or goes_back:
        return _ask(step, form)
    if not form.validate():
        return _ask(step, form, UNPROCESSABLE)
    if step != STEPS[-1]:
        later = STEPS[STEPS.index(step) + 1]
        return _ask(later, _form(later))
    return _plan(form)


def _form(step: str) -> Any:
    given = request.form if request.method == "POST" else None
    tenant, me = edge.tenant(), _me()
    first, _space, last = me.name.rpartition(" ")
    known = {
        "clinic_name": tenant.name, "email": me.email, "offered": ["first-consultation"],
        "given_name_0": first or last, "family_name_0": last if first else "", "email_0": me.email,
        "may_0": starting.procedures_of(_offered()),
    }  # fmt: skip
    return first_forms.form(step, given, known)


def _me() -> User:
    actor_id = edge.actor().id
    assert actor_id is not None  # pages are for people
    return users.get(actor_id)


def _offered() -> list[str]:
    return [slug for slug in request.form.getlist("offered") if slug in starting.starters()]


def _plan(people: Any) -> Response:
    """Show what the answers make, or what keeps them from making it."""
    clinic, place, offers = (_form(step) for step in STEPS[:-1])
    if not all(form.validate() for form in (clinic, place, offers)):
        return _ask(STEPS[0], clinic, UNPROCESSABLE)
    if not any(one.professions for one in people.people()):
        people.profession_0.errors = [_("Somebody has to treat: please choose a profession for one of you.")]
        return _ask("people", people, UNPROCESSABLE)
    begun = Beginning(
        edge.tenant().slug, clinic.clinic_name.data.strip(), clinic.phone.data.strip(), clinic.email.data.strip(),
        place.read(), offers.chosen(), tuple(people.people()),
    )  # fmt: skip
    files = starting.files(begun)
    problems = sorted(reading.between(canonical.sources(files)))
    if problems:
        people.form_errors.extend(asking.sentence(one) for one in problems)
        return _ask("people", people, UNPROCESSABLE)
    return plans.lay_out(Draft(files, is_whole=True), url_for("provisioning.first_run"), _carried(""))


def _ask(step: str, form: Any, status: int = 200) -> Response:
    number = STEPS.index(step)
    starters = [
        {"slug": slug, "name": wording.local(one["name"]), "summary": wording.local(one["summary"]),
         "minutes": sum(part["minutes"] for part in one["segments"] if part.get("patient_present", True)),
         "is_add_on": one.get("kind") == "add_on"}
        for slug, one in starting.starters().items()
    ]  # fmt: skip
    context = {
        "step": step, "number": number + 1, "steps": len(STEPS), "form": form, "starters": starters,
        "carried": _carried(step), "before": STEPS[number - 1] if number else "",
        "colleagues": range(first_forms.COLLEAGUES + 1),
    }  # fmt: skip
    return make_response(render.page("provisioning/first_run.html", **context), status)


def _carried(step: str) -> list[tuple[str, str]]:
    """Return the answers of all other pages."""
    own = set(_form(step)._fields) if step else set()
    unkept = own | {"csrf_token", "step", "back_to", f"seen_{step}", "draft", "fingerprint", "back", "reason"}
    return [(name, value) for name, values in request.form.lists() if name not in unkept for value in values]
