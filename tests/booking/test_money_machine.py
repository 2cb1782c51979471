"""Whatever visitors, cards, banks and the desk do, in whatever order, and whatever gets lost on the way: after
each step the books balance, nothing guarded is below zero, and a visit is paid for once; when everything
has come to rest, the books say what Stripe says, and who paid has a visit or has their money back.
"""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from saas.booking import cancel, complete, hold, pay
from saas.booking.cancel import Reasons
from saas.booking.complete import Completion
from saas.booking.hold import Asked, Holder
from saas.db import session
from saas.db.settings import Urls
from saas.kernel import clock, ids
from saas.kernel.actors import Actor, ActorKind
from saas.kernel.errors import DomainError
from saas.kernel.money import Money
from saas.ledger import verifying
from saas.patients.records import Details
from saas.payments import accounts, checkout, refunds
from saas.payments.models import Payment, Refund
from saas.payments.stripe_gateway import create_account
from saas.practice import places
from saas.scheduling import appointments
from saas.scheduling.models import Appointment
from saas.tenancy import tenants
from tests.booking import clinic
from tests.booking.work import run_jobs
from tests.ground import make_tenant, within
from tests.sandbox.driving import DECLINED, GOOD, Driver
from tests.sandbox.standing import standing

VISITOR, CLERK = Actor(ActorKind.VISITOR), Actor(ActorKind.USER, ids.new())
PRICED = {
    "prices": [{"amount": "200.00"}], "tax_purpose": "aesthetic", "deposit": {"percent": "25"},
    "cancellation": {"free_until_hours": 48, "fee_percent": "10"}, "lead_minutes": 0,
}  # fmt: skip
FAULTS = ("lost_request", "lost_reply", "error_500", "error_500_after", "rate_limit")
whose = st.integers(0, 2)


class Till(RuleBasedStateMachine):
    """One practitioner, one room, three visitors who want the same two times."""

    driver: Driver
    urls: Urls

    def __init__(self) -> None:
        super().__init__()
        self.tenant_id = make_tenant()
        with within(self.tenant_id):
            clinic.set_up(self.tenant_id, 1, 1, **PRICED)
            (entity,) = places.entity_names()
            self.account = create_account("A clinic", "US")
            accounts.connect(entity, self.account)
        self.holds: dict[int, UUID] = {}
        self.booked: set[UUID] = set()

    @rule(who=whose, slot=st.integers(0, 1))
    def choose_a_time(self, who: int, slot: int) -> None:
        asked = Asked("visit", "main", in_an_hour_or_two(slot))

        def choose(version: int, now: datetime) -> None:
            row = hold.hold(asked, Holder(f"{who}"), version, VISITOR, now)
            complete.complete(row, Completion(person(who), terms="Be kind."), VISITOR, now)
            self.holds[who] = row.id

        self.act(choose)

    @rule(who=whose)
    def go_to_pay(self, who: int) -> None:
        def go(version: int, now: datetime) -> None:
            payment = pay.begin(
                appointments.get(self.holds[who], lock=True), "http://c.example/b", VISITOR, now
            )
            pay.open_page(payment, now)

        if who in self.holds:
            self.act(go)

    @rule(who=whose, card=st.sampled_from([GOOD, GOOD, DECLINED]))
    def type_a_card(self, who: int, card: str) -> None:
        for url in self.pages(who):
            self.driver.browse(url, {"number": card, "expiry": "12 / 40", "cvc": "123"})

    @rule(who=whose)
    def come_back(self, who: int) -> None:
        if who in self.holds:
            self.act(
                lambda version, now: self.note(self.holds[who], pay.find_out(self.holds[who], version, now))
            )

    @rule(who=whose)
    def let_the_time_run_out(self, who: int) -> None:
        with psycopg.connect(self.urls.superuser) as connection:
            for table, key in (("appointments", "id"), ("claims", "appointment_id")):
                connection.execute(
                    f"UPDATE {table} SET held_until = now() - interval '1 s' WHERE {key} = %s AND state = 'held'",
                    [self.holds.get(who)],
                )

    @rule(who=whose, by_clinic=st.booleans())
    def call_it_off(self, who: int, by_clinic: bool) -> None:
        def off(version: int, now: datetime) -> None:
            row = appointments.get(self.holds[who], lock=True)
            cancel.cancel(row, CLERK, now, Reasons(by_clinic=by_clinic))

        if who in self.holds:
            self.act(off)

    @rule(who=whose, minor=st.sampled_from([1, 2_500, 5_000]))
    def give_back(self, who: int, minor: int) -> None:
        def back(version: int, now: datetime) -> None:
            for payment in checkout.list_for(self.holds[who]):
                refunds.ask(payment.id, Money(minor, "USD"), "asked for it", CLERK, now)

        if who in self.holds:
            self.act(back)

    @rule(kind=st.sampled_from(FAULTS))
    def lose_something(self, kind: str) -> None:
        self.driver.tell("faults", kind=kind, count=1, method="POST", path="/v1/", account=self.account)

    @rule()
    def let_the_jobs_run(self) -> None:
        run_jobs(self.tenant_id, "payments", "booking")

    @invariant()
    def the_books_are_sound(self) -> None:
        with within(self.tenant_id):
            assert verifying.verify() == []

    @invariant()
    def a_visit_is_paid_for_once(self) -> None:
        charges = [each for each in self.record("charge") if each["paid"]]
        paid_for = [each["metadata"]["payment"] for each in charges]
        assert len(paid_for) == len(set(paid_for))

    @invariant()
    def what_was_acknowledged_stands(self) -> None:
        with within(self.tenant_id):
            for visit in self.booked:
                assert appointments.get(visit).state in ("confirmed", "cancelled")

    def teardown(self) -> None:
        self.driver.tell("faults", "DELETE")
        for _ in range(4):
            self.let_the_jobs_run()
        with within(self.tenant_id):
            for payment in session.current().scalars(select(Payment)):
                self.require_rest(payment)
            assert verifying.verify() == []
            assert refunds.list_waiting() == []
            rows = session.current().scalars(select(Refund)).all()
        given = sum(each["amount"] for each in self.record("refund"))
        assert given == sum(row.amount_minor for row in rows if row.state == "done")

    def require_rest(self, payment: Payment) -> None:
        """Whoever paid has a visit, or had one; or has their money back."""
        row = session.current().get(Appointment, (self.tenant_id, payment.subject_id))
        assert row is not None
        is_settled = row.state in ("confirmed", "cancelled") or not refunds.left(payment)
        assert payment.state != "paid" or is_settled
        assert payment.state not in ("opening", "closing")

    def act(self, what: Any) -> None:
        """Do something that may be refused; a refusal leaves nothing behind."""
        try:
            with within(self.tenant_id):
                what(tenants.config_version(self.tenant_id), clock.now())
        except DomainError:
            pass

    def note(self, visit: UUID, outcome: pay.Outcome) -> None:
        if outcome is pay.Outcome.BOOKED:
            self.booked.add(visit)

    def pages(self, who: int) -> list[str]:
        with within(self.tenant_id):
            found = checkout.list_for(self.holds[who]) if who in self.holds else []
            return [payment.url for payment in found if payment.url]

    def record(self, kind: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.driver.tell("record", "GET", account=self.account)[kind]
        return found


def person(who: int) -> Details:
    return Details("Ann", "Lee", f"ann{who}@mail.example", "212 555 0123")


def in_an_hour_or_two(slot: int) -> datetime:
    """Return one of two free times of the next Tuesday, so near that cancelling late may cost."""
    today = clock.now().astimezone(ZoneInfo(clinic.ZONE)).replace(hour=10, minute=0, second=0, microsecond=0)
    day = today + timedelta(days=(1 - today.weekday()) % 7 or 7)
    return day + timedelta(hours=slot)


@pytest.mark.parametrize("examples", [5, pytest.param(80, marks=pytest.mark.long)])
def test_nothing_is_lost_or_doubled(database: Urls, monkeypatch: pytest.MonkeyPatch, examples: int) -> None:
    with tempfile.TemporaryDirectory() as folder, standing(Path(folder), monkeypatch) as driver:
        Till.driver, Till.urls = driver, database
        sizes = settings(max_examples=examples, stateful_step_count=25, deadline=None)
        run_state_machine_as_test(Till, settings=sizes)
