"""The plan of a change, whoever proposed it: what differs, what it means, and applying exactly that."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from flask import flash, make_response, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.kernel import clock
from saas.kernel.errors import NotAllowed
from saas.kernel.permissions import Permission
from saas.kernel.text import N_
from saas.provisioning import applying, comparing, drafts, planning, reading, standing
from saas.provisioning.applying import PlanMoved, PlanUnsafe, Terms
from saas.provisioning.comparing import Change, Field, What
from saas.provisioning.drafts import Draft
from saas.provisioning.planning import Plan, PlanUnreadable, Shown
from saas.provisioning.problems import ConfigurationInvalid
from saas.provisioning.recording import Kind
from saas.provisioning.views import asking, labels, previews, wording
from saas.provisioning.views.door import blueprint, may
from saas.web import edge, errors, render
from saas.web.access import permit

UNPROCESSABLE, CONFLICT = 422, 409
HOME = "/staff/practice"
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
TAGS = {
    What.CREATE: (N_("new"), "ok"), What.UPDATE: (N_("changed"), "accent"), What.RENAME: (N_("renamed"), "accent"),
    What.REVIVE: (N_("back in use"), "ok"), What.ARCHIVE: (N_("put away"), "warn"),
}  # fmt: skip
KINDS = {
    "clinic": N_("Clinic"), "legal_entity": N_("Company"), "location": N_("Location"), "room": N_("Room"),
    "device": N_("Device"), "person": N_("Person"), "offering": N_("Offering"), "taxes": N_("Tax rates"),
    "policies": N_("Policies"), "attestations": N_("Attestations"),
}  # fmt: skip
ROOMS = {
    "scheduling": N_("Schedule"), "booking": N_("Bookings"), "billing": N_("Prices"), "credentials": N_("Who may"),
    "catalogue": N_("Offerings"), "payments": N_("Payments"), "ledger": N_("Books"), "identity": N_("Log-ins"),
    "provisioning": N_("Configuration"),
}  # fmt: skip
# What decides who may do what in this system is changed by whoever looks after the team.
ACCOUNT_FIELDS = frozenset({"roles", "email"})


class NotYourTeam(NotAllowed):
    """Roles and log-ins of the team are changed, and the actor does not look after the team."""

    sentence = N_("Only an owner changes log-ins and what people may do in the system.")


@blueprint.post("/practice/plan", endpoint="show_plan")
@permit(Permission.PRACTICE_WRITE)
def show() -> Response:
    """Show the plan of a draft that a page carries."""
    return lay_out(drafts.unpack(request.form.get("draft", "")), own(request.form.get("back", "")))


@blueprint.post("/practice/apply", endpoint="apply_plan")
@permit(Permission.PRACTICE_WRITE)
def apply() -> Response:
    """Apply the plan that was shown; where something moved since, show the plan as it is now."""
    draft, back = drafts.unpack(request.form.get("draft", "")), own(request.form.get("back", ""))
    reason, source = request.form.get("reason", "").strip()[:200], Kind.FILES if draft.is_whole else Kind.PAGE
    terms = Terms(_shown(request.form.get("shown", "")), reason, draft.back_to, source)
    try:
        wanted = reading.read_form(draft.over(standing.read().files))
        require_team(planning.plan(wanted, clock.now()).changes)
        applied = applying.apply(wanted, edge.actor(), terms)
    except PlanMoved as moved:
        said = " ".join([errors.sentence_of(moved), *(str(_(one.sentence)) for one in moved.reasons)])
        return lay_out(draft, back, moved=said)
    except PlanUnsafe:
        return lay_out(draft, back, reason_missing=True)
    flash(
        _("Applied. It holds for whoever books from now on.") if applied.version else _("Nothing changed."),
        "ok",
    )
    return redirect(HOME if is_form(back) else back)


def lay_out(
    draft: Draft,
    back: str,
    carried: Sequence[tuple[str, str]] = (),
    moved: str = "",
    reason_missing: bool = False,
) -> Response:
    """Show what *draft* would do; *carried* answers go back to the page it came from."""
    try:
        plan = planning.plan(reading.read_form(draft.over(standing.read().files)), clock.now())
    except ConfigurationInvalid as error:
        return refused(error, back)
    context: dict[str, Any] = {
        "groups": [_group(one) for one in plan.changes], "impact": list(_impact(plan)), "drift": list(_drift(plan)),
        "unsafe": [_said(one.reason) for one in plan.unsafe], "previews": previews.of(plan),
        "draft": drafts.pack(draft), "shown": json.dumps(plan.shown.as_json()), "back": back, "carried": carried,
        "moved": moved, "reason_missing": reason_missing, "editable": bool(carried) or is_form(back),
    }  # fmt: skip
    page = render.page("provisioning/plan.html", **context)
    return make_response(page, CONFLICT if moved else UNPROCESSABLE if reason_missing else 200)


def refused(error: ConfigurationInvalid, back: str) -> Response:
    """Show every fault of a configuration, where it stands."""
    page = render.page(
        "provisioning/refused.html", problems=[_problem(one) for one in error.problems], back=back
    )
    return make_response(page, UNPROCESSABLE)


def require_team(changes: Sequence[Change]) -> None:
    """Refuse changes of roles and log-ins by whoever does not look after the team; NotYourTeam."""
    if may(Permission.STAFF_MANAGE):
        return
    touched = (
        field.path.partition("[")[0] for one in changes if one.thing.kind == "person" for field in one.fields
    )
    made = any(one.thing.kind == "person" and one.what is not What.UPDATE for one in changes)
    if made or ACCOUNT_FIELDS & set(touched):
        raise NotYourTeam


def is_form(back: str) -> bool:
    """Whether *back* is a form, to which a draft can go back."""
    return back.startswith((f"{HOME}/edit/", f"{HOME}/new/"))


def own(back: str) -> str:
    """Return *back* where it is a page of the practice's, else the practice itself."""
    return back if back.startswith("/staff/") and "//" not in back and "\\" not in back else HOME


def _shown(text: str) -> Shown:
    try:
        return planning.read_shown(json.loads(text))
    except ValueError:
        raise PlanUnreadable from None


def _group(change: Change) -> dict[str, Any]:
    tag, kind = TAGS[change.what]
    title = f"{_(KINDS.get(change.thing.kind, change.thing.kind))} · {_name(change)}"
    lines = list(map(line, change.fields)) or [line(one) for one in _all(change)]
    return {"title": title, "tag": _(tag), "kind": kind, "lines": lines}


def _all(change: Change) -> Iterator[Field]:
    """Yield everything a new thing says."""
    if change.what is What.CREATE:
        yield from comparing.fields({}, change.thing.data)


def _name(change: Change) -> str:
    name = change.thing.data.get("name")
    if isinstance(name, dict):
        name = next(iter(name.values()), None)
    given = " ".join(change.thing.data.get(part, "") for part in ("given_name", "family_name")).strip()
    said = name or given or change.thing.name
    return f"{change.was} → {said}" if change.was else str(said)


def line(field: Field) -> dict[str, Any]:
    """Return a value that differs, in words: its path, and what it was and would be."""
    before, after = (None if one is None else _in_words(one) for one in (field.before, field.after))
    return {"path": _path(field.path), "before": before, "after": after}


def _in_words(value: Any) -> str:
    """Return a value as a person would say it: codes by their names, texts in this language, hours as a span."""
    if isinstance(value, list):
        return ", ".join(map(_in_words, value)) or str(_("none"))
    if isinstance(value, dict):
        return _record(value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    known = labels.VALUES.get(str(value))
    return str(_(known)) if known else comparing.said(value)


def _record(value: dict[str, Any]) -> str:
    if value.keys() == {"opens", "closes"}:
        return f"{value['opens']}–{value['closes']}"
    if value and all(LANGUAGE.fullmatch(key) and isinstance(said, str) for key, said in value.items()):
        return wording.local(value)
    return "; ".join(f"{_path(key)}: {_in_words(said)}" for key, said in value.items())


def _path(path: str) -> str:
    """Return a path with the names that the form has for its keys."""
    words = []
    for step in path.replace("]", "").replace("[", ".").split("."):
        known = labels.found(step)
        words.append(str(_(known)) if known else step)
    return " › ".join(words)


def _impact(plan: Plan) -> Iterator[dict[str, Any]]:
    for one in sorted(plan.impacts, key=lambda impact: not impact.is_unsafe):
        yield {
            "room": _(ROOMS.get(one.room, one.room)),
            "sentence": _said(one.reason),
            "is_unsafe": one.is_unsafe,
        }


def _drift(plan: Plan) -> Iterator[dict[str, Any]]:
    for one in plan.drift:
        yield {
            "name": _name(one.change),
            "by": one.by,
            "lines": [line(field) for field in one.change.fields],
        }


def _said(reason: Any) -> str:
    return str(errors.said(reason.sentence, reason.params))


def _problem(problem: Any) -> dict[str, str]:
    place = f"{problem.file}:{problem.line}" if problem.line > 1 else problem.file
    return {"place": place, "path": problem.path, "said": asking.sentence(problem)}
