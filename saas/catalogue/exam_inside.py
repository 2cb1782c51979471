"""One pure function from an offering and an examination to the offering that begins with it.

As with a variant (`varying`), what comes out is an offering like any other: timeline, claims, roles and what the
patient sees follow from it. Whoever treats may examine too; the examination costs nothing of its own.
"""

from dataclasses import replace

from saas.catalogue.contents import Offering, Segment
from saas.catalogue.examining import EXAMINER, AddedKind, Exam
from saas.kernel.text import N_

ACT = "exam"
NAME = N_("Examination")


def put(offering: Offering, exam: Exam | None) -> Offering:
    """Return *offering*, as its variant, with *exam* as its first part; None: without any."""
    plain = without(offering)
    if exam is None:
        return plain
    room = next((one.room for one in plain.segments if one.room), None)
    first = Segment(
        AddedKind.EXAM, exam.minutes, {"en": NAME}, (EXAMINER,), room, procedures=(ACT,), by=exam.by
    )
    return replace(plain, exam=exam, segments=(first, *plain.segments))


def without(offering: Offering) -> Offering:
    """Return *offering* as it is without an examination."""
    return replace(offering, exam=None, segments=offering.segments[1:]) if offering.exam else offering
