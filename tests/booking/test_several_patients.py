"""Who may look after several patients is free while something works; nobody looks after one more than that."""

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from saas.booking import asking, hold, searching
from saas.booking.asking import Channel, Wish
from saas.db import session
from saas.kernel import ids
from saas.kernel.spans import Span
from saas.practice.snapshot import Practitioner
from saas.scheduling import placing, reading
from saas.scheduling.models import Appointment
from saas.scheduling.placing import Placement, Taken
from saas.scheduling.refusals import SlotTaken
from tests.booking.clinic import NOW, TUESDAY, VISITOR, Clinic, at, set_up_composed


def held(clinic: Clinic, starts_at: datetime, offering: str = "visit", *add_ons: str) -> Appointment:
    """Hold a time with p0, as a visitor of one's own."""
    asked = hold.Asked(offering, "main", starts_at, "p0", add_ons)
    return hold.hold(asked, hold.Holder(f"visitor {ids.new()}"), clinic.version(), VISITOR, NOW)


def own_time(clinic: Clinic, row: Appointment) -> list[tuple[datetime, datetime]]:
    claims = reading.claims_of(row.id)
    return [(c.starts_at, c.ends_at) for c in claims if c.resource_id == clinic.people["p0"]]


def test_one_patient_at_a_time_binds_from_the_first_part_to_the_last(tenant: UUID) -> None:
    clinic = set_up_composed(tenant, rooms=3)
    row = held(clinic, at(10))
    with pytest.raises(SlotTaken):
        held(clinic, at(10, 10), "short")  # while the cream works
    assert own_time(clinic, row) == [(at(10), at(11, 20))]


def test_another_visit_lies_in_the_gap_of_who_may_have_two(tenant: UUID) -> None:
    clinic = set_up_composed(tenant, rooms=4, most=2)
    row = held(clinic, at(10))
    assert own_time(clinic, row) == [(at(10), at(10, 10)), (at(10, 40), at(11, 20))]
    for minute in (5, 15):
        with pytest.raises(SlotTaken):
            held(clinic, at(10, minute), "short")
    assert held(clinic, at(10, 10), "short").state == "held"


@pytest.mark.parametrize("most", [1, 2, 3])
def test_nobody_looks_after_one_patient_more_than_they_may(tenant: UUID, most: int) -> None:
    clinic = set_up_composed(tenant, rooms=5, most=most)
    for number in range(most):
        held(clinic, at(10, 5 * number), "drip")
    with pytest.raises(SlotTaken) as refused:
        held(clinic, at(10, 5 * most), "drip")
    assert [reason.code for reason in refused.value.reasons] == ["practitioner_busy"]
    assert held(clinic, at(11, 5 + 5 * most), "drip").state == "held"


def test_seats_are_nowhere_to_be_seen(tenant: UUID) -> None:
    clinic = set_up_composed(tenant, rooms=2, most=2)
    row = held(clinic, at(10))
    assert {claim.kind for claim in reading.claims_of(row.id)} == {"practitioner", "room"}
    drawn = reading.schedule(clinic.wish().place.id, at(9), at(17))
    assert {claim.kind for claim in drawn.claims} == {"practitioner", "room"}


def wishes(clinic: Clinic) -> list[Wish]:
    version = clinic.version()
    return [
        asking.wish(offering, "main", version, Channel.STAFF, None, add_ons)
        for offering, add_ons in (("visit", ("plasma",)), ("visit", ()), ("drip", ()), ("short", ()))
    ]


def ways(wish: Wish, starts_at: datetime) -> Iterator[Placement]:
    """Yield everything that a visit could take, by the rules alone and whatever is taken already."""
    people = wish.practice.practitioners.values()
    slugs = {"practitioner": "p", "phlebotomist": "d"}
    able = [[p for p in people if p.slug[0] == slugs[need.name]] for need in wish.roles]
    needs = [need for need in wish.timeline.needs if need.kind != "role"]
    pools = [wish.practice.units(need.kind, need.name, wish.place) for need in needs]
    for crew in itertools.product(*able):
        filled = itertools.product(*(list(filling(wish, n, person)) for n, person in enumerate(crew)))
        for people_taken, units in itertools.product(filled, itertools.product(*pools)):
            rooms = [Taken(u.id, n.kind, n.name, n.spans) for n, u in zip(needs, units, strict=True)]
            yield Placement(starts_at, (*itertools.chain(*people_taken), *rooms))


def filling(wish: Wish, number: int, person: Practitioner) -> Iterator[tuple[Taken, ...]]:
    need = wish.roles[number]
    whole = (Span(need.spans[0].start, need.spans[-1].end),)
    if person.max_concurrent_patients == 1:
        yield (Taken(person.id, "practitioner", need.name, whole),)
    for seat in asking.seats_of(person):
        own = Taken(person.id, "practitioner", need.name, need.spans)
        yield (own, Taken(seat, "seat", need.name, whole))


def can_be_claimed(wish: Wish, starts_at: datetime, row: Appointment) -> bool:
    """Whether PostgreSQL accepts the claims of any way to fill the visit."""
    for placement in ways(wish, starts_at):
        savepoint = session.current().begin_nested()
        try:
            placing.lock(placement)
            placing.claim(placement, row.id, None)
        except SlotTaken:
            continue
        finally:
            savepoint.rollback()
        return True
    return False


@pytest.mark.parametrize(("seed", "most"), [(1, 1), (2, 2), (3, 2), (4, 3)])
def test_what_is_offered_can_be_had_and_what_is_not_cannot_be_claimed(
    tenant: UUID, seed: int, most: int
) -> None:
    chance = Random(seed)
    clinic = set_up_composed(tenant, people=2, rooms=3, most=most)
    row = fill(clinic, chance)
    for wish in wishes(clinic):
        free = {slot.starts_at for slot in searching.slots(wish, searching.find(wish, TUESDAY, 1, NOW))}
        last = 17 * 12 - -(-wish.timeline.minutes // 5)
        times = [at(9) + timedelta(minutes=5 * n) for n in chance.sample(range(last - 9 * 12), 14)]
        assert {time: time in free for time in times} == {
            time: can_be_claimed(wish, time, row) for time in times
        }


def fill(clinic: Clinic, chance: Random) -> Appointment:
    """Book visits at random until the day is fairly full; return one of them."""
    for number in range(7):
        wish = chance.choice(wishes(clinic))
        slots = list(searching.slots(wish, searching.find(wish, TUESDAY, 1, NOW)))
        slot = chance.choice(slots)
        slugs = tuple(add_on.slug for add_on in wish.add_ons)
        asked = hold.Asked(wish.offering.slug, "main", slot.starts_at, slot.practitioner.slug, slugs)
        holder = hold.Holder(f"visitor {number}", source="staff")
        row = hold.hold(asked, holder, clinic.version(), VISITOR, NOW)
        assert row.starts_at == slot.starts_at
    return row
