"""Web, worker and PostgreSQL are killed at each step of a payment; the person goes on, and all is well.

What was answered is durable, one act is one charge, the books are the sandbox's own record, and nobody had
to do anything about it.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.crashes import aftermath
from tests.crashes.person import Person
from tests.crashes.stack import Stack
from tests.demo.running import eventually

BOOKING_SECONDS = 90
SLOW_SECONDS = 1.5
VICTIMS = ("web", "worker", "postgres")
IN_WEB = ("hold_committed", "intent_committed", "stripe_executed", "reply_recorded")
# These both get to: the worker by the webhook, the web when the person comes back.
IN_BOTH = ("ledger_posted", "ledger_committed")
RECEIPT = ("receipt_enqueued", "receipt_sent")
STEPS = (*IN_WEB[:2], "request_sent", *IN_WEB[2:], "webhook_stored", *IN_BOTH, *RECEIPT)
GATE = frozenset({("stripe_executed", "web"), ("ledger_posted", "postgres")})


def case(step: str, victim: str) -> object:
    """Return a case; those that are not for every commit are long."""
    marks = () if (step, victim) in GATE else (pytest.mark.long,)
    return pytest.param(step, victim, id=f"{victim} at {step}", marks=marks)


@pytest.mark.parametrize(("step", "victim"), [case(step, victim) for step in STEPS for victim in VICTIMS])
def test_who_is_killed_at_a_step_loses_and_doubles_nothing(crashing: Stack, step: str, victim: str) -> None:
    person = crashing.person()
    with stopped_at(crashing, person, step, victim):
        crashing.kill(victim)
    # A mail goes twice where who sent it died before that was noted.
    aftermath.expect_healed(crashing, person, most_mails=2 if step == "receipt_sent" else 1)


def place_of(step: str, victim: str) -> str:
    """Return whose step it is; what both get to is the victim's own where it can be."""
    if step == "request_sent":
        return "sandbox"
    return "web" if step in IN_WEB or (step in IN_BOTH and victim == "web") else "worker"


def armed(stack: Stack, step: str, place: str) -> Callable[[], bool]:
    """Let who comes to the step stop there, and return what tells that they do."""
    if place == "sandbox":
        asked = stack.slow_down(SLOW_SECONDS)
        return lambda: stack.asked_for_pages() > asked
    stack.arm(place, step)
    stack.deafen(step in IN_BOTH and place == "web")
    return stack.is_reached


@contextmanager
def stopped_at(stack: Stack, person: Person, step: str, victim: str) -> Iterator[None]:
    """Let a person book, and the block run while all stands at the step; then they go on to the end."""
    place = place_of(step, victim)
    is_there = armed(stack, step, place)
    if place != "worker" or step in RECEIPT:
        person.may_return.set()
    with ThreadPoolExecutor(1) as pool, at_last(stack, person):
        booking = pool.submit(person.book, BOOKING_SECONDS)
        eventually(lambda: is_there() or (booking.done() and booking.exception()))
        assert is_there(), booking.exception()
        yield
        release(stack, person)
        booking.result()


@contextmanager
def at_last(stack: Stack, person: Person) -> Iterator[None]:
    """Let nobody stand there for ever, and a person go home where the block failed."""
    try:
        yield
    finally:
        person.gives_up.set()
        release(stack, person)


def release(stack: Stack, person: Person) -> None:
    """Let who stands at the step go on, the worker hear again, and the person come back."""
    stack.go()
    stack.deafen(False)
    person.may_return.set()
