"""Ask for a payment on Stripe's page: the intent first, then the call, then what it answered.

One thing has one payment that is not closed, so two tabs, a second click and a retry all lead to the
same page.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from saas.db import session
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import ids
from saas.kernel.actors import SYSTEM, Actor
from saas.kernel.errors import Conflict, NotFound
from saas.kernel.money import Money
from saas.kernel.text import N_
from saas.payments import accounts, settle, stripe_gateway
from saas.payments.models import Payment
from saas.payments.rules import PaymentState, Purpose
from saas.payments.stripe_gateway import Asked, Broken, StripeRefused

# Stripe keeps a page for at least 30 minutes from when it hears of it, and retries repeat the parameters.
LASTS = timedelta(minutes=35)
ATTEMPTS = 3
_LIVE = """
SELECT id FROM payments
WHERE tenant_id = %(tenant)s AND purpose = %(purpose)s AND subject_id = %(subject)s AND state <> 'closed' FOR UPDATE
"""
# The commit of it does not wait for the disk: what is lost then, the same key finds again at Stripe.
_OPENED = """
UPDATE payments SET session_id = %(session_id)s, url = %(url)s,
  state = CASE state WHEN 'opening' THEN 'open' ELSE state END
WHERE tenant_id = %(tenant)s AND id = %(id)s AND session_id IS NULL
RETURNING state, set_config('synchronous_commit', 'off', true)
"""


class AlreadyPaid(Conflict):
    """The thing is paid for."""

    code = "already_paid"
    sentence = N_("This is paid already.")


class PageClosing(Conflict):
    """The former payment page has just been closed, or another amount is due by now."""

    code = "payment_page_closed"
    sentence = N_("The payment page for this has been closed. Please choose a time again.")


@dataclass(frozen=True)
class Wanted:
    """What is to be paid, for what, to whom; *page* is the address to come back to.

    *may_open*: whether a page is opened where none is under way.
    """

    purpose: Purpose
    subject_id: UUID
    amount: Money
    legal_entity_id: UUID
    location_id: UUID
    page: str
    may_open: bool = True


def prepare(wanted: Wanted, actor: Actor, now: datetime) -> Payment:
    """Write down the intent to ask for a payment, or return the one that is under way.

    Raises NotConnected, AlreadyPaid, PageClosing. The caller has locked what is paid for.
    """
    live = find_live(wanted.purpose, wanted.subject_id)
    if live is not None:
        return _still_good(live, wanted, now)
    if not wanted.may_open:
        raise PageClosing
    row = Payment(
        id=ids.new(), purpose=wanted.purpose, subject_id=wanted.subject_id, state=PaymentState.OPENING,
        legal_entity_id=wanted.legal_entity_id, location_id=wanted.location_id,
        account=accounts.get(wanted.legal_entity_id), currency=wanted.amount.currency,
        amount_minor=wanted.amount.minor, page=wanted.page, expires_at=now + LASTS, created_at=now, attempt=1,
        session_id=None, url=None,
    )  # fmt: skip
    with session.at_once():
        session.insert(row)
        book.tell(EventKind.PAYMENT_OPENED, row.id, actor)
    return row


def open_page(row: Payment, now: datetime) -> Payment:
    """Open the payment's page at Stripe, and return the payment with its address; its row is locked.

    Commits what was done so far, calls with no transaction open, and goes on in a new one. Raises
    Unanswered where nobody knows; asking again leads to the same page.
    """
    payment_id = row.id
    for _attempt in range(ATTEMPTS):
        if row.session_id is not None or row.state not in (PaymentState.OPENING, PaymentState.CLOSING):
            return row
        asked = _asked(row)
        try:
            with session.outside():
                seen = stripe_gateway.open_session(asked)
        except Broken:
            # Nobody learned the address of a page that may have come of it, so nobody can pay on it.
            row = _next_attempt(payment_id, asked)
            continue
        except StripeRefused:
            _close(get(payment_id, lock=True), now)
            raise
        return _opened(row, seen.id, seen.url)
    with session.outside():  # the attempts are kept, whatever becomes of who asks
        raise stripe_gateway.Unanswered


def close(purpose: Purpose, subject_id: UUID) -> Payment | None:
    """Let nobody pay for the thing any more; return the payment whose page a job will end, if there is one."""
    row = find_live(purpose, subject_id)
    if row is None or row.state == PaymentState.PAID:
        return None
    if row.state != PaymentState.CLOSING:
        row.state = PaymentState.CLOSING
        session.current().flush()
        book.tell(EventKind.PAYMENT_STOPPED, row.id, SYSTEM)
    return row


def resume(payment_id: UUID, now: datetime) -> PaymentState:
    """Find out how a payment stands, and end a page that should be: whatever was lost on the way.

    Raises Unanswered, StripeRefused.
    """
    row = get(payment_id)
    if row.session_id is None and row.state in (PaymentState.OPENING, PaymentState.CLOSING):
        try:
            row = open_page(get(payment_id, lock=True), now)
        except StripeRefused:
            return PaymentState.CLOSED
    if row.session_id is None or is_final(row):
        return PaymentState(row.state)
    return _look(row, now)


def is_final(row: Payment) -> bool:
    """Whether nothing more is to be found out about a payment: closed, or paid with its fee known."""
    return row.state == PaymentState.CLOSED or (row.state == PaymentState.PAID and row.fee_minor is not None)


def find_out(payment_id: UUID, now: datetime) -> PaymentState:
    """`resume`, and commit what came of it: a payment is recorded whatever becomes of what was paid for,
    and whoever asked goes on with no lock of payments held.
    """
    state = resume(payment_id, now)
    with session.outside():
        return state


def get(payment_id: UUID, *, lock: bool = False) -> Payment:
    """Return a payment, with its row locked where it will be changed; NotFound."""
    query = select(Payment).where(Payment.id == payment_id).execution_options(populate_existing=True)
    row = session.current().scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound
    return row


def find_live(purpose: Purpose, subject_id: UUID) -> Payment | None:
    """Return the thing's payment that is not closed, with its row locked, or None."""
    current = session.current()
    values = {"tenant": current.tenant_id, "purpose": purpose.value, "subject": subject_id}
    found = current.connection().exec_driver_sql(_LIVE, values).scalar()
    return get(found, lock=True) if found else None


def list_for(subject_id: UUID, *, lock: bool = False) -> list[Payment]:
    """Return every payment that was asked for a thing, oldest first.

    *lock*: with their rows locked; whoever moves money in the books for a thing locks its payments first.
    """
    query = select(Payment).where(Payment.subject_id == subject_id).order_by(Payment.id)
    return list(session.current().scalars(query.with_for_update() if lock else query))


def list_waiting() -> list[Payment]:
    """Return the tenant's payments of which the last word is not known, oldest first."""
    waiting = (PaymentState.OPENING, PaymentState.OPEN, PaymentState.CLOSING)
    return list(
        session.current().scalars(select(Payment).where(Payment.state.in_(waiting)).order_by(Payment.id))
    )


def _still_good(live: Payment, wanted: Wanted, now: datetime) -> Payment:
    if live.state == PaymentState.PAID:
        raise AlreadyPaid
    is_same = (live.amount_minor, live.currency) == (wanted.amount.minor, wanted.amount.currency)
    if live.state == PaymentState.CLOSING or not is_same or live.expires_at <= now:
        raise PageClosing
    return live


def _asked(row: Payment) -> Asked:
    return Asked(
        payment_id=row.id, key=f"session:{row.id}:{row.attempt}", account=row.account, currency=row.currency,
        amount_minor=row.amount_minor, page=row.page, expires_at=row.expires_at,
    )  # fmt: skip


def _next_attempt(payment_id: UUID, asked: Asked) -> Payment:
    row = get(payment_id, lock=True)
    if asked.key == f"session:{row.id}:{row.attempt}":
        row.attempt += 1
    return row


def _opened(row: Payment, session_id: str, url: str | None) -> Payment:
    """Note the page that was opened. Nobody waits for the disk: asked again with its key, it is the same page."""
    current, values = session.current(), {"id": row.id, "session_id": session_id, "url": url}
    state = current.connection().exec_driver_sql(
        _OPENED, {**values, "tenant": current.tenant_id}
    ).scalar()  # fmt: skip
    if state is None:
        return get(row.id, lock=True)
    for name, value in {**values, "state": state}.items():
        set_committed_value(row, name, value)
    return row


def _look(row: Payment, now: datetime) -> PaymentState:
    """Ask Stripe for the page as it is, having asked to end it where it should be."""
    payment_id, account, session_id = row.id, row.account, row.session_id or ""
    ending = row.state == PaymentState.CLOSING
    with session.outside():
        seen = _end(account, session_id) if ending else stripe_gateway.get_session(account, session_id)
    return settle.session_seen(get(payment_id, lock=True), seen, now)


def _end(account: str, session_id: str) -> stripe_gateway.SessionSeen:
    try:
        return stripe_gateway.expire_session(account, session_id)
    except StripeRefused:  # complete, or ended already
        return stripe_gateway.get_session(account, session_id)


def _close(row: Payment, now: datetime) -> None:
    if row.state in (PaymentState.OPENING, PaymentState.CLOSING) and row.session_id is None:
        row.state, row.closed_at = PaymentState.CLOSED, now
        book.tell(EventKind.PAYMENT_CLOSED, row.id, SYSTEM)
