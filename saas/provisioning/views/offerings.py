"""What the practice offers: the list, and one offering with its timeline, people, prices and history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from saas.catalogue import adding, approving, composing, offerings, pricing, taxes, varying
from saas.catalogue.contents import Category, Offering, OfferingKind, PriceRule
from saas.kernel import clock
from saas.kernel.money import Money
from saas.kernel.permissions import Permission
from saas.kernel.text import N_
from saas.practice import snapshot
from saas.practice.snapshot import Place, Practice
from saas.provisioning import changing, history, performing
from saas.provisioning.performing import Performer, Standing
from saas.provisioning.views import approving as texts
from saas.provisioning.views import drawing, governed, wording
from saas.provisioning.views.door import Line, blueprint, may
from saas.web import edge, render
from saas.web.access import permit

LEVELS = {
    pricing.Level.PRACTITIONER: N_("one practitioner"), pricing.Level.TIER: N_("a tier"),
    pricing.Level.LOCATION: N_("a location"), pricing.Level.ORGANISATION: N_("everywhere"),
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """An offering as its pages need it: with the practice, its places and its add-ons in use."""

    offering: Offering
    practice: Practice
    places: list[Place]
    add_ons: dict[str, Offering]
    config_version: int

    @property
    def zone(self) -> str:
        """The time zone its days are told in: that of its first place."""
        return self.places[0].time_zone if self.places else "UTC"

    @property
    def today(self) -> date:
        """The calendar day at its first place."""
        return clock.now().astimezone(ZoneInfo(self.zone)).date()

    def crumb(self) -> str:
        """Return where the offering belongs, in words."""
        return str(_(wording.CATEGORIES[self.offering.category.value]))


def find(slug: str, config_version: int | None = None) -> Shown:
    """Return the offering or add-on *slug* as it is configured now; NotFound."""
    version = edge.tenant().config_version if config_version is None else config_version
    offering, practice = changing.find(slug, version), snapshot.read(version)
    places = [practice.by_slug[name] for name in offering.locations if name in practice.by_slug]
    known = offerings.list_add_ons(version)
    joined = {join.offering: known[join.offering] for join in offering.add_ons if join.offering in known}
    return Shown(offering, practice, places, joined, version)


@blueprint.get("/practice/offerings", endpoint="offerings")
@permit(Permission.PRACTICE_READ)
def list_offerings() -> str:
    """List what is offered and what can be added, with a search and the kinds of care to choose from."""
    q, category = request.args.get("q", "").strip()[:100], request.args.get("category", "")
    version = edge.tenant().config_version
    known = [*offerings.list_current(version).values(), *offerings.list_add_ons(version).values()]
    waiting, only = approving.waiting(known), request.args.get("texts") == "waiting"
    lines = [(one, _line(find(one.slug), is_waiting=one.id in waiting)) for one in known]
    found = [
        line for one, line in lines
        if line.matches(q) and category in ("", one.category.value) and (line.is_waiting or not only)
    ]  # fmt: skip
    return render.page(
        "provisioning/offerings.html", block="results", q=q, lines=found,
        choices=[*_choices(q, category, is_any=not only), *_waiting(len(waiting), only)],
        counted=len(known), category=category, may_edit=may(Permission.PRACTICE_WRITE),
    )  # fmt: skip


def _choices(q: str, category: str, *, is_any: bool) -> list[tuple[str, str, bool]]:
    named = [("", str(_("All")))] + [(one.value, str(_(wording.CATEGORIES[one.value]))) for one in Category]
    return [
        (
            label,
            url_for("provisioning.offerings", q=q or None, category=value or None),
            is_any and value == category,
        )
        for value, label in named
    ]


def _waiting(count: int, chosen: bool) -> list[tuple[str, str, bool]]:
    """Return the choice of what has a text that nobody approved yet; none where there is no such thing."""
    label = ngettext("%(num)d with a text to approve", "%(num)d with a text to approve", count)
    return [(label, url_for("provisioning.offerings", texts="waiting"), chosen)] if count or chosen else []


def _line(shown: Shown, *, is_waiting: bool) -> Line:
    offering = shown.offering
    minutes = composing.of_offering(varying.of(offering)).patient.minutes
    return Line({
        "name": wording.local(offering.name), "slug": offering.slug, "summary": wording.local(offering.summary),
        "category": shown.crumb(), "hue": offering.category.value,
        "is_add_on": offering.kind is OfferingKind.ADD_ON, "online": offering.online, "is_waiting": is_waiting,
        "minutes": str(_("%(minutes)s min", minutes=minutes)), "price": _span_of_prices(shown),
        "places": ", ".join(place.name for place in shown.places),
        "concerns": " ".join(wording.local(one) for one in offering.concerns),
    })  # fmt: skip


def _span_of_prices(shown: Shown) -> str:
    holding = [rule for rule in shown.offering.prices if rule.since is None or rule.since <= shown.today]
    found = [_money(rule, shown) for rule in holding]
    if not found:
        return str(_("free of charge"))
    alike = [one for one in found if one.currency == found[0].currency]
    least, most = render.money(min(alike)), render.money(max(alike))
    return least if least == most else f"{least} – {most}"


def _money(rule: PriceRule, shown: Shown) -> Money:
    place = next((p for p in shown.places if rule.location in (None, p.slug)), shown.places[0])
    return Money.from_major(rule.amount, place.currency)


@blueprint.get("/practice/offerings/<slug>", endpoint="offering")
@permit(Permission.PRACTICE_READ)
def show_offering(slug: str) -> str:
    """Show one offering as it holds, with the add-ons that are asked for in the address."""
    shown = find(slug)
    chosen = request.args.getlist("add_on")[: len(shown.offering.add_ons) + 1]
    joins = adding.require(shown.offering, [name for name in chosen if name in shown.add_ons])
    added = [shown.add_ons[join.offering] for join in joins]
    varied = varying.of(shown.offering, request.args.get("variant"))
    timeline = composing.of_offering(varied, added)
    places = [place for place in shown.places if all(place.slug in one.locations for one in added)]
    people = performing.at_places(timeline, places, shown.practice, shown.config_version, shown.today)
    return render.page(
        "provisioning/offering.html", **describe(shown),
        drawing=drawing.draw(timeline, drawing.names_of(shown.offering, added)),
        areas=_areas(varied, [one.slug for one in added]),
        toggles=_toggles(shown, request.args.get("variant"), [one.slug for one in added]),
        places=[(place.slug, place.name) for place in places], left_out=len(shown.places) - len(places),
        people=[_performer(one) for one in people if one.may],
        others=[one.person.name for one in people if not one.may],
        prices=[_price(rule, shown) for rule in shown.offering.prices],
        governed=_governed(shown), taxes=_taxes(shown), joins=_joins(shown),
        bases=_bases(shown), texts=texts.describe(shown.offering), may_approve=may(Permission.TEXT_APPROVE),
        editions=_editions(shown), may_edit=may(Permission.PRACTICE_WRITE),
    )  # fmt: skip


def _governed(shown: Shown) -> list[dict[str, Any]]:
    names = governed.names_of(shown.practice, shown.config_version)
    return governed.policies(shown.offering, shown.places, names, shown.config_version)


def describe(shown: Shown) -> dict[str, Any]:
    """Return what stands on top of each page of an offering."""
    offering = shown.offering
    return {
        "slug": offering.slug, "name": wording.local(offering.name), "crumb": shown.crumb(),
        "summary": wording.local(offering.summary), "description": wording.local(offering.description),
        "is_add_on": offering.kind is OfferingKind.ADD_ON, "online": offering.online,
        "way": _(wording.MODALITIES[offering.modality.value]), "zone": shown.zone, "today": wording.day(shown.today),
        "where": ", ".join(place.name for place in shown.places),
    }  # fmt: skip


def _editions(shown: Shown) -> list[dict[str, Any]]:
    found = history.editions(shown.offering.id)
    return [wording.edition(one, shown.practice, shown.places, shown.zone) for one in found]


def _areas(varied: Offering, chosen: Sequence[str]) -> list[dict[str, Any]]:
    """Return a choice for each variant of the offering."""
    return [
        {
            "name": wording.local(one.name), "is_on": one == varied.variant,
            "href": url_for("provisioning.offering", slug=varied.slug, variant=one.slug, add_on=list(chosen)),
        }
        for one in varied.variants
    ]  # fmt: skip


def _toggles(shown: Shown, variant: str | None, chosen: Sequence[str]) -> list[dict[str, Any]]:
    """Return a choice for each add-on: with it, without those that do not go with it; or without it."""

    def href(slug: str) -> str:
        asked: dict[str, Any] = {"variant": variant, "add_on": _toggled(shown, chosen, slug)}
        return url_for("provisioning.offering", slug=shown.offering.slug, **asked)

    return [
        {"name": wording.local(one.name), "is_on": slug in chosen, "href": href(slug)}
        for slug, one in shown.add_ons.items()
    ]


def _toggled(shown: Shown, chosen: Sequence[str], slug: str) -> list[str]:
    if slug in chosen:
        return [name for name in chosen if name != slug]
    join = next(one for one in shown.offering.add_ons if one.offering == slug)
    going = [name for name in chosen if name not in join.excludes]
    return [*going[: shown.offering.max_add_ons - 1], slug]


def _performer(one: Performer) -> dict[str, Any]:
    cells = {slug: _cell(standing) for slug, standing in one.standings.items()}
    return {"name": one.person.name, "titles": one.person.titles, **cells}


def _cell(standing: Standing) -> dict[str, str]:
    if not standing.works:
        return {"label": str(_("not there")), "kind": "none"}
    if not standing.roles:
        return {"label": str(_("may not")), "kind": "stop"}
    label = ", ".join(wording.role(name) for name in standing.roles)
    until = str(_("until %(day)s", day=wording.day(standing.until))) if standing.until else ""
    return {"label": label, "kind": "warn" if standing.until else "ok", "until": until}


def _price(rule: PriceRule, shown: Shown) -> dict[str, Any]:
    named = (wording.local(one.name) for one in shown.offering.variants if one.slug == rule.variant)
    scope = {"location": rule.location, "practitioner": rule.practitioner, "tier": rule.tier}
    scope |= {"variant": next(named, rule.variant)}
    return {
        "whom": wording.whom(scope, shown.practice), "level": _(LEVELS[pricing.level_of(rule)]),
        "since": wording.day(rule.since) if rule.since else _("always"), "amount": render.money(_money(rule, shown)),
        "is_ahead": bool(rule.since and rule.since > shown.today),
    }  # fmt: skip


def _taxes(shown: Shown) -> list[dict[str, str]]:
    purpose = shown.offering.tax_purpose or ""
    found = []
    for place in shown.places if shown.offering.prices else ():
        rate = taxes.find(place.jurisdiction, purpose, shown.today, shown.config_version)
        said = _("%(rate)s per cent", rate=format(rate.percent.normalize(), "f")) if rate else ""
        found.append({"place": place.name, "rate": said, "source": rate.source if rate else ""})
    return found


def _joins(shown: Shown) -> list[dict[str, Any]]:
    names = {slug: wording.local(one.name) for slug, one in shown.add_ons.items()}
    return [
        {
            "slug": join.offering, "name": names[join.offering],
            "how": wording.joining(join, shown.offering, names),
            "extra": _extra(shown, join.offering),
        }
        for join in shown.offering.add_ons if join.offering in names
    ]  # fmt: skip


def _extra(shown: Shown, slug: str) -> str:
    with_it = composing.of_offering(shown.offering, [shown.add_ons[slug]]).patient.minutes
    longer = with_it - composing.of_offering(shown.offering).patient.minutes
    return str(_("%(minutes)s min longer", minutes=longer)) if longer else str(_("no longer"))


def _bases(shown: Shown) -> list[tuple[str, str]]:
    """Return the offerings that this add-on can be added to: slug and name."""
    return [
        (one.slug, wording.local(one.name))
        for one in offerings.list_current(shown.config_version).values()
        if any(join.offering == shown.offering.slug for join in one.add_ons)
    ]
