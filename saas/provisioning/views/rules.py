"""The rules of practice that the clinic relies on: what each says, where it was read, and the clinic's word for it."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.catalogue import offerings
from saas.credentials import attesting
from saas.credentials.vocabulary import Confidence
from saas.kernel import clock
from saas.kernel.errors import Invalid, NotAllowed, NotFound
from saas.kernel.permissions import Permission
from saas.kernel.text import N_
from saas.practice import people, snapshot
from saas.provisioning import applying, reading, relying, standing
from saas.provisioning.applying import Terms
from saas.provisioning.recording import Kind
from saas.provisioning.relying import Relied
from saas.provisioning.views import labels, packs, scope_words, wording
from saas.provisioning.views.door import blueprint, may
from saas.web import edge, render
from saas.web.access import permit

CONFIDENCE = {
    Confidence.PRIMARY: N_("read in the law itself"), Confidence.SECONDARY: N_("read at second hand"),
    Confidence.WEAK: N_("a single page says so"), Confidence.MEMORY: N_("nobody’s word"),
}  # fmt: skip


class NoPerson(NotAllowed):
    """Who attests stands by name in the practice."""

    code = "attesting_nobody"
    sentence = N_("Only somebody who stands in the practice by name can attest a rule.")


class RuleMoved(Invalid):
    """The version that was shown is not the one in force."""

    code = "rule_moved"
    sentence = N_("This rule has changed since the page was opened. Please read it again.")


@blueprint.get("/practice/rules", endpoint="rules")
@permit(Permission.PRACTICE_READ)
def show() -> str:
    """Show the rules on which what is offered rests, and what of them is not attested."""
    relied, unruled = _relied()
    version = edge.tenant().config_version
    places = list(snapshot.read(version).places.values())
    return render.page(
        "provisioning/rules.html", rules=[_rule(one) for one in relied],
        unruled=[{"act": _act(one.act), "place": one.place} for one in unruled],
        open=sum(1 for one in relied if not one.is_current or one.missing), pack=attesting.pack(version),
        may_attest=may(Permission.RULE_ATTEST), later=packs.newest(places), may_change=may(Permission.PRACTICE_WRITE),
    )  # fmt: skip


@blueprint.post("/practice/rules/<name>", endpoint="attest_rule")
@permit(Permission.RULE_ATTEST)
def attest(name: str) -> Response:
    """Attest a rule in the version that was shown, with the statements that hold; it counts at once."""
    relied, _unruled = _relied()
    found = next((one.rule for one in relied if one.rule.rule == name), None)
    if found is None:
        raise NotFound
    if request.form.get("version") != str(found.version):
        raise RuleMoved
    said = {
        "rule": found.rule, "version": str(found.version), "attested_by": _me(),
        "attested_on": clock.now().date().isoformat(),
        "statements": [one for one in request.form.getlist("statements") if one in found.statements()],
        "note": request.form.get("note", "").strip(),
    }  # fmt: skip
    files = standing.read().files
    data = relying.attesting(files, {key: value for key, value in said.items() if value not in ("", [])})
    wanted = reading.read_form({**files, "attestations.yaml": data})
    applying.apply(wanted, edge.actor(), Terms(source=Kind.PAGE))
    flash(_("Attested. It counts from now on."), "ok")
    return redirect(url_for("provisioning.rules", _anchor=name.replace(".", "-")))


def _relied() -> Any:
    version = edge.tenant().config_version
    offered = [*offerings.list_current(version).values(), *offerings.list_add_ons(version).values()]
    places = snapshot.read(version).places.values()
    attested = standing.read().files.get("attestations.yaml", {}).get("rules", [])
    return relying.relied_on(attesting.pack(version), places, offered, attested, clock.now().date())


def _me() -> str:
    user_id = edge.actor().id
    found = next((one.slug for one in people.list_people() if one.user_id == user_id), None)
    if found is None:
        raise NoPerson
    return found


def _rule(one: Relied) -> dict[str, Any]:
    rule, attested = one.rule, one.attested or {}
    said = set(attested.get("statements", ())) if one.is_current else set()
    return {
        "name": rule.rule, "id": rule.rule.replace(".", "-"), "version": rule.version,
        "title": _("%(act)s in %(place)s", act=_act(str(rule.procedure)),
                   place=scope_words.place(rule.jurisdiction)),
        "places": ", ".join(one.places), "confidence": _(CONFIDENCE[rule.confidence]),
        "recheck_by": wording.day(rule.recheck_by), "is_overdue": rule.recheck_by < clock.now().date(),
        "sources": [{"label": source.section or source.url, "url": source.url} for source in rule.sources],
        "note": rule.note, "statements": [(key, text, key in said) for key, text in rule.statements().items()],
        "by": attested.get("attested_by", ""), "own_note": attested.get("note", ""), "is_current": one.is_current,
        "on": wording.day(attested["attested_on"]) if attested else "", "missing": len(one.missing),
    }  # fmt: skip


def _act(act: str) -> str:
    return str(_(labels.VALUES[act])) if act in labels.VALUES else act.replace("_", " ").capitalize()
