"""The policies of an offering in words, place by place, and whence each comes."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from saas.booking import terms_told, whence
from saas.booking.terms_told import Said
from saas.booking.whence import Names
from saas.catalogue import offerings, rulebook
from saas.catalogue.contents import Offering, OfferingKind
from saas.catalogue.governing import Decision
from saas.catalogue.rulings import Decided
from saas.catalogue.terms import Kind, Terms
from saas.kernel.text import N_
from saas.practice.snapshot import Place, Practice
from saas.web import errors, i18n

KINDS = {
    Kind.DEPOSIT: N_("Deposit"), Kind.CANCELLATION: N_("Cancelling"), Kind.NO_SHOW: N_("Not coming"),
    Kind.LATE_ARRIVAL: N_("Coming late"), Kind.RESCHEDULE: N_("Moving it"),
}  # fmt: skip
Pair = tuple[str, str]


def language() -> str:
    """Return the language of this request, as a clinic's texts name it."""
    return i18n.locale().replace("_", "-")


def names_of(practice: Practice, config_version: int) -> Names:
    """Return what things are called, in the language of this request."""
    return Names(practice, offerings.list_current(config_version), language())


def policies(
    offering: Offering, places: Sequence[Place], names: Names, config_version: int
) -> list[dict[str, Any]]:
    """Return for each kind of policy what holds and whence it comes, in groups of places where the same holds.

    A later visit is told where something else holds for it. Nothing for an add-on: it has no policies of its own.
    """
    if offering.kind is OfferingKind.ADD_ON:
        return []

    def decided(place: Place, is_first: bool) -> Decided:
        return rulebook.explain(offering, place.slug, is_first=is_first, config_version=config_version)

    found = [(place, decided(place, True), decided(place, False)) for place in places]
    return [{"label": _(label), "groups": _groups(kind, found, names)} for kind, label in KINDS.items()]


def _groups(
    kind: Kind, found: Sequence[tuple[Place, Decided, Decided]], names: Names
) -> list[dict[str, Any]]:
    groups: dict[tuple[Pair, Pair], list[str]] = {}
    for place, *visits in found:
        first, later = (_pair(kind, decided[kind], names, place.currency) for decided in visits)
        groups.setdefault((first, later), []).append(place.name)
    return [
        {
            "first": first,
            "later": later if later != first else None,
            "places": told if len(groups) > 1 else [],
        }
        for (first, later), told in groups.items()
    ]


def _pair(kind: Kind, decision: Decision[Terms], names: Names, currency: str) -> Pair:
    """Return what holds, and whence it comes, in words."""
    what = terms_told.told(kind, decision.terms, currency)
    chosen = next((step.rule for step in decision.trace if step.chosen), None)
    return _words(what), _words(whence.source(chosen, names)) if chosen else str(_("No rule speaks of it."))


def _words(one: Said) -> str:
    return errors.said(one.sentence, one.params)
