"""What must be true once everything has come to rest: nothing lost, nothing doubled, nobody needed."""

import mailbox
import time
from collections import Counter

from tests.crashes.person import Person
from tests.crashes.stack import Stack

PATIENCE_SECONDS = 90
# What the clinic answered with 200, of the news that mean something here.
NEWS = frozenset({"checkout.session.completed", "charge.updated"})

VISITS = """
SELECT a.id::text, a.state, p.id::text, p.state, p.fee_minor IS NOT NULL
FROM patients t
JOIN appointments a ON a.tenant_id = t.tenant_id AND a.patient_id = t.id
LEFT JOIN payments p ON p.tenant_id = a.tenant_id AND p.subject_id = a.id
WHERE t.email = %s
"""
MAILS = "SELECT kind, state FROM messages WHERE to_address = %s"
WORK = """
SELECT task_name, status::text, attempts FROM procrastinate_jobs
WHERE status IN ('todo', 'doing', 'failed') AND task_name <> 'jobs.retry_stalled'
"""
CLEARING = """
SELECT s.id, coalesce(sum(CASE WHEN t.debit_account_id = a.id THEN t.amount_minor ELSE -t.amount_minor END), 0)::int
FROM stripe_accounts s
LEFT JOIN accounts a ON a.legal_entity_id = s.legal_entity_id AND a.code = 'stripe_clearing'
LEFT JOIN transfers t ON t.tenant_id = a.tenant_id AND a.id IN (t.debit_account_id, t.credit_account_id)
GROUP BY s.id
"""


def expect_healed(stack: Stack, person: Person, most_mails: int = 1) -> None:
    """Wait until nothing is left to do, by itself; then look at everything."""
    _await_rest(stack, person)
    ((visit, _, payment, _, _),) = stack.rows(VISITS, person.email)
    assert person.was_told == visit, "told to be booked for another visit"
    _expect_one_charge(stack, payment)
    _expect_tied(stack)
    _expect_news_kept(stack)
    _expect_one_mail(stack, person, most_mails)
    for words in (("ledger", "verify"), ("payments", "reconcile")):
        status, said = stack.command(*words)
        assert status == 0, said


def _await_rest(stack: Stack, person: Person) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while left := _left(stack, person):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def _left(stack: Stack, person: Person) -> list[object]:
    """Return what is not as it should be in the end; nothing where all is."""
    visits = [row[1::2] + row[4:] for row in stack.rows(VISITS, person.email)]
    mails = stack.rows(MAILS, person.email)
    left: list[object] = [] if visits == [("confirmed", "paid", True)] else [visits]
    left += [] if mails == [("confirmed", "sent")] else [mails]
    left += stack.rows(WORK)
    return left or ([] if stack.driver.tell("quiet", "GET", seconds=0)["quiet"] else ["news on the way"])


def _expect_one_charge(stack: Stack, payment: str) -> None:
    """One page was opened for the payment, and one charge made; and for no other payment more."""
    record = stack.driver.record()
    pages = [each["id"] for each in record["checkout.session"] if each["client_reference_id"] == payment]
    assert len(pages) == 1, pages
    paid = Counter(each["metadata"]["payment"] for each in record["charge"] if each["paid"])
    assert paid[payment] == 1, paid
    assert set(paid.values()) == {1}, paid


def _expect_tied(stack: Stack) -> None:
    """The books and the sandbox's own record say the same of every account."""
    moved: Counter[str] = Counter()
    for each in stack.driver.record()["balance_transaction"]:
        moved[each["_account"]] += each["net"]
    booked = Counter(dict(stack.rows(CLEARING)))
    assert booked == moved, (booked, moved)


def _expect_news_kept(stack: Stack) -> None:
    told = [each for each in stack.driver.record()["deliveries"] if each["type"] in NEWS]
    kept = {row[0] for row in stack.rows("SELECT id FROM webhook_events")}
    lost = {each["event"] for each in told if each["state"] == "done"} - kept
    assert not lost, f"answered with 200, and not kept: {lost}"
    assert {each["state"] for each in told} == {"done"}, told


def _expect_one_mail(stack: Stack, person: Person, most: int) -> None:
    """One mail; where it may have come twice, it says that it is the same."""
    box = mailbox.Maildir(stack.demo.data_dir / "mail")
    found = [str(mail["Message-ID"]) for mail in box if mail["To"] and person.email in mail["To"]]
    assert len(set(found)) == 1, found
    assert len(found) <= most, found
