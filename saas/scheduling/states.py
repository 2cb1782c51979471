"""The states of an appointment, as a table of allowed moves."""

from enum import StrEnum


class State(StrEnum):
    """Where an appointment stands."""

    HELD = "held"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    LAPSED = "lapsed"
    RELEASED = "released"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


MOVES: dict[State, frozenset[State]] = {
    State.HELD: frozenset({State.CONFIRMED, State.PENDING, State.LAPSED, State.RELEASED}),
    # A clinician decides on it until a deadline; meanwhile its patient may withdraw it.
    State.PENDING: frozenset({State.CONFIRMED, State.REFUSED, State.LAPSED, State.CANCELLED}),
    State.CONFIRMED: frozenset({State.CANCELLED, State.NO_SHOW}),
    State.LAPSED: frozenset({State.CONFIRMED}),  # paid for after all, and its time still to be had
    State.RELEASED: frozenset(),
    State.REFUSED: frozenset(),
    State.CANCELLED: frozenset(),
    State.NO_SHOW: frozenset({State.CONFIRMED}),  # noted by mistake, or they came after all
}


def may_move(before: State, after: State) -> bool:
    """Whether an appointment may go from *before* to *after*."""
    return after in MOVES[before]
