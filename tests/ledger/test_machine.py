"""Whatever is posted, reversed and closed, and in whatever order: the books are sound after each step,
and hold what a simple sum says.
"""

from collections import Counter
from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from saas.db import session
from saas.db.session import TenantSession
from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from saas.ledger import accounts, periods, posting
from saas.ledger.chart import Code, Ref
from saas.ledger.periods import IfClosed
from saas.ledger.posting import Heading, Posted
from saas.ledger.refusals import AlreadyReversed, NotEnough, PeriodClosed
from saas.tenancy import tenants
from tests.ledger.books import BANK, CLEARING, Books, assert_sound, deposit, open_books

VISITS = [ids.new() for _ in range(3)]
days = st.dates(date(2026, 1, 1), date(2026, 4, 30))
minors = st.integers(1, 1_000)


class Ledger(RuleBasedStateMachine):
    """Two entities, three visits, four months."""

    entries = Bundle("entries")

    def __init__(self) -> None:
        super().__init__()
        self.connection = session.engine().connect()
        self.transaction = self.connection.begin()
        self.using = session.using(session.make(bind=self.connection))
        current: TenantSession = self.using.__enter__()
        tenants.create(f"t{ids.new().hex}", "A clinic", SYSTEM)
        current.flush()
        self.books = [open_books("one"), open_books("two")]
        self.held: Counter[tuple[int, int]] = Counter()
        self.closed: set[tuple[int, int]] = set()
        self.effects: dict[object, tuple[list[tuple[tuple[int, int], int]], set[int], date]] = {}
        self.reversed: set[object] = set()

    def teardown(self) -> None:
        self.using.__exit__(None, None, None)
        self.transaction.rollback()
        self.connection.close()

    def attempt(self, effects: list[tuple[tuple[int, int], int]], which: set[int], day: date,
                late: IfClosed, act) -> Posted | None:  # fmt: skip
        """Run *act*; it must be refused if, and only if, the model says so, and then leave nothing."""
        closed = any((book, day.month) in self.closed for book in which)
        short = any(self.held[key] + sum(c for k, c in effects if k == key) < 0 for key, _ in effects)
        savepoint = session.current().begin_nested()
        refused: type[Exception] | None = None
        try:
            done = act()
        except (PeriodClosed, NotEnough) as refusal:
            refused = type(refusal)
        if refused is not None:
            savepoint.rollback()
            assert closed and late is IfClosed.REFUSE if refused is PeriodClosed else short
            return None
        savepoint.commit()
        assert not short
        assert done.occurred_on == (self.first_open(which, day) if closed else day)
        for key, change in effects:
            self.held[key] += change
        return done

    def first_open(self, which: set[int], day: date) -> date:
        while any((book, day.month) in self.closed for book in which):
            day = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
        return day

    @rule(target=entries, book=st.integers(0, 1), visit=st.integers(0, 2), minor=minors, day=days,
          kind=st.sampled_from(["pay", "refund", "earn", "across"]), late=st.sampled_from(IfClosed))  # fmt: skip
    def post(self, book: int, visit: int, minor: int, day: date, kind: str, late: IfClosed):
        one, other = self.books[book], self.books[1 - book]
        held = deposit(VISITS[visit])
        lines, sign = {
            "pay": ([one.line(CLEARING, held, minor), one.line(BANK, CLEARING, minor)], 1),
            "refund": ([one.line(held, CLEARING, minor)], -1),
            "earn": ([one.line(held, one.revenue(), minor)], -1),
            "across": ([one.line(held, Ref(Code.DUE_TO, other.entity), minor),
                        other.line(Ref(Code.DUE_FROM, one.entity), other.revenue(), minor)], -1),
        }[kind]  # fmt: skip
        which = {0, 1} if kind == "across" else {book}
        effects = [((book, visit), sign * minor)]
        heading = Heading(f"visit.{kind}", ids.new(), day, SYSTEM, if_closed=late)
        done = self.attempt(effects, which, day, late, lambda: posting.post(heading, lines))
        if done:
            assert posting.post(heading, lines) == Posted(done.id, done.occurred_on, False)
            self.effects[done.id] = effects, which, done.occurred_on
        return done

    @rule(entry=entries, day=days, late=st.sampled_from(IfClosed))
    def reverse(self, entry: Posted | None, day: date, late: IfClosed) -> None:
        if entry is None:
            return
        effects, which, before = self.effects[entry.id]
        if entry.id in self.reversed:
            late = IfClosed.FIRST_OPEN_DAY
        undone = [(key, -change) for key, change in effects]

        def act() -> Posted:
            return posting.reverse(entry.id, SYSTEM, "mistaken", day, late)

        if entry.id in self.reversed:
            savepoint = session.current().begin_nested()
            try:
                act()
                raise AssertionError("reversed twice")
            except AlreadyReversed:
                savepoint.rollback()
        elif self.attempt(undone, which, max(day, before), late, act):
            self.reversed.add(entry.id)

    @rule(book=st.integers(0, 1), month=st.integers(1, 4))
    def close(self, book: int, month: int) -> None:
        was_open = (book, month) not in self.closed
        entity = self.books[book].entity
        assert periods.close(entity, date(2026, month, 5), date(2026, 5, 1), SYSTEM) is was_open
        self.closed.add((book, month))

    @invariant()
    def the_books_are_sound(self) -> None:
        # in one transaction every instant is its beginning, so the clock's invariant is told by the races
        assert_sound()

    @invariant()
    def balances_are_what_the_model_says(self) -> None:
        for (book, visit), expected in self.held.items():
            books: Books = self.books[book]
            assert accounts.balance(books.entity, "USD", deposit(VISITS[visit])) == expected


def test_the_books_are_sound_after_every_step(database) -> None:
    runs = settings().max_examples // 15
    run_state_machine_as_test(Ledger, settings=settings(max_examples=runs, stateful_step_count=14))
