"""What a change of the configuration means for something that exists already, said by the room that keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from saas.kernel.errors import Reason

MOST_NAMES = 6


@dataclass(frozen=True)
class Impact:
    """One consequence: which room says it, how it reads, and the ids of whom or what it concerns.

    `is_unsafe` is what a booked visit cannot keep, or what is hard to take back: such a plan needs a reason.
    """

    room: str
    reason: Reason
    subjects: tuple[UUID, ...] = ()
    is_unsafe: bool = False


def some(names: Sequence[str]) -> str:
    """Return *names* for a sentence: all of a few, and of many the first and how many there are."""
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    return ", ".join(names[: MOST_NAMES - 1]) + f", … ({len(names)})"
