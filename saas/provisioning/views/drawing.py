"""A drawn visit in words: what each bar says, where that fits, and the same once more as a list."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from saas.catalogue.arranging import Placed
from saas.catalogue.composing import Timeline
from saas.catalogue.contents import Offering
from saas.provisioning import lanes
from saas.provisioning.lanes import Bar, Drawing, Lane
from saas.provisioning.views import wording

# How wide a lane is drawn on a desk and on a phone, at least, and how wide a letter and the margins are.
DESK, PHONE, LETTER, MARGINS = 800, 300, 6.2, 16
START, MIDDLE, END = "start", "middle", "end"
EDGE_SHARE = 0.04
# How close to the mark before it, or to the last, a mark may stand on a phone.
PHONE_SHARE = 0.11


@dataclass(frozen=True)
class Names:
    """What the add-ons of a visit are called, by slug, and the hue of its kind of care."""

    add_ons: dict[str, str]
    hue: str


def draw(timeline: Timeline, names: Names, total: int = 0) -> dict[str, Any]:
    """Return what the timeline's macro shows; *total* minutes wide, so that two can be compared."""
    drawing = lanes.draw(timeline, total)
    return {
        "hue": names.hue, "total": drawing.total, "patient": timeline.patient.minutes, "minutes": timeline.minutes,
        "ticks": list(_ticks(drawing)),
        "lanes": [_lane(lane, drawing) for lane in drawing.lanes],
        "parts": [_part(placed, names) for placed in timeline.placed],
    }  # fmt: skip


def names_of(offering: Offering, add_ons: list[Offering]) -> Names:
    """Return the names that a drawing of *offering* with *add_ons* needs."""
    return Names({one.slug: wording.local(one.name) for one in add_ons}, offering.category.value)


def _ticks(drawing: Drawing) -> Iterator[dict[str, Any]]:
    shares, before = [tick / drawing.total for tick in drawing.ticks], -1.0
    for minute, at in zip(drawing.ticks, shares, strict=True):
        anchor = START if at < EDGE_SHARE else END if at > 1 - EDGE_SHARE else MIDDLE
        is_close = at < shares[-1] and (at - before < PHONE_SHARE or shares[-1] - at < PHONE_SHARE)
        before = before if is_close else at
        x = lanes.share(minute, drawing.total)
        yield {"x": x, "text": str(minute), "anchor": anchor, "is_close": is_close}


def _lane(lane: Lane, drawing: Drawing) -> dict[str, Any]:
    labels = {"patient": str(_("Patient")), "role": wording.role(lane.name), "room": str(_("Room"))}
    label = labels.get(lane.kind) or wording.kind(lane.name)
    return {"label": label, "bars": [_bar(bar, lane, drawing) for bar in lane.bars]}


def _bar(bar: Bar, lane: Lane, drawing: Drawing) -> dict[str, str]:
    share = bar.span.minutes / drawing.total
    others = (
        [str(_("free for another patient")), str(_("free"))]
        if bar.kind == "free"
        else [str(bar.span.minutes)]
    )
    said = _said(bar, lane)
    text, fits = _fitting([said, *others], share)
    short = others[-1]
    title = str(_("%(part)s, %(minutes)s min", part=said, minutes=bar.span.minutes))
    return {
        "x": lanes.share(bar.span.start, drawing.total), "width": lanes.share(bar.span.minutes, drawing.total),
        "kind": bar.kind, "title": title, "text": text, "fits": fits,
        "short": short if _width(short) <= share * PHONE else "",
    }  # fmt: skip


def _said(bar: Bar, lane: Lane) -> str:
    if bar.kind == "there":
        return str(_("here for %(minutes)s minutes", minutes=bar.span.minutes))
    if bar.kind == "held":
        return str(_("%(room)s, held throughout", room=wording.kind(lane.name)))
    name = wording.part(bar.part.segment.kind, bar.part.segment.name) if bar.part else ""
    if bar.kind == "free":
        free = str(_("free for another patient"))
        return str(_("%(part)s: %(free)s", part=name, free=free)) if name else free
    return name


def _fitting(texts: list[str], share: float) -> tuple[str, str]:
    """Return the first text that fits on a desk, and `always` or `desk` for where; empty where none does."""
    for text in texts:
        if _width(text) <= share * DESK:
            return text, "always" if _width(text) <= share * PHONE else "desk"
    return "", ""


def _width(text: str) -> float:
    return len(text) * LETTER + MARGINS


def _part(placed: Placed, names: Names) -> dict[str, Any]:
    segment = placed.segment
    needs = [wording.role(name) for name in segment.roles]
    needs += [wording.kind(name) for name in (segment.room, *segment.devices) if name]
    if not segment.patient_present:
        needs.append(str(_("without the patient")))
    return {
        "from": placed.span.start, "to": placed.span.end, "minutes": placed.span.minutes,
        "name": wording.part(segment.kind, segment.name), "needs": needs,
        "add_on": names.add_ons.get(placed.add_on or "", ""), "kind": segment.kind.value,
    }  # fmt: skip
