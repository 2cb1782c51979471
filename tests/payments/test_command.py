"""`saas payments`: the exit status tells whether the books and Stripe say the same."""

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest

from saas.db import session
from saas.db.settings import Urls
from saas.kernel import ids
from saas.payments import accounts
from tests.booking import clinic
from tests.cli.conftest import Saas, saas, superuser
from tests.ground import within
from tests.payments.kit import Till

__all__ = ["saas", "superuser"]


@pytest.fixture
def slug(till: Till, urls: Urls, superuser: psycopg.Connection) -> Iterator[str]:
    """The clinic's slug; the process is connected again once the command has let go."""
    row = superuser.execute("SELECT slug FROM tenants WHERE id = %s", [till.tenant_id]).fetchone()
    assert row
    yield str(row[0])
    session.connect(urls.app, pool_size=5)


def test_books_that_tie_are_said_to_by_account(till: Till, slug: str, saas: Saas) -> None:
    till.paid()
    ended = saas("payments", "reconcile", "--tenant", slug)
    assert (ended.status, ended.lines) == (0, [
        f"{slug}: the books and Stripe say the same",
        f"  {till.driver.account} USD: 1 movements, books 57.96 USD, Stripe 57.96 USD",
    ])  # fmt: skip


def test_a_charge_behind_our_back_is_said_and_ends_with_1(till: Till, slug: str, saas: Saas) -> None:
    till.driver.paid()
    (movement,) = till.record("balance_transaction")
    ended = saas("payments", "reconcile", "--tenant", slug)
    assert ended.status == 1
    assert f"  ! {movement['id']} of 50.00 USD is explained by nothing here" in ended.lines
    assert f"  ! {till.driver.account} the books say 0.00 USD, Stripe says 48.25 USD" in ended.lines


def test_what_waits_ends_with_1(till: Till, slug: str, saas: Saas) -> None:
    till.asked_back(till.paid())
    till.driver.tell("faults", kind="rate_limit", count=None, path="/v1/refunds*")
    ended = saas("payments", "reconcile", "--tenant", slug)
    assert (ended.status, ended.lines[0]) == (1, f"{slug}: 0 findings, 1 wait for Stripe's last word")


def test_a_silent_stripe_is_said_and_the_other_clinics_are_reconciled(
    till: Till, slug: str, saas: Saas
) -> None:
    till.driver.tell("faults", kind="rate_limit", count=None, path="/v1/balance_transactions")
    ended = saas("payments", "reconcile")
    assert ended.status == 1
    assert len([line for line in ended.lines if not line.startswith(" ")]) >= 1
    assert f"{slug}: The payment service does not answer" in ended.out


def test_an_unknown_clinic_group_is_told(till: Till, slug: str, saas: Saas) -> None:
    assert saas("payments", "reconcile", "--tenant", "nobody").status == 1


def _connect(saas: Saas, slug: str, entity: str, account: str) -> int:
    return saas("payments", "connect", "--tenant", slug, "--legal-entity", entity, account).status


def test_a_legal_entity_is_connected_once(
    committed: UUID, urls: Urls, saas: Saas, superuser: psycopg.Connection
) -> None:
    with within(committed):
        clinic.set_up(committed)
    row = superuser.execute("SELECT slug FROM tenants WHERE id = %s", [committed]).fetchone()
    assert row
    slug, account = row[0], f"acct_{ids.new().hex}"
    assert _connect(saas, slug, "nobody", account) == 1
    assert _connect(saas, slug, "llc", "sk_live_by_mistake") == 2
    assert _connect(saas, slug, "llc", account) == 0
    assert _connect(saas, slug, "llc", account) == 0
    assert _connect(saas, slug, "llc", f"{account}x") == 1
    session.connect(urls.app, pool_size=5)
    with within(committed):
        assert [found.id for found in accounts.list_all()] == [account]
