"""Who could no longer perform an offering because it would ask for more: other acts, or more depth. Pure.

What somebody loses by themselves, credentials say; here the rights are those after the change on both sides. What is
booked keeps what it was booked with.
"""

from collections.abc import Callable, Iterator, Mapping
from uuid import UUID

from saas.catalogue import composing, varying
from saas.catalogue.composing import Need
from saas.catalogue.contents import Offering, OfferingKind
from saas.kernel import impacts
from saas.kernel.errors import Reason
from saas.kernel.impacts import Impact
from saas.kernel.text import N_
from saas.practice.snapshot import Place, Practice, Practitioner

ROOM = "catalogue"
FEWER = N_("%(people)s could no longer perform at %(places)s, as it would be: %(names)s.")
May = Callable[[Practitioner, Place, Need], bool]


def of(
    before: Mapping[UUID, Offering], after: Mapping[UUID, Offering], practice: Practice, may: May
) -> Iterator[Impact]:
    """Yield who falls out of which offering that changes, together who does so of the same at several places."""
    at: dict[tuple[str, tuple[str, ...]], list[Place]] = {}
    subjects: dict[str, UUID] = {}
    for was in before.values():
        then = after.get(was.id)
        if then is None or was.kind is not OfferingKind.VISIT:
            continue
        for name, needs in _asking_more(was, then):
            subjects[name] = was.id
            for place in (practice.by_slug[slug] for slug in then.locations if slug in practice.by_slug):
                people = tuple(one.name for one in _falling_out(needs, place, practice, may))
                if people:
                    at.setdefault((name, people), []).append(place)
    for (name, people), places in at.items():
        params = {
            "people": impacts.some(people),
            "places": impacts.some([one.name for one in places]),
            "names": name,
        }
        yield Impact(
            ROOM, Reason("fewer_people", FEWER, params), (subjects[name], *(one.id for one in places))
        )


def _asking_more(was: Offering, then: Offering) -> Iterator[tuple[str, list[tuple[Need, Need]]]]:
    """Yield each variant that both have by its name, with the roles that differ."""
    earlier = {one.variant and one.variant.slug: one for one in varying.each(was)}
    for one in varying.each(then):
        same = earlier.get(one.variant and one.variant.slug)
        roles = {need.name: need for need in composing.roles(same.segments)} if same else {}
        pairs = [(roles[need.name], need) for need in composing.roles(one.segments) if need.name in roles]
        differing = [(old, new) for old, new in pairs if old != new]
        if differing:
            yield one.text("name"), differing


def _falling_out(
    needs: list[tuple[Need, Need]], place: Place, practice: Practice, may: May
) -> Iterator[Practitioner]:
    for person in practice.practitioners.values():
        if place.id in person.hours and any(
            may(person, place, old) and not may(person, place, new) for old, new in needs
        ):
            yield person
