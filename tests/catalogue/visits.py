"""Micro-needling with what can be added to it, in short; and segments and add-ons of any kind for properties."""

from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from saas.catalogue.composing import Added
from saas.catalogue.contents import AddOn, JoinMode, Offering, Segment, SegmentKind
from tests.catalogue import priced

PREP, HANDS_ON, PROCESSING = SegmentKind.PREP, SegmentKind.HANDS_ON, SegmentKind.PROCESSING
FINISH, TURNAROUND = SegmentKind.FINISH, SegmentKind.TURNAROUND
NEEDLING = (
    Segment(PREP, 10, room="aesthetics", procedures=("microneedling",)),
    Segment(PROCESSING, 30, roles=(), room="aesthetics", procedures=("microneedling",)),
    Segment(HANDS_ON, 45, room="aesthetics", devices=("pen",), procedures=("microneedling",)),
    Segment(FINISH, 10, room="aesthetics", procedures=("microneedling",)),
    Segment(TURNAROUND, 10, roles=(), room="aesthetics", patient_present=False),
)
PLASMA = (
    Segment(HANDS_ON, 5, roles=("phlebotomist",), room="aesthetics", procedures=("prp_draw",)),
    Segment(PROCESSING, 15, roles=(), devices=("centrifuge",)),
    Segment(HANDS_ON, 15, room="aesthetics", procedures=("prp_process", "prp_administer")),
)
PEEL = (
    Segment(HANDS_ON, 15, room="aesthetics", procedures=("chemical_peel_superficial",)),
    Segment(TURNAROUND, 5, roles=(), room="aesthetics", patient_present=False),
)


def offering(slug: str, segments: tuple[Segment, ...], *add_ons: AddOn, **changes: Any) -> Offering:
    """Return an offering of *segments* to which *add_ons* may be added."""
    return priced.offering(slug=slug, segments=segments, add_ons=add_ons, id=UUID(int=1), **changes)


def added(segments: tuple[Segment, ...], mode: JoinMode, **where: SegmentKind) -> Added:
    """Return *segments* as the add-on `extra`, joined as *mode* says."""
    return Added(AddOn("extra", mode, **where), segments)


def segment(kinds: tuple[SegmentKind, ...] = tuple(SegmentKind), roles: tuple[str, ...] = ("practitioner",),
            device: str = "pen") -> st.SearchStrategy[Segment]:  # fmt: skip
    """Return segments of these kinds, which take all or none of *roles* and perhaps the device."""
    return st.builds(
        Segment, kind=st.sampled_from(kinds), minutes=st.integers(1, 60), roles=st.sampled_from([(), roles]),
        room=st.sampled_from([None, "aesthetics"]), devices=st.sampled_from([(), (device,)]),
        patient_present=st.booleans(),
    )  # fmt: skip


# A base with one segment of each kind that something joins at, and an add-on with people and devices of its own.
bases = st.tuples(*(segment((kind,)) for kind in (PREP, PROCESSING, HANDS_ON, FINISH, TURNAROUND)))
extras = st.lists(segment(roles=("second",), device="centrifuge"), min_size=1, max_size=4).map(tuple)
joins = st.one_of(
    st.builds(
        AddOn, st.just("extra"), st.just(JoinMode.SERIAL), before=st.sampled_from([None, *SegmentKind])
    ),
    st.builds(AddOn, st.just("extra"), st.just(JoinMode.PARALLEL), beside=st.sampled_from(SegmentKind)),
)
visits = st.tuples(bases, st.builds(Added, joins, extras))
