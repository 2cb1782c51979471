"""Every visit that could be booked must be possible: its segments compose, and somebody may fill each role.

Each allowed set of add-ons is tried, at each place where all of it is offered. What fails is said once, with
the fewest add-ons that make it fail. Files with a fault of their own are left out, for the schema tells that.
The days on which somebody's permission begins or ends play no part here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from saas.catalogue import adding, composing, contents, varying
from saas.catalogue.composing import CannotCompose, Need, Timeline
from saas.catalogue.contents import Offering, OfferingKind
from saas.provisioning.crosschecks import Sources
from saas.provisioning.documents import Document
from saas.provisioning.problems import Loc, Problem, quoted
from saas.provisioning.schema_catalogue import Offering as OfferingFile
from saas.provisioning.schema_practice import Person

NOBODY = UUID(int=0)
Model = TypeVar("Model", bound=BaseModel)
Chosen = tuple[str, ...]
Crew = Mapping[str, set[str]]  # who works at a place, and what each may perform
AddOns = Mapping[str, Offering]


def check(sources: Sources) -> Iterator[Problem]:
    """Yield visits that cannot be: by their segments, or for want of people where they are offered."""
    found = [(document, _read(document)) for document in sources.offerings]
    add_ons = {one.slug: one for _, one in found if one and one.kind is OfferingKind.ADD_ON}
    crews = _crews(sources)
    for document, base in found:
        if base and base.kind is OfferingKind.VISIT and _is_distinct(base):
            for one in varying.each(base):
                yield from _visits(document, one, add_ons, crews)


def _read(document: Document) -> Offering | None:
    typed = _typed(OfferingFile, document)
    said = typed.model_dump(mode="json", exclude={"slug"}) if typed else None
    return contents.read(NOBODY, NOBODY, typed.slug, said) if typed and said else None


def _typed(model: type[Model], document: Document) -> Model | None:
    try:
        return model.model_validate(document.data)
    except ValidationError:
        return None


def _is_distinct(base: Offering) -> bool:
    return len({join.offering for join in base.add_ons}) == len(base.add_ons)


def _crews(sources: Sources) -> Mapping[str, Crew] | None:
    """Return each place's crew by its slug; None where a person's file cannot be read."""
    people = [person for document in sources.people if (person := _typed(Person, document))]
    if len(people) != sum(file.startswith("people/") for file in sources.files):
        return None
    crews: dict[str, dict[str, set[str]]] = {slug: {} for slug in sources.location_slugs()}
    for person in people:
        places = {row.location for row in person.hours} | {
            row.location for row in person.exceptions if row.hours
        }
        for slug in places if person.is_practitioner else ():
            may = {row.procedure.value for row in person.may_perform}
            crews.setdefault(slug, {})[person.slug] = may
    return crews


def _visits(
    document: Document, base: Offering, add_ons: AddOns, crews: Mapping[str, Crew] | None
) -> Iterator[Problem]:
    failed: list[tuple[str, Chosen]] = []
    for chosen in adding.combinations(base, add_ons):
        if _failed(failed, "", chosen):
            continue
        try:
            timeline = composing.of_offering(base, [add_ons[slug] for slug in chosen])
        except CannotCompose as refused:
            failed.append(("", chosen))
            yield _problem(document, base, chosen, str(refused).rstrip("."), "segments that can be one visit")
            continue
        for place in _places(base, [add_ons[slug] for slug in chosen]):
            lacking = _lacking(place, crews.get(place, {}), timeline) if crews is not None else ""
            if lacking and not _failed(failed, place, chosen):
                failed.append((place, chosen))
                yield _problem(
                    document, base, chosen, lacking, "people who work there and may, or other locations"
                )


def _failed(failed: Iterable[tuple[str, Chosen]], place: str, chosen: Chosen) -> bool:
    """Whether fewer of these add-ons have failed there already."""
    return any(where == place and set(fewer) <= set(chosen) for where, fewer in failed)


def _places(base: Offering, add_ons: Sequence[Offering]) -> list[str]:
    return [place for place in base.locations if all(place in one.locations for one in add_ons)]


def _problem(document: Document, base: Offering, chosen: Chosen, message: str, expected: str) -> Problem:
    numbers = [n for n, join in enumerate(base.add_ons) if join.offering in chosen]
    place: Loc = ("add_ons", numbers[-1]) if numbers else ("segments",)
    variant = (base.variant.slug,) if base.variant else ()
    if variant and not numbers:
        place = ("variants", base.variants.index(base.variant)) if base.variant else place
    told = " and ".join((*variant, *chosen))
    return document.problem(place, f"with {told}, {message}" if told else message, expected)


def _lacking(place: str, crew: Crew, timeline: Timeline) -> str:
    """Return what the *crew* of *place* cannot fill; empty where each role has somebody of its own."""
    roles = [need for need in timeline.needs if need.kind == "role"]
    able = {need.name: [who for who, may in crew.items() if may >= set(need.procedures)] for need in roles}
    for need in roles:
        if not able[need.name]:
            return f"nobody at {quoted(place)} may fill the role {quoted(need.name)}{_acts(need)}"
    if _can_be_filled([need.name for need in roles], able, ()):
        return ""
    names = " and ".join(quoted(need.name) for need in roles)
    few = " and ".join(quoted(who) for who in sorted({who for people in able.values() for who in people}))
    return f"the roles {names} need different people, and at {quoted(place)} only {few} may fill them"


def _acts(need: Need) -> str:
    return f" ({', '.join(need.procedures)})" if need.procedures else ""


def _can_be_filled(roles: Sequence[str], able: Mapping[str, Sequence[str]], taken: Chosen) -> bool:
    if not roles:
        return True
    first, *rest = roles
    return any(_can_be_filled(rest, able, (*taken, who)) for who in able[first] if who not in taken)
