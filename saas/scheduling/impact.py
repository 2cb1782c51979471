"""What a change of the practice or the catalogue means for visits, holds and blocks to come.

Offerings that change or go leave their visits as they are; whom `stranding` names cannot stay.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from saas.catalogue.contents import Offering
from saas.kernel.errors import Reason
from saas.kernel.impacts import Impact
from saas.kernel.text import N_
from saas.practice.snapshot import Place, Practice, Practitioner
from saas.scheduling import stranding, touched

ROOM = stranding.ROOM
ARCHIVED = N_(
    "%(name)s would no longer be offered. Visits with it keep what they were promised: %(visits)s; "
    "holds, until they end: %(holds)s."
)
CHANGED = N_(
    "%(name)s would be different. Visits with it keep what they were promised: %(visits)s; "
    "holds, until they end: %(holds)s."
)

Offerings = Mapping[UUID, Offering]


def of_practice(before: Practice, after: Practice, now: datetime) -> Iterator[Impact]:
    """Yield what a change of places, people, rooms and devices means; at most one statement."""
    rows = touched.at(changed_places(before, after), changed_resources(before, after), now)
    yield from stranding.stranded(before, after, rows)


def of_offerings(before: Offerings, after: Offerings, practice: Practice, now: datetime) -> Iterator[Impact]:
    """Yield which visits and holds keep what offerings promised that change or go; at most one statement."""
    different = [one for one in before.values() if one.id not in after or _differs(one, after[one.id])]
    counted = touched.count([one.id for one in different], list(practice.places), now)
    for one in sorted(different, key=lambda one: one.slug):
        if one.id in counted:
            visits, holds = counted[one.id]
            code, sentence = ("changed", CHANGED) if one.id in after else ("archived", ARCHIVED)
            params = {"name": one.text("name"), "visits": visits, "holds": holds}
            yield Impact(ROOM, Reason(f"offering_{code}", sentence, params), (one.id,))


def changed_places(before: Practice, after: Practice) -> set[UUID]:
    """Return the places that go or have other hours, closed days or clocks."""
    return {place.id for place in before.places.values() if _place_changed(place, after.places.get(place.id))}


def changed_resources(before: Practice, after: Practice) -> set[UUID]:
    """Return the people and units that go or change, people with other hours, and seats that go."""
    people = {
        one.id
        for one in before.practitioners.values()
        if _person_changed(one, after.practitioners.get(one.id))
    }
    there = stranding.units(after)
    units = {
        one.id
        for one in stranding.units(before).values()
        if one.id not in there or replace(one, name=there[one.id].name) != there[one.id]
    }
    above = {seat for seat, one in stranding.watching(before).items() if one.id in people}
    gone = {**stranding.seats_gone(before, after), **stranding.watches_gone(before, after)}
    return people | units | above | set(gone)


def _place_changed(place: Place, then: Place | None) -> bool:
    """Whether anything but what it is called and who runs it differs."""
    if then is None:
        return True
    alike = replace(
        place, slug=then.slug, name=then.name, legal_entity_id=then.legal_entity_id, currency=then.currency
    )
    return alike != then


def _person_changed(person: Practitioner, then: Practitioner | None) -> bool:
    """Whether anything but what they are called, their tier and how many they look after differs."""
    if then is None:
        return True
    alike = replace(
        person, slug=then.slug, name=then.name, titles=then.titles, tier=then.tier,
        max_concurrent_patients=then.max_concurrent_patients, max_supervised=then.max_supervised,
    )  # fmt: skip
    return alike != then


def _differs(one: Offering, then: Offering) -> bool:
    """Whether a visit keeps something that the offering would no longer say; prices are billing's to tell."""
    said = ("segments", "variants", "procedures", "modality", "tax_purpose", "deposit", "cancellation")
    return any(getattr(one, name) != getattr(then, name) for name in said)
