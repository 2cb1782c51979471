"""A release against the lapse of the same request: one of them wins, and the time is either taken or free."""

from datetime import timedelta

import pytest

from saas.booking import complete, confirm, requesting, sweeping
from saas.catalogue import offerings
from saas.credentials import attesting
from saas.kernel import ids
from saas.kernel.actors import Actor, ActorKind
from saas.scheduling import appointments
from tests.booking.clinic import NOW, VISITOR, at, content
from tests.booking.test_eligibility import changed, let
from tests.ground import make_tenant, within
from tests.races.test_one_slot import ANN, clinic_of, race
from tests.races.test_one_slot import many as many

DIRECTOR = Actor(ActorKind.USER, ids.new())


@pytest.mark.parametrize(
    "round_number", [*range(4), *(pytest.param(n, marks=pytest.mark.long) for n in range(4, 20))]
)
def test_a_release_against_the_lapse_has_one_winner(many: None, round_number: int) -> None:
    tenant_id = make_tenant()
    clinic = clinic_of(tenant_id, people=1)
    with within(tenant_id):
        offerings.put("visit", content(procedures=["dry_needling"]))
        let(clinic, clinic.people["p0"], "LAC")
        attesting.put([])
        changed(clinic)
    with within(tenant_id):
        row = clinic.hold(at(10))
        complete.complete(row, complete.Completion(ANN, terms="yes"), VISITOR, NOW)
        confirm.confirm(row, VISITOR, NOW)
        visit, due = row.id, row.held_until
    assert due is not None
    just_before = due - timedelta(seconds=1)
    outcome = race(tenant_id, [
        lambda: requesting.release(appointments.get(visit, lock=True), "Fine.", DIRECTOR, just_before),
        lambda: sweeping.lapse_holds(due),
    ])  # fmt: skip
    with within(tenant_id):
        state = appointments.get(visit).state
    assert (state, outcome["won"]) in {("confirmed", 2), ("lapsed", 1)}
    if state == "lapsed":
        assert outcome["request_lapsed"] == 1
