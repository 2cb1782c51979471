"""Many at once, with real commits: one bill has one number, and numbers leave no gap."""

from collections import Counter
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from sqlalchemy import select

from saas.billing import bills, tills
from saas.billing.models import Bill
from saas.billing.rules import Tender
from saas.billing.visits import Visit
from saas.db import session
from saas.db.settings import Urls
from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from saas.kernel.errors import DomainError
from saas.ledger.chart import Code
from tests.billing import visiting
from tests.billing.visiting import NOW, Clinic
from tests.db import kit
from tests.ground import make_tenant, within
from tests.ledger.books import assert_sound, usd

MANY = 20


@pytest.fixture
def clinic(urls: Urls) -> Iterator[Clinic]:
    """A committed clinic, and a pool wide enough for every racer."""
    session.connect(urls.app, pool_size=MANY, max_overflow=5)
    tenant_id = make_tenant()
    with within(tenant_id):
        made = visiting.open_clinic()
    yield made
    with within(tenant_id):
        assert_sound()
    session.dispose()


def race(tenant_id: UUID, acts: list[Callable[[], object]]) -> Counter[str]:
    """Run every act in a transaction and thread of its own, all at once; a fault of the database fails."""

    def run(act: Callable[[], object]) -> str:
        try:
            with within(tenant_id):
                act()
                return "won"
        except DomainError as refusal:
            return refusal.code

    results = kit.together([lambda act=act: run(act) for act in acts])
    return Counter(str(result) for result in results)


def numbers() -> list[int]:
    return list(session.current().scalars(select(Bill.number).order_by(Bill.number)))


def visits(clinic: Clinic, number: int) -> list[Visit]:
    with within(clinic.tenant_id):
        return [clinic.visit() for _ in range(number)]


def test_one_bill_issued_by_many_at_once_is_one(clinic: Clinic) -> None:
    [visit] = visits(clinic, 1)
    acts = [lambda: bills.issue(visit, SYSTEM, NOW)] * MANY
    assert race(clinic.tenant_id, acts) == Counter({"won": MANY})
    with within(clinic.tenant_id):
        assert numbers() == [1]
        assert clinic.books.balances()[Code.REVENUE] == -24_000


def test_bills_issued_at_once_are_numbered_without_a_gap(clinic: Clinic) -> None:
    made = visits(clinic, 10)

    def fail(visit: Visit) -> None:
        bills.issue(visit, SYSTEM, NOW)
        raise DomainError

    failing: list[Callable[[], object]] = [lambda visit=visit: fail(visit) for visit in visits(clinic, 5)]
    acts: list[Callable[[], object]] = [lambda visit=visit: bills.issue(visit, SYSTEM, NOW) for visit in made]
    mixed = [act for pair in zip(acts[::2], failing, acts[1::2], strict=True) for act in pair]
    assert race(clinic.tenant_id, mixed) == Counter({"won": 10, "bad_request": 5})
    with within(clinic.tenant_id):
        assert numbers() == list(range(1, 11))


def test_many_tills_take_what_is_due_and_no_more(clinic: Clinic) -> None:
    [visit] = visits(clinic, 1)
    with within(clinic.tenant_id):
        bills.issue(visit, SYSTEM, NOW)

    def take() -> object:
        return tills.take(ids.new(), visit.appointment_id, usd(10_000), Tender.CASH, SYSTEM, NOW)

    assert race(clinic.tenant_id, [take] * 10) == Counter({"won": 2, "more_than_due": 8})
    with within(clinic.tenant_id):
        assert clinic.books.balances()[Code.BANK] == 20_000
