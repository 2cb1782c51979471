"""A person's page: what they hold, what they may do where, and what is missing for the next thing."""

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

from flask import request, url_for

from saas.credentials import evidence, records
from saas.kernel import clock
from saas.kernel.permissions import Permission
from saas.practice import people
from saas.practice.models import Person
from saas.practice.snapshot import Place, Practitioner
from saas.provisioning import scoping
from saas.provisioning.scoping import Gap, Judge, Work
from saas.provisioning.views import evidence as evidence_words
from saas.provisioning.views import scope_words
from saas.provisioning.views.door import blueprint, may
from saas.web import edge, render
from saas.web.access import permit

MOST_GAPS = 12


@blueprint.get("/practice/people/<slug>", endpoint="person")
@permit(Permission.PRACTICE_READ)
def person(slug: str) -> str:
    """Show one person."""
    row, today = people.get(slug), clock.now().date()
    everybody = people.list_people()
    names = {one.slug: one.name for one in everybody}
    held = [(scope_words.credential(one, names, today), one) for one in records.list_held(row.id)]
    opens = may(Permission.EVIDENCE_MANAGE)
    papers = evidence.list_of(row.id) if opens else []
    users = {one.user_id: one.name for one in everybody if one.user_id}
    return render.page(
        "provisioning/person.html", person=row, notice=scope_words.pack().notice,
        professions=[scope_words.profession(one) for one in row.professions],
        held=[
            (one, source.id, evidence_words.shown(evidence.about(papers, source), users)) for one, source in held
        ],
        protocols=evidence_words.protocols(row.id, papers, users) if opens else [], opens=opens,
        may_edit=may(Permission.PRACTICE_WRITE), **_scope(row, today),
    )  # fmt: skip


def _scope(row: Person, today: date) -> dict[str, Any]:
    """Return what they may do where, and what is missing; nothing of somebody who does not treat."""
    ground = scoping.standing(edge.tenant().config_version)
    who = ground.practice.practitioners.get(row.id)
    if who is None:
        return {"columns": [], "lines": [], "gaps": [], "everywhere": False, "more": False}
    everywhere, judge = request.args.get("where") == "all", Judge(ground, today)
    known = list(ground.practice.places.values())
    own = [one for one in known if one.id in who.hours]
    places, some = (known if everywhere or not own else own), scoping.works(ground.offerings)
    columns = _columns(judge, some, places, who)
    lines = [_line(judge, work, columns, who) for work in some if any(work.at(one) for one in places)]
    found = scoping.gaps(judge, who, some, places)
    return {
        "columns": [_heading(one) for one in columns], "lines": lines, "everywhere": everywhere,
        "gaps": [_gap(one) for one in found[:MOST_GAPS]], "more": len(known) > len(own),
    }  # fmt: skip


def _columns(
    judge: Judge, some: Sequence[Work], places: Sequence[Place], who: Practitioner
) -> list[list[Place]]:
    """Return the places, those together at which the person may do the same of what is offered there."""
    found: dict[str, list[Place]] = {}
    for place in places:
        answers = [judge.cell(work, place, who) if work.at(place) else None for work in some]
        found.setdefault(repr((place.jurisdiction, answers)), []).append(place)
    return list(found.values())


def _heading(places: list[Place]) -> Any:
    return SimpleNamespace(
        names=", ".join(one.name for one in places), state=scope_words.place(places[0].jurisdiction)
    )


def _line(judge: Judge, work: Work, columns: list[list[Place]], who: Practitioner) -> Any:
    cells = []
    for places in columns:
        place = next((one for one in places if work.at(one)), None)
        cells.append(_cell(judge, work, place, who) if place else None)
    return SimpleNamespace(name=", ".join(scope_words.named(work.offerings)), cells=cells)


def _cell(judge: Judge, work: Work, place: Place, who: Practitioner) -> Any:
    found = judge.cell(work, place, who)
    label, kind = scope_words.verdict(found)
    offering = work.at(place)[0]
    variant = offering.variant.slug if offering.variant else None
    return SimpleNamespace(
        label=label, kind=kind, reasons=[scope_words.said(one) for one in found.best.reasons[:1]],
        more=len(found.best.reasons) - 1, works=found.works,
        why=url_for("provisioning.why", person=who.slug, offering=offering.slug, variant=variant, location=place.slug),
    )  # fmt: skip


def _gap(gap: Gap) -> Any:
    opens = [
        (", ".join(scope_words.named(work.at(where[0]))), ", ".join(one.name for one in where))
        for work, where in gap.work
    ]
    return SimpleNamespace(sentence=scope_words.said(gap.reason), opens=opens)
