"""What PostgreSQL itself refuses: nothing that was promised, billed or taken is changed or taken away."""

from uuid import UUID

import pytest

from saas.billing import bills, tills
from saas.billing.rules import Tender
from saas.db.settings import Urls
from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from tests.billing import visiting
from tests.billing.visiting import NOW
from tests.db import kit
from tests.ground import within
from tests.ledger.books import usd

DENIED, UNIQUE, CHECK = "42501", "23505", "23514"


@pytest.fixture
def facts(committed: UUID) -> dict[str, UUID]:
    """A bill that is paid, really committed, as the values that statements are about."""
    with within(committed):
        clinic = visiting.open_clinic()
        visit = clinic.visit()
        bill = bills.issue(visit, SYSTEM, NOW)
        assert bill is not None
        tills.take(ids.new(), visit.appointment_id, usd(100), Tender.CASH, SYSTEM, NOW)
        return {
            "tenant": committed,
            "visit": visit.appointment_id,
            "bill": bill.id,
            "entity": clinic.books.entity,
        }


@pytest.mark.parametrize("table", ["quotes", "bills", "bill_lines", "desk_payments"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_nothing_is_changed_or_deleted(urls: Urls, facts: dict[str, UUID], table: str, verb: str) -> None:
    assert kit.refusal(urls.app, verb.format(table), facts, facts["tenant"]) == DENIED


def test_a_counter_is_never_deleted(urls: Urls, facts: dict[str, UUID]) -> None:
    assert kit.refusal(urls.app, "DELETE FROM bill_counters", facts, facts["tenant"]) == DENIED


COPY = """INSERT INTO {table} SELECT (jsonb_populate_record(t, {changes}::jsonb)).* FROM {table} t
          WHERE tenant_id = %(tenant)s LIMIT 1"""


@pytest.mark.parametrize(
    ("table", "changes", "state"),
    [
        ("quotes", """'{"total_minor": 1}'""", CHECK),
        ("quotes", """'{"deposit_minor": 9999999}'""", CHECK),
        ("quotes", "jsonb_build_object('id', uuidv7())", UNIQUE),
        ("bills", "jsonb_build_object('id', uuidv7())", UNIQUE),
        ("bills", """'{"number": 0}'""", CHECK),
        ("bills", """'{"net_minor": 1}'""", CHECK),
        ("bill_lines", "jsonb_build_object('id', uuidv7())", UNIQUE),
        ("bill_lines", """'{"is_for_review": true}'""", CHECK),
        ("bill_lines", """'{"tax_percent": null, "is_for_review": true}'""", CHECK),
        ("desk_payments", """'{"amount_minor": 0}'""", CHECK),
        ("desk_payments", """'{"tender": "cheque"}'""", CHECK),
    ],
)
def test_no_row_breaks_its_sums_or_comes_twice(
    urls: Urls, facts: dict[str, UUID], table: str, changes: str, state: str
) -> None:
    assert kit.refusal(urls.app, COPY.format(table=table, changes=changes), facts, facts["tenant"]) == state
