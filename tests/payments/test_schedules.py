"""Real events through HTTP, dropped, doubled, delayed and out of order: one final state, and the books are
what the sandbox's own record is.
"""

from random import Random

import pytest

from saas.kernel import clock, ids
from saas.ledger import verifying
from saas.payments import jobs, reconcile, refunds
from saas.payments.models import Payment
from saas.payments.rules import PaymentState
from tests.ground import within
from tests.payments import kit
from tests.payments.kit import Till
from tests.sandbox.driving import DISPUTED, GOOD

SCHEDULES = range(50)
IN_THE_GATE = 8
STORIES = ("paid", "given back", "given back there", "part there", "disputed")
HELD = {"paid": 6000, "given back": 0, "given back there": 0, "part there": 5000, "disputed": 6000}
EVENTS = (
    "checkout.session.completed",
    "charge.updated",
    "charge.refunded",
    "refund.created",
    "charge.dispute.*",
)


def _plan(till: Till, random: Random) -> None:
    """Let events be dropped, doubled, delayed and turned round."""
    for event in EVENTS:
        kind = random.choice(("drop", "duplicate", "duplicate", "delay", ""))
        more = {"times": random.randint(2, 10)} if kind == "duplicate" else {"seconds": 3600.0}
        if kind:
            till.driver.tell("faults", kind=kind, event=event, count=1, **(more if kind != "drop" else {}))
    till.driver.tell("faults", kind="reorder", count=random.randint(2, 3))


def _live(till: Till, story: str) -> Payment:
    """Let a story happen at the sandbox."""
    row = till.opened(ids.new())
    till.type_card(row, DISPUTED if story == "disputed" else GOOD)
    if story == "given back":
        till.resumed(row)
        till.asked_back(row)
    elif story in ("given back there", "part there"):
        charge = till.record("charge")[-1]["id"]
        amount = {"amount": 1000} if story == "part there" else {}
        till.driver.client().v1.refunds.create({"charge": charge, **amount})  # type: ignore[arg-type]
    elif story == "disputed":
        till.driver.tell("clock", advance_seconds=120)
    return row


def _work(till: Till, random: Random, done: set[int]) -> None:
    """Do what the events left to do, in any order, some of it twice."""
    waiting = [(number, given) for number, given in kit.jobs(till.tenant_id).items() if number not in done]
    done.update(number for number, _ in waiting)
    for _, given in random.sample(waiting * 2, len(waiting) + len(waiting) // 2):
        with within(till.tenant_id):
            jobs.take_in(**given)


@pytest.mark.parametrize(
    "seed",
    [*SCHEDULES[:IN_THE_GATE], *(pytest.param(n, marks=pytest.mark.long) for n in SCHEDULES[IN_THE_GATE:])],
)
def test_a_schedule_of_events_leads_to_what_happened(listening: Till, seed: int) -> None:
    random, done, story = Random(seed), set[int](), STORIES[seed % len(STORIES)]
    _plan(listening, random)
    row = _live(listening, story)
    listening.driver.tell("quiet", "GET")
    _work(listening, random, done)
    listening.driver.tell("faults", "DELETE")
    listening.driver.tell("quiet", "GET")
    _work(listening, random, done)
    with within(listening.tenant_id):
        report = reconcile.run(clock.now())
    assert report.is_clean, (story, report)
    assert listening.get(row).state == PaymentState.PAID
    assert listening.deposit(row.subject_id) == HELD[story]
    with within(listening.tenant_id):
        assert [each.state for each in refunds.list_for(row.id)] == ["done"] * len(listening.record("refund"))
        assert verifying.verify() == []
    listening.expect_tied()
