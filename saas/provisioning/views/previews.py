"""What patients would see of an offering that a plan changes: its parts drawn, its free times of next week."""

import uuid
from typing import Any

from saas.catalogue import composing, contents
from saas.catalogue.contents import Offering, OfferingKind
from saas.kernel import clock
from saas.provisioning import previewing
from saas.provisioning.comparing import What
from saas.provisioning.planning import Plan
from saas.provisioning.views import drawing, wording
from saas.web import edge

MOST = 3


def of(plan: Plan) -> list[dict[str, Any]]:
    """Return a preview of each offering that is new or unfolds otherwise, at most `MOST`."""
    changed = {one.thing.slug: one for one in plan.changes if one.thing.kind == "offering"}
    wanted = [
        one
        for one in plan.wanted.offerings
        if one.slug in changed and changed[one.slug].what is not What.ARCHIVE
    ]
    return [_preview(one, plan) for one in wanted[:MOST]]


def _preview(wanted: Any, plan: Plan) -> dict[str, Any]:
    after = contents.read(wanted.id or uuid.UUID(int=0), uuid.UUID(int=0), wanted.slug, wanted.content())
    before = _before(wanted, plan)
    timelines = [composing.of_offering(one) for one in (before, after) if one is not None]
    is_redrawn = len(timelines) > 1 and timelines[0] != timelines[1]
    names, total = drawing.names_of(after, []), max(one.minutes for one in timelines)
    shown = timelines if is_redrawn else timelines[-1:]
    return {
        "name": wording.local(after.name), "slug": after.slug, "summary": wording.local(after.summary),
        "page": _page_of(after, plan),
        "redrawn": is_redrawn, "drawings": [drawing.draw(one, names, total) for one in shown], "weeks": _weeks(after),
    }  # fmt: skip


def _page_of(after: Offering, plan: Plan) -> str:
    """Return the offering on whose public page it would stand: its own, or that of a visit to which it is added."""
    bases = [after.slug] if after.kind is OfferingKind.VISIT else [
        one.slug for one in plan.wanted.offerings if after.slug in {join.offering for join in one.add_ons}
    ]  # fmt: skip
    online = {one.slug for one in plan.wanted.offerings if one.online}
    return next((slug for slug in bases if slug in online), "")


def _before(wanted: Any, plan: Plan) -> Offering | None:
    version = plan.world.tables.versions.get(wanted.id)
    return contents.read(version.offering_id, version.id, wanted.slug, version.content) if version else None


def _weeks(after: Offering) -> list[dict[str, Any]]:
    if after.kind is OfferingKind.ADD_ON:
        return []
    found = previewing.weeks(after, edge.tenant().config_version, clock.now())
    return [
        {
            "place": one.place.name,
            "total": one.total,
            "days": [(wording.weekday(on), free) for on, free in one.days],
        }
        for one in found
    ]
