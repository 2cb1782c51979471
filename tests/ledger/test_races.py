"""Many connections, real commits: a guarded balance gives what it holds, an act is entered once, and
nobody waits in a circle.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from saas.db import session
from saas.db.settings import Urls
from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from saas.kernel.errors import DomainError
from saas.ledger import accounts, periods, posting
from saas.ledger.chart import Code, Ref
from saas.ledger.posting import Heading
from tests.ground import make_tenant, within
from tests.ledger.books import CLEARING, DAY, Books, assert_sound, deposit, open_books

MANY = 50


@pytest.fixture
def books(urls: Urls) -> Iterator[tuple[UUID, Books]]:
    """A committed tenant with books, and a pool wide enough for every racer."""
    session.connect(urls.app, pool_size=MANY, max_overflow=10)
    tenant_id = make_tenant()
    with within(tenant_id):
        made = open_books()
    yield tenant_id, made
    with within(tenant_id):
        assert_sound()
    session.dispose()


def race(tenant_id: UUID, acts: list[Callable[[], object]]) -> Counter[str]:
    """Run every act in a transaction and thread of its own, all at once; a fault of the database fails."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        with session.scope(tenant_id) as current:
            current.connection()
            barrier.wait(20)
        try:
            with session.scope(tenant_id):
                act()
                return "won"
        except DomainError as refusal:
            return refusal.code
        except DBAPIError as fault:
            return str(fault.orig)

    with ThreadPoolExecutor(len(acts)) as threads:
        return Counter(threads.map(run, acts))


def test_fifty_who_take_from_one_balance_get_what_it_holds(books: tuple[UUID, Books]) -> None:
    tenant_id, llc = books
    visit = ids.new()
    with within(tenant_id):
        llc.pay(1_799, visit)
    outcome = race(tenant_id, [lambda: llc.give_back(100, visit)] * MANY)
    assert outcome == Counter({"won": 17, "not_enough_left": 33})
    with within(tenant_id):
        assert accounts.balance(llc.entity, "USD", deposit(visit)) == 99


def test_fifty_who_enter_one_act_enter_it_once(books: tuple[UUID, Books]) -> None:
    tenant_id, llc = books
    visit, act = ids.new(), ids.new()
    assert race(tenant_id, [lambda: llc.pay(100, visit, act)] * MANY) == Counter({"won": MANY})
    with within(tenant_id):
        assert llc.balances() == {Code.STRIPE_CLEARING: 100, Code.DEPOSITS: -100}


def test_fifty_who_reverse_one_entry_reverse_it_once(books: tuple[UUID, Books]) -> None:
    tenant_id, llc = books
    with within(tenant_id):
        entry = llc.pay(100, ids.new()).id
    acts = [lambda: posting.reverse(entry, SYSTEM, "mistaken", DAY)] * MANY
    assert race(tenant_id, acts) == Counter({"won": 1, "already_reversed": MANY - 1})


def test_who_open_the_same_accounts_in_any_order_never_wait_in_a_circle(books: tuple[UUID, Books]) -> None:
    tenant_id, llc = books
    visits = [ids.new() for _ in range(6)]

    def pay(turn: int) -> None:
        order = [visits[(turn * 5 + step * (1 if turn % 2 else -1)) % 6] for step in range(6)]
        lines = [llc.line(CLEARING, deposit(visit), 10) for visit in order]
        posting.post(Heading("deposit.paid", ids.new(), date(2026, 1 + turn % 3, 1), SYSTEM), lines)

    assert race(tenant_id, [lambda turn=turn: pay(turn) for turn in range(MANY)]) == Counter({"won": MANY})
    with within(tenant_id):
        held = {accounts.balance(llc.entity, "USD", deposit(visit)) for visit in visits}
    assert held == {10 * MANY}


def test_who_move_value_between_the_same_balances_never_wait_in_a_circle(books: tuple[UUID, Books]) -> None:
    tenant_id, llc = books
    one, other = Ref(Code.PATIENT_CREDIT, ids.new()), Ref(Code.GIFT_CARDS, ids.new())
    with within(tenant_id):
        for ref in (one, other):
            posting.post(Heading("card.sold", ids.new(), DAY, SYSTEM), [llc.line(CLEARING, ref, 1_000)])

    def move(source: Ref, target: Ref) -> None:
        posting.post(Heading("credit.moved", ids.new(), DAY, SYSTEM), [llc.line(source, target, 10)])

    acts = [lambda n=n: move(one, other) if n % 2 else move(other, one) for n in range(MANY)]
    assert race(tenant_id, acts) == Counter({"won": MANY})
    with within(tenant_id):
        assert {accounts.balance(llc.entity, "USD", ref) for ref in (one, other)} == {1_000}


def test_no_entry_slips_into_a_month_while_it_is_closed(books: tuple[UUID, Books]) -> None:
    tenant_id, llc = books
    acts: list[Callable[[], object]] = [lambda: llc.pay(100, ids.new())] * (MANY - 2)
    acts += [lambda: periods.close(llc.entity, DAY, date(2026, 4, 1), SYSTEM)] * 2
    outcome = race(tenant_id, acts)
    assert outcome.keys() <= {"won", "period_closed"}
    with within(tenant_id):
        assert llc.balances().get(Code.STRIPE_CLEARING, 0) == 100 * (outcome["won"] - 2)
        assert periods.is_closed(llc.entity, DAY)


WAITED = "55P03"  # lock_timeout


def waits(tenant_id: UUID, act: Callable[[], object]) -> bool:
    """Whether *act* waits for a transaction that is still open."""
    try:
        with session.scope(tenant_id):
            session.statement("SET LOCAL lock_timeout = '150ms'")
            act()
    except DBAPIError as fault:
        return getattr(fault.orig, "sqlstate", None) == WAITED
    return False


def test_closing_waits_for_who_is_posting_and_posting_for_who_is_closing(books: tuple[UUID, Books]) -> None:
    tenant_id, llc = books
    with within(tenant_id):
        llc.pay(100, ids.new())

    def close() -> bool:
        return periods.close(llc.entity, DAY, date(2026, 4, 1), SYSTEM)

    def pay() -> object:
        return llc.pay(100, ids.new())

    with ThreadPoolExecutor(1) as other:
        with within(tenant_id):
            pay()
            assert other.submit(waits, tenant_id, close).result(20)
            assert not other.submit(waits, tenant_id, pay).result(20)
        with within(tenant_id):
            close()
            assert other.submit(waits, tenant_id, pay).result(20)


def test_accounts_are_opened_in_one_order_whatever_the_lines(
    books: tuple[UUID, Books], monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant_id, llc = books
    opened: list[accounts.Key] = []
    real = accounts._row
    monkeypatch.setattr(accounts, "_row", lambda tenant, key: opened.append(key) or real(tenant, key))
    lines = [llc.line(CLEARING, deposit(ids.new()), 10) for _ in range(8)]
    with within(tenant_id):
        posting.post(Heading("deposit.paid", ids.new(), DAY, SYSTEM), [*lines[::2], *lines[1::2]])
    assert len(opened) == 9
    assert opened == sorted(opened)
