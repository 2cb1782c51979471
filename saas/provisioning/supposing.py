"""What if: the ground of all answers as it would be with another place, another person or another device. Pure.

Nothing is written. A new place is like the one it is modelled on but for its jurisdiction; a person who is hired
works there, and the clinic is taken to grant them what the rules let them do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from saas.credentials.circumstances import Credential, Kind
from saas.credentials.privileges import Held, Period
from saas.credentials.requirements import HOURS
from saas.credentials.vocabulary import ACTS, UNREGULATED, procedure_of
from saas.practice.hours import Roster
from saas.practice.snapshot import Place, Practice, Practitioner
from saas.provisioning.scoping import Ground

# Of somebody whose training is supposed to be whole: more than any rule asks for.
PLENTY = 1000
NEW_PLACE, NEW_PERSON = UUID(int=1), UUID(int=2)


@dataclass(frozen=True)
class Assumption:
    """What is supposed; empty means: as it is.

    `jurisdiction` is that of a new place. `profession` is that of a person who is hired, licensed since `since`
    where they would work; `trained` and `registered` name the procedures. `depth_mm` is what the needling
    devices of the place would be evaluated for.
    """

    jurisdiction: str = ""
    profession: str = ""
    since: date | None = None
    trained: tuple[str, ...] = ()
    registered: tuple[str, ...] = ()
    depth_mm: Decimal | None = None

    @property
    def is_any(self) -> bool:
        """Whether anything is supposed."""
        return bool(self.jurisdiction or self.profession or self.depth_mm)


def suppose(
    ground: Ground, place: Place, it: Assumption, place_name: str, person_name: str
) -> tuple[Ground, Place]:
    """Return *ground* as it would be, and the place that stands for *place* in it."""
    if it.jurisdiction:
        ground, place = _opened(ground, place, it.jurisdiction, place_name)
    if it.depth_mm is not None:
        ground = _equipped(ground, place, it.depth_mm)
    if it.profession:
        ground = _hired(ground, place, it, person_name)
    return ground, place


def _opened(ground: Ground, model: Place, jurisdiction: str, name: str) -> tuple[Ground, Place]:
    """Open a place like *model* elsewhere: its units, its offerings, and its people."""
    new = replace(model, id=NEW_PLACE, slug="", name=name, jurisdiction=jurisdiction)
    people = {
        one: replace(person, hours={**person.hours, NEW_PLACE: person.hours[model.id]})
        if model.id in person.hours else person
        for one, person in ground.practice.practitioners.items()
    }  # fmt: skip
    units = ground.practice.devices
    copied = tuple(replace(unit, location_id=NEW_PLACE) for unit in units if unit.location_id == model.id)
    practice = replace(
        ground.practice, places={**ground.practice.places, NEW_PLACE: new}, practitioners=people,
        devices=(*units, *copied), by_slug={**ground.practice.by_slug, "": new},
    )  # fmt: skip
    sold = tuple(
        replace(one, locations=(*one.locations, "")) if model.slug in one.locations else one
        for one in ground.offerings
    )
    return replace(ground, practice=practice, offerings=sold), new


def _equipped(ground: Ground, place: Place, depth_mm: Decimal) -> Ground:
    """Let every needling device at *place* be evaluated for *depth_mm*."""
    kinds = {limit.kind for limit in ground.word.rules.devices}
    devices = tuple(
        replace(unit, evaluated_depth_mm=depth_mm)
        if unit.location_id == place.id and unit.kind in kinds else unit
        for unit in ground.practice.devices
    )  # fmt: skip
    return replace(ground, practice=replace(ground.practice, devices=devices))


def _hired(ground: Ground, place: Place, it: Assumption, name: str) -> Ground:
    person = Practitioner(NEW_PERSON, "", name, "", {place.id: Roster()}, (), professions=(it.profession,))
    people = {NEW_PERSON: person, **ground.practice.practitioners}
    return replace(
        ground, practice=_with(ground.practice, people), held={**ground.held, NEW_PERSON: _papers(ground, it, place)},
        granted={**ground.granted, NEW_PERSON: _everything()},
    )  # fmt: skip


def _with(practice: Practice, people: Mapping[UUID, Practitioner]) -> Practice:
    return replace(practice, practitioners=people)


def _papers(ground: Ground, it: Assumption, place: Place) -> tuple[Credential, ...]:
    """Return verified papers: the proof of the profession, whole training, registrations."""
    proof = next((one for one in ground.word.rules.certified if it.profession in one.who), None)
    kind = proof.kinds[0] if proof else Kind.LICENCE
    own = Credential(Kind(kind), it.profession, place.jurisdiction, issued_on=it.since, is_verified=True)
    hours = dict.fromkeys(HOURS, PLENTY)
    learnt = (
        Credential(Kind.TRAINING, procedure=one, hours=hours, sessions=PLENTY, exam=True, is_verified=True)
        for one in it.trained
    )
    entered = (
        Credential(Kind.REGISTRATION, jurisdiction=place.jurisdiction, procedure=one, is_verified=True)
        for one in it.registered
    )
    return (own, *learnt, *entered)


def _everything() -> Held:
    always = (Period(date.min, date.max),)
    return dict.fromkeys((*ACTS, *UNREGULATED), always)


def procedures() -> list[str]:
    """Return what training and registrations are about."""
    return list(dict.fromkeys(procedure_of(act) for act in ACTS))
