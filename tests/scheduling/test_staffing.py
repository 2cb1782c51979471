"""Composed visits against a slow and obvious oracle: every way to fill the roles, looked at granule by granule."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid5

from hypothesis import given, settings
from hypothesis import strategies as st

from saas.kernel.spans import Span, merged
from saas.scheduling import availability, masks, placing, staffing
from saas.scheduling.demand import Candidate, Demand, Overseer, PoolDemand, RoleDemand
from saas.scheduling.windows import Window

WINDOW = Window(date(2027, 3, 1), 1, "UTC")
SIZE = 36  # granules that anything happens in
WHOLE = (1 << SIZE) - 1
IDS = [uuid5(UUID(int=0), str(number)) for number in range(12)]
PEOPLE, UNITS = IDS[:5], IDS[6:]
times = st.lists(st.tuples(st.integers(0, SIZE), st.integers(1, 8)), max_size=4)
spans = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3)), min_size=1, max_size=3)


def laid(parts: list[tuple[int, int]]) -> tuple[Span, ...]:
    """Return spans one after another, with a gap of at least a granule between them."""
    found, at = [], 0
    for number, (gap, length) in enumerate(parts):
        at += gap + bool(number)
        found.append(Span(5 * at, 5 * (at + length)))
        at += length
    return tuple(found)


def as_mask(parts: list[tuple[int, int]]) -> int:
    return masks.of_busy(((300 * start, 300 * (start + length)) for start, length in parts), SIZE)


@st.composite
def watches(draw: st.DrawFn, person: UUID) -> tuple[int, tuple[Overseer, ...]]:
    """Return when nobody has to supervise somebody, mostly always, and who may at other times."""
    if draw(st.integers(0, 2)):
        return -1, ()
    able = draw(st.lists(st.sampled_from([one for one in PEOPLE if one != person]), max_size=2, unique=True))
    overseers = []
    for one in able:
        beside = draw(st.booleans())
        seats = () if beside else staffing.watches(one, draw(st.integers(1, 2)))
        when = laid(draw(spans))
        overseers.append(Overseer(one, WHOLE & ~as_mask(draw(times)), when, beside, seats))
    return as_mask(draw(times)), tuple(overseers)


@st.composite
def examiners(draw: st.DrawFn, lead: RoleDemand, most: dict[UUID, int]) -> RoleDemand:
    """Return a role that whoever leads may fill as well, after all that they do."""
    able = draw(st.lists(st.sampled_from(PEOPLE), max_size=3, unique=True))
    candidates = tuple(
        Candidate(one, WHOLE & ~as_mask(draw(times)), staffing.seats(one, most[one])) for one in able
    )
    begins = lead.spans[-1].end + 5 * draw(st.integers(0, 1))
    return RoleDemand("examiner", (Span(begins, begins + 10),), candidates, or_lead=True)


@st.composite
def visits(draw: st.DrawFn) -> tuple[Demand, dict[UUID, int]]:
    """Return what a visit needs, and what is claimed already."""
    most = {person: draw(st.integers(1, 3)) for person in PEOPLE}
    roles = []
    for number in range(draw(st.integers(1, 3))):
        able = draw(st.lists(st.sampled_from(PEOPLE), max_size=4, unique=True))
        candidates = tuple(
            Candidate(one, WHOLE & ~as_mask(draw(times)), staffing.seats(one, most[one]), *draw(watches(one)))
            for one in able
        )
        roles.append(RoleDemand(f"role {number}", laid(draw(spans)), candidates))
    if draw(st.booleans()):
        roles = [roles[0], draw(examiners(roles[0], most)), *roles[1:]]
    units = draw(st.lists(st.sampled_from(UNITS), max_size=3, unique=True))
    pools = (PoolDemand("room", "room", laid(draw(spans)), tuple(units)),) if draw(st.booleans()) else ()
    demand = Demand(tuple(roles), pools, Span(0, 60), 60, as_mask([(0, SIZE)]))
    busy = {one: as_mask(draw(times)) for one in demand.resources() if draw(st.booleans())}
    return demand, busy


def is_free(mask: int, start: int, spans: tuple[Span, ...]) -> bool:
    return not any(mask >> (start + g) & 1 for span in spans for g in range(span.start // 5, span.end // 5))


def can(candidate: Candidate, role: RoleDemand, start: int, busy: dict[UUID, int]) -> bool:
    """Whether somebody can fill a role: alone for its whole time, or in pieces with a seat."""
    whole = (Span(role.spans[0].start, role.spans[-1].end),)
    bound = role.spans if candidate.seats else whole
    seats = [is_free(busy.get(seat, 0), start, whole) for seat in candidate.seats]
    closed = ~candidate.allowed
    taken = busy.get(candidate.id, 0)
    return is_free(closed, start, bound) and is_free(taken, start, bound) and (not seats or any(seats))


def watched(one: Candidate, role: RoleDemand, crew: list[UUID], start: int, busy: dict[UUID, int]) -> bool:
    """Whether nobody has to supervise somebody at a start, or anybody can who does nothing else then."""
    if is_free(~one.alone, start, (role.whole,)):
        return True
    for above in one.overseers:
        seats = [is_free(busy.get(seat, 0), start, above.spans) for seat in above.seats]
        own = above.id not in crew and is_free(busy.get(above.id, 0), start, above.spans)
        if is_free(~above.allowed, start, above.spans) and (own if above.is_beside else any(seats)):
            return True
    return False


def together(crew: tuple[Candidate, ...], roles: tuple[RoleDemand, ...]) -> tuple[Candidate, RoleDemand]:
    """Return the lead's candidate and role, as one with the role that they fill besides."""
    besides = [
        (role, one)
        for role, one in zip(roles[1:], crew[1:], strict=True)
        if role.or_lead and one.id == crew[0].id
    ]
    spans, allowed = roles[0].spans, crew[0].allowed
    for role, one in besides:
        spans, allowed = merged((*spans, *role.spans)), allowed & one.allowed
    return replace(crew[0], allowed=allowed), replace(roles[0], spans=spans)


def crews(demand: Demand, busy: dict[UUID, int], start: int) -> Iterator[tuple[UUID, ...]]:
    """Yield every crew of different people that can do the visit at *start*."""
    for pool in demand.pools:
        if not any(is_free(busy.get(unit, 0), start, pool.spans) for unit in pool.units):
            return
    for crew in itertools.product(*(role.candidates for role in demand.roles)):
        ids = tuple(one.id for one in crew)
        both = [role.or_lead and one.id == ids[0] for one, role in zip(crew, demand.roles, strict=True)]
        filling = [
            pair
            for pair, is_besides in zip(zip(crew, demand.roles, strict=True), both, strict=True)
            if not is_besides
        ]
        filling[0] = together(crew, demand.roles)
        if len(set(ids)) == len(filling) and all(
            can(one, role, start, busy) and watched(one, role, list(ids), start, busy)
            for one, role in filling
        ):
            yield ids


@settings(max_examples=120)
@given(visits())
def test_a_start_is_offered_where_some_crew_can_and_nowhere_else(
    visit: tuple[Demand, dict[UUID, int]],
) -> None:
    demand, busy = visit
    found = availability.fit(demand, WINDOW, busy, {})
    for start in range(SIZE):
        possible = list(crews(demand, busy, start))
        offered = {lead for lead, mask in found.by_practitioner.items() if mask >> start & 1}
        assert offered == {crew[0] for crew in possible}
        chosen = [crew for parts in found.crews.values() for crew, when in parts if when >> start & 1]
        assert set(chosen) <= set(possible)
        assert len(chosen) == len(offered)


@settings(max_examples=80)
@given(visits())
def test_what_is_chosen_collides_with_nothing(visit: tuple[Demand, dict[UUID, int]]) -> None:
    demand, busy = visit
    found = availability.fit(demand, WINDOW, busy, {})
    for start in range(SIZE):
        if any(mask >> start & 1 for mask in found.by_practitioner.values()):
            taken = [one for one in placing.choose(demand, found, start).taken if one.spans]
            assert len({one.id for one in taken}) == len(taken)
            assert all(is_free(busy.get(one.id, 0), start, one.spans) for one in taken)


def test_who_has_one_patient_at_a_time_has_no_seats() -> None:
    assert staffing.seats(PEOPLE[0], 1) == ()
    assert len(set(staffing.seats(PEOPLE[0], 3) + staffing.seats(PEOPLE[1], 3))) == 6


def test_whoever_could_not_lead_the_visit_is_asked_first() -> None:
    both, drawer = Candidate(PEOPLE[0], WHOLE), Candidate(PEOPLE[1], WHOLE)
    lead = RoleDemand("practitioner", (Span(0, 10),), (both, Candidate(PEOPLE[2], WHOLE)))
    other = RoleDemand("phlebotomist", (Span(0, 5),), (both, drawer))
    found = staffing.crews((lead, other), {}, 1)
    assert {crew[1] for parts in found.values() for crew, _ in parts} == {drawer.id}


def test_who_supervises_two_of_one_visit_gives_their_time_once() -> None:
    beside = Overseer(PEOPLE[2], WHOLE, (Span(0, 10),), is_beside=True)
    later = Overseer(PEOPLE[2], WHOLE, (Span(5, 15),), is_beside=True)
    lead = RoleDemand("practitioner", (Span(0, 15),), (Candidate(PEOPLE[0], WHOLE, (), 0, (beside,)),))
    other = RoleDemand("nurse", (Span(0, 15),), (Candidate(PEOPLE[1], WHOLE, (), 0, (later,)),))
    demand = Demand((lead, other), (), Span(0, 15), 15, 1)
    placed = placing.choose(demand, availability.fit(demand, WINDOW, {}, {}), 0)
    assert [one.spans for one in placed.taken if one.id == PEOPLE[2]] == [(Span(0, 15),)]
    assert {one.role: one.supervisor_id for one in placed.watched} == {
        "practitioner": PEOPLE[2], "nurse": PEOPLE[2]
    }  # fmt: skip


def test_who_is_at_the_place_may_take_part_and_who_is_beside_may_not() -> None:
    for is_beside, offered in ((False, 1), (True, 0)):
        seats = () if is_beside else staffing.watches(PEOPLE[1], 1)
        above = Overseer(PEOPLE[1], WHOLE, (Span(0, 5),), is_beside, seats)
        lead = RoleDemand("practitioner", (Span(0, 5),), (Candidate(PEOPLE[0], WHOLE, (), 0, (above,)),))
        other = RoleDemand("physician", (Span(0, 5),), (Candidate(PEOPLE[1], WHOLE),))
        demand = Demand((lead, other), (), Span(0, 5), 5, 1)
        assert availability.fit(demand, WINDOW, {}, {}).by_practitioner.get(PEOPLE[0], 0) == offered


def test_whoever_treats_examines_too_where_they_may_and_somebody_else_where_they_are_not_free_for_it() -> (
    None
):
    treats, examines = Candidate(PEOPLE[0], WHOLE), Candidate(PEOPLE[1], WHOLE)
    lead = RoleDemand("practitioner", (Span(10, 30),), (treats,))
    exam = RoleDemand("examiner", (Span(0, 10),), (treats, examines), or_lead=True)
    [(own, when), (other, then)] = staffing.crews((lead, exam), {PEOPLE[0]: 0b1}, 0b11)[PEOPLE[0]]
    assert (own, when, other, then) == ((PEOPLE[0], PEOPLE[0]), 0b10, (PEOPLE[0], PEOPLE[1]), 0b1)
    demand = Demand((lead, exam), (), Span(0, 30), 30, 0b11)
    placed = placing.choose(demand, availability.fit(demand, WINDOW, {}, {}), 0)
    assert [(one.name, one.spans) for one in placed.taken] == [
        ("practitioner", (Span(0, 30),)), ("examiner", ()),
    ]  # fmt: skip
