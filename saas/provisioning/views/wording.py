"""What the pages of offerings say: kinds, roles, whom a price is for, how an add-on joins, what changed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _

from saas.catalogue.contents import AddOn, JoinMode, Offering, SegmentKind
from saas.kernel.money import Money
from saas.kernel.text import N_
from saas.practice.snapshot import Place, Practice
from saas.provisioning.history import Edition
from saas.web import render

CATEGORIES = {
    "physiotherapy": N_("Physiotherapy"), "aesthetics": N_("Aesthetics"), "consultation": N_("Consultation"),
}  # fmt: skip
SEGMENTS = {
    SegmentKind.PREP: N_("Preparation"), SegmentKind.HANDS_ON: N_("Treatment"),
    SegmentKind.PROCESSING: N_("Waiting"), SegmentKind.FINISH: N_("Finish"),
    SegmentKind.TURNAROUND: N_("Turnaround"),
}  # fmt: skip
KINDS = {
    "physiotherapy": N_("Physiotherapy room"), "aesthetics": N_("Aesthetics room"),
    "consultation": N_("Consultation room"), "microneedling_pen": N_("Micro-needling pen"),
    "centrifuge": N_("Centrifuge"), "electrostimulator": N_("Electrostimulator"),
}  # fmt: skip
MODALITIES = {"in_person": N_("in person"), "phone": N_("by phone"), "video": N_("by video")}
KEYS = {
    "segments": N_("the parts of the visit"), "name": N_("the name"), "summary": N_("the summary"),
    "description": N_("the description"), "add_ons": N_("the add-ons"), "locations": N_("the locations"),
    "deposit": N_("the deposit"), "cancellation": N_("the cancellation terms"), "online": N_("online booking"),
    "tax_purpose": N_("the tax purpose"), "procedures": N_("the procedures"), "concerns": N_("the concerns"),
    "texts": N_("what patients read"),
}  # fmt: skip


def local(texts: Mapping[str, str]) -> str:
    """Return a clinic's text in the language of this request, or in the first there is."""
    return texts.get(str(get_locale()).replace("_", "-")) or next(iter(texts.values()), "")


def day(on: str | date) -> str:
    """Return a day as the request's language writes it."""
    return str(
        format_date(date.fromisoformat(on) if isinstance(on, str) else on, "medium", locale=get_locale())
    )


def weekday(on: date) -> str:
    """Return a day as short as a column of a week is wide: `Mo 3`."""
    return str(format_date(on, "EEE d", locale=get_locale()))


def part(kind: str, name: Mapping[str, str]) -> str:
    """Return what a part of a visit is called: by the clinic, or by its kind."""
    return local(name) or str(_(SEGMENTS[SegmentKind(kind)]))


def kind(name: str) -> str:
    """Return a kind of room or device in words."""
    return str(_(KINDS[name])) if name in KINDS else name.replace("_", " ").capitalize()


def role(name: str) -> str:
    """Return a role as people say it; roles other than the practitioner are the clinic's own words."""
    return str(_("Practitioner")) if name == "practitioner" else name.replace("_", " ").capitalize()


def whom(rule: Mapping[str, Any], practice: Practice) -> str:
    """Return for whom and where a price holds; *rule* names slugs."""
    place = practice.by_slug.get(rule.get("location") or "")
    where = place.name if place else rule.get("location")
    person = next(
        (p.name for p in practice.practitioners.values() if p.slug == rule.get("practitioner")), None
    )
    who = person or rule.get("practitioner")
    if rule.get("tier"):
        who = str(_("Tier %(tier)s", tier=rule["tier"]))
    said = _for_whom(who, where)
    return f"{rule['variant']} · {said}" if rule.get("variant") else said


def _for_whom(who: str | None, where: str | None) -> str:
    if who and where:
        return str(_("%(who)s at %(place)s", who=who, place=where))
    return who or (str(_("Everybody at %(place)s", place=where)) if where else str(_("Everybody")))


def joining(join: AddOn, base: Offering, names: Mapping[str, str]) -> str:
    """Return how an add-on joins a visit, in a sentence or two."""
    said = [_joined(join, base)]
    if join.rest_before:
        said.append(_("What is left of it comes before “%(part)s”.", part=_of_kind(base, join.rest_before)))
    others = [names.get(slug, slug) for slug in join.excludes]
    if others:
        said.append(_("Not together with %(others)s.", others=", ".join(others)))
    return " ".join(map(str, said))


def _joined(join: AddOn, base: Offering) -> str:
    beside = _of_kind(base, join.beside or SegmentKind.PROCESSING)
    if join.mode is JoinMode.INSIDE:
        return str(_("It takes place within “%(part)s”.", part=beside))
    if join.mode is JoinMode.PARALLEL:
        return str(_("It begins together with “%(part)s”.", part=beside))
    if join.before:
        return str(_("It comes before “%(part)s”.", part=_of_kind(base, join.before)))
    return str(_("It comes at the end of the treatment."))


def _of_kind(base: Offering, wanted: SegmentKind) -> str:
    found = next((one for one in base.segments if one.kind is wanted), None)
    return part(wanted, found.name if found else {})


def amount(text: str, places: list[Place], location: str | None = None) -> str:
    """Return an amount as it stands in an offering as money, in the currency of its places."""
    found = next((place for place in places if location in (None, place.slug)), places[0])
    return render.money(Money.from_major(text, found.currency))


def difference(one: Mapping[str, Any], practice: Practice, places: list[Place]) -> dict[str, str]:
    """Return a difference in words: what it is about, before and after; the latter empty where not spelled out."""
    if one["part"] == "other":
        key = one["key"]
        return {
            "what": str(_(KEYS[key])) if key in KEYS else key.replace("_", " "),
            "before": "",
            "after": "",
        }
    if one["part"] == "minutes":
        before, after = (str(_("%(minutes)s min", minutes=one[when])) for when in ("before", "after"))
        return {"what": part(one["kind"], one["name"]), "before": before, "after": after}
    before, after = (
        amount(one[when], places, one["location"]) if one[when] else str(_("none"))
        for when in ("before", "after")
    )
    what = str(_("Price · %(whom)s", whom=whom(one, practice)))
    if one["since"]:
        what = str(_("%(what)s, from %(day)s", what=what, day=day(one["since"])))
    return {"what": what, "before": before, "after": after}


def edition(one: Edition, practice: Practice, places: list[Place], zone: str) -> dict[str, Any]:
    """Return a version in words: who saved it, when and what it changed."""
    return {
        "number": one.number, "since": one.since, "zone": zone,
        "by": one.by if one.by is not None else str(_("Files were applied")),
        "changed": [difference(change, practice, places) for change in one.changed],
    }  # fmt: skip
