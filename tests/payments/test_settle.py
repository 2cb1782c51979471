"""Whatever order Stripe's news come in, however often, and whatever is lost: one final state."""

from random import Random
from uuid import UUID

import pytest

from saas.db import session
from saas.journal.kinds import EventKind
from saas.journal.models import Event
from saas.kernel import clock, ids
from saas.ledger import accounts as ledger
from saas.ledger import verifying
from saas.ledger.chart import Code, Ref
from saas.payments import accounts, checkout, disputes, refunds, settle
from saas.payments.checkout import Wanted
from saas.payments.models import Payment
from saas.payments.rules import PaymentState, Purpose, RefundState, dispute_after, payment_after, refund_after
from saas.payments.settle import AmountDiffers
from saas.payments.stripe_gateway import ChargeSeen, DisputeSeen, RefundSeen, SessionSeen
from saas.practice import places
from tests.booking import clinic
from tests.payments import kit, schedules

SEEDS = range(1000)
BEGINNINGS = (PaymentState.OPENING, PaymentState.OPEN, PaymentState.CLOSING)
WON = ((-6000, 1500), (6000, 0))
LOST = ((-6000, 1500),)


def test_a_thousand_schedules_of_a_page_lead_to_one_state() -> None:
    for seed in SEEDS:
        random = Random(seed)
        for story, end in ((schedules.PAID, PaymentState.PAID), (schedules.LAPSED, PaymentState.CLOSED)):
            state = random.choice(BEGINNINGS)
            for status, paid in schedules.shuffled(story, random):
                state = payment_after(state, status, paid=paid)
            assert state is end, seed


@pytest.mark.parametrize(("story", "end"), schedules.REFUNDS.items())
def test_a_thousand_schedules_of_a_refund_lead_to_one_state(story: tuple[str, ...], end: str) -> None:
    for seed in SEEDS:
        state = RefundState.ASKED
        for status in schedules.shuffled(story, Random(seed)):
            state = refund_after(state, status)
        assert state == end, seed


@pytest.mark.parametrize(("story", "end"), schedules.DISPUTES.items())
def test_a_thousand_schedules_of_a_dispute_lead_to_one_state(story: tuple[str, ...], end: str) -> None:
    for seed in SEEDS:
        state = "open"
        for status in schedules.shuffled(story, Random(seed)):
            state = dispute_after(state, status)
        assert state == end, seed


@pytest.fixture
def wanted(tenant: UUID) -> Wanted:
    """What is asked for, in a clinic whose account nobody is behind."""
    clinic.set_up(tenant)
    (entity_id,) = places.entity_names()
    accounts.connect(entity_id, f"acct_{ids.new().hex}")
    return Wanted(
        Purpose.DEPOSIT, ids.new(), kit.DEPOSIT, entity_id, places.get_location("main").id, kit.PAGE
    )


def begun(wanted: Wanted) -> Payment:
    """Write down the intent to be paid for something new."""
    fresh = Wanted(**{**vars(wanted), "subject_id": ids.new()})
    return checkout.prepare(fresh, kit.VISITOR, clock.now())


def page(row: Payment, status: str = "complete", *, paid: bool = True, fee: int | None = 204) -> SessionSeen:
    """Return a payment's page as Stripe would show it."""
    charge = ChargeSeen(f"ch_{row.id.hex}", "visa", "4242", fee, clock.now()) if paid else None
    return SessionSeen(f"cs_{row.id.hex}", row.id, status, paid, "http://pay", "USD", 6000, charge)


def paid(wanted: Wanted) -> Payment:
    """Return a payment that was paid."""
    row = begun(wanted)
    settle.session_seen(row, page(row), clock.now())
    return row


def held(row: Payment) -> int:
    return ledger.balance(row.legal_entity_id, "USD", Ref(Code.DEPOSITS, row.subject_id))


def told(kind: EventKind, subject_id: UUID) -> int:
    return session.current().query(Event).filter(Event.kind == kind, Event.subject_id == subject_id).count()


SOME = [range(12), pytest.param(range(12, 120), marks=pytest.mark.long)]
in_database = pytest.mark.parametrize("seeds", SOME, ids=["some", "many"])


@in_database
def test_schedules_of_a_page_leave_one_trace_in_the_books(wanted: Wanted, seeds: range) -> None:
    for seed in seeds:
        random, row = Random(seed), begun(wanted)
        for status, is_paid in schedules.shuffled(schedules.PAID, random):
            fee = random.choice((None, 204))
            settle.session_seen(row, page(row, status, paid=is_paid, fee=fee), clock.now())
        settle.session_seen(row, page(row), clock.now())
        assert (row.state, row.fee_minor, row.url, held(row)) == ("paid", 204, None, 6000), seed
        assert told(EventKind.PAYMENT_PAID, row.id) == 1
    assert kit.cleared(wanted.legal_entity_id) == len(seeds) * (6000 - 204)
    assert verifying.verify() == []


def test_a_page_that_lapsed_is_closed_once(wanted: Wanted) -> None:
    row = begun(wanted)
    for status, is_paid in schedules.shuffled(schedules.LAPSED, Random(7)):
        settle.session_seen(row, page(row, status, paid=is_paid), clock.now())
    assert (row.state, held(row), told(EventKind.PAYMENT_CLOSED, row.id)) == ("closed", 0, 1)


@in_database
def test_schedules_of_a_refund_leave_one_trace_in_the_books(wanted: Wanted, seeds: range) -> None:
    for seed in seeds:
        random, row = Random(seed), paid(wanted)
        story, end = random.choice(list(schedules.REFUNDS.items()))
        refund = refunds.ask(row.id, kit.DEPOSIT, "Asked for it", kit.CLERK, clock.now())
        for status in schedules.shuffled(story, random):
            shown = RefundSeen(f"re_{row.id.hex}", refund.id, "ch", status, None, "USD", 6000, clock.now())
            refunds.refund_seen(refund, shown, clock.now())
        assert (refund.state, held(row)) == (end, 6000 if end == "failed" else 0), (seed, story)
        assert told(EventKind.REFUND_FAILED, refund.id) == (end == "failed")
        assert told(EventKind.REFUND_DONE, refund.id) <= 1
    assert verifying.verify() == []


MOVES = {"open": LOST, "won": WON, "lost": LOST}


@in_database
def test_schedules_of_a_dispute_leave_one_trace_in_the_books(wanted: Wanted, seeds: range) -> None:
    for seed in seeds:
        random, row = Random(seed), paid(wanted)
        before = kit.cleared(wanted.legal_entity_id)
        story, end = random.choice(list(schedules.DISPUTES.items()))
        for status in schedules.shuffled(story, random):
            moves = MOVES[dispute_after("open", status)] if not status.startswith("warning") else ()
            shown = DisputeSeen(f"du_{row.id.hex}", "ch", status, "USD", 6000, moves, clock.now())
            found = disputes.seen(row, shown, clock.now())
        assert found.state == end
        moved = 0 if story[-1].startswith("warning") else -sum(fee - amount for amount, fee in MOVES[end])
        assert kit.cleared(wanted.legal_entity_id) - before == moved, (seed, story)
        assert told(EventKind.PAYMENT_DISPUTED, row.id) == 1
    assert verifying.verify() == []


@pytest.mark.parametrize(
    "other",
    [
        {"amount_minor": 5999},
        {"amount_minor": 600000},
        {"currency": "EUR"},
        {"payment_id": None},
        {"id": "cs_other"},
    ],
)
def test_what_was_tampered_with_is_never_posted(wanted: Wanted, other: dict[str, object]) -> None:
    row = begun(wanted)
    settle.session_seen(row, page(row, "open", paid=False), clock.now())
    with pytest.raises(AmountDiffers):
        settle.session_seen(row, SessionSeen(**{**vars(page(row)), **other}), clock.now())
    assert (row.state, held(row)) == ("open", 0)
