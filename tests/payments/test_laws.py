"""What PostgreSQL and the session keep, as `saas_app`, whatever the code forgets."""

from uuid import UUID

import psycopg
import pytest

from saas.db import session
from saas.db.settings import Urls
from saas.kernel import clock, ids
from saas.kernel.errors import NotFound
from saas.payments import accounts, checkout, inbox, refunds
from saas.payments.accounts import AccountTaken
from saas.payments.checkout import Wanted
from saas.payments.inbox import Received
from saas.payments.models import Dispute, Movement, Payment, Refund
from saas.payments.rules import Purpose
from saas.payments.stripe_gateway import EventSeen
from tests.booking import clinic
from tests.db import kit as laws
from tests.ground import make_tenant, within
from tests.payments import kit
from tests.payments.kit import Till

DENIED, DUPLICATE, BROKEN = "42501", "23505", "23514"
BAD_ROWS = {
    "amount_minor, 'open'": DUPLICATE, "amount_minor, 'closing'": DUPLICATE, "0, 'closed'": BROKEN,
    "-1, 'closed'": BROKEN, "amount_minor, 'paid'": BROKEN, "amount_minor, 'lost'": BROKEN,
}  # fmt: skip
AGAIN = """
INSERT INTO payments (tenant_id, purpose, subject_id, legal_entity_id, location_id, account, currency,
                      amount_minor, state, page, expires_at, paid_at)
SELECT tenant_id, purpose, subject_id, legal_entity_id, location_id, account, currency, {}, page, expires_at, paid_at
FROM payments WHERE tenant_id = current_setting('app.tenant_id')::uuid
"""


@pytest.mark.parametrize("table", ["payments", "refunds", "disputes", "stripe_movements", "stripe_accounts"])
def test_what_was_asked_is_never_deleted(urls: Urls, committed: UUID, table: str) -> None:
    assert laws.refusal(urls.app, f"DELETE FROM {table}", None, committed) == DENIED


@pytest.mark.parametrize("verb", ["UPDATE webhook_events SET type = 'x'", "DELETE FROM webhook_events"])
def test_what_was_told_stays_as_it_was_told(urls: Urls, committed: UUID, verb: str) -> None:
    assert laws.refusal(urls.app, verb, None, committed) == DENIED


def test_one_thing_has_one_payment_that_is_not_closed(till: Till, urls: Urls) -> None:
    till.prepared()
    for values, state in BAD_ROWS.items():
        assert laws.refusal(urls.app, AGAIN.format(values), None, till.tenant_id) == state, values


def test_two_connections_cannot_each_begin_a_payment_for_one_thing(till: Till, urls: Urls) -> None:
    """The second has to wait for the first."""
    till.prepared()
    with psycopg.connect(urls.app) as one, psycopg.connect(urls.app) as other:
        for connection in (one, other):
            connection.execute(laws.SET_TENANT, [str(till.tenant_id)])
        one.execute("UPDATE payments SET state = 'closed'")
        one.execute(AGAIN.format("amount_minor, 'opening'"))
        other.execute("SET LOCAL lock_timeout = '300ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute(AGAIN.format("amount_minor, 'opening'"))


def test_another_clinic_sees_nothing_of_a_payment(till: Till, urls: Urls) -> None:
    row = till.paid()
    refund = till.asked_back(row, 1000)
    other = make_tenant()
    with within(other) as current:
        for read in (lambda: checkout.get(row.id), lambda: refunds.get(refund.id)):
            with pytest.raises(NotFound):
                read()
        assert checkout.list_for(row.subject_id) == checkout.list_waiting() == []
        assert accounts.list_all() == []
        assert accounts.find(till.legal_entity_id) is None
        for model in (Payment, Refund, Dispute, Movement):
            assert current.query(model).count() == 0
    for table in ("payments", "refunds", "disputes", "stripe_movements"):
        assert laws.rows(urls.app, f"SELECT count(*) FROM {table}", None, other) == [(0,)]


def test_an_account_is_one_clinics_and_a_legal_entity_has_one(till: Till) -> None:
    other = make_tenant()
    with within(till.tenant_id):
        accounts.connect(till.legal_entity_id, till.driver.account)
        with pytest.raises(AccountTaken):
            accounts.connect(till.legal_entity_id, "acct_another")
    with within(other), pytest.raises(AccountTaken):
        accounts.connect(ids.new(), till.driver.account)
    assert accounts.tenant_of(till.driver.account) == till.tenant_id


def test_nothing_is_asked_for_where_nobody_could_be_paid(committed: UUID) -> None:
    with within(committed):
        clinic.set_up(committed)
        wanted = Wanted(Purpose.DEPOSIT, ids.new(), kit.DEPOSIT, ids.new(), ids.new(), kit.PAGE)
        with pytest.raises(accounts.NotConnected):
            checkout.prepare(wanted, kit.VISITOR, clock.now())
        assert checkout.list_for(wanted.subject_id) == []


def test_nothing_is_asked_of_stripe_inside_a_savepoint(till: Till) -> None:
    row = till.prepared()
    with (
        within(till.tenant_id) as current,
        current.begin_nested(),
        pytest.raises(RuntimeError, match="savepoint"),
    ):
        checkout.open_page(checkout.get(row.id, lock=True), clock.now())
    assert till.record("checkout.session") == []


def test_outside_holds_neither_a_transaction_nor_a_connection(till: Till) -> None:
    with within(till.tenant_id) as current:
        checkout.prepare(till.wanted(ids.new()), kit.VISITOR, clock.now())
        with session.outside():
            assert not current.in_transaction()
            assert session.engine().pool.checkedout() == 0  # type: ignore[attr-defined]
        assert len(checkout.list_waiting()) == 1  # in the same tenant, in a new transaction


def test_an_event_is_kept_once_whoever_tells_it(till: Till) -> None:
    event = EventSeen(f"evt_{ids.new().hex}", till.driver.account, "charge.updated", "ch_1")
    with within(till.tenant_id):
        assert [inbox.keep(event), inbox.keep(event)] == [Received.NEW, Received.KNOWN]
