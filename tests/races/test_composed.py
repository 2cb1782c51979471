"""Composed visits at once: one device, few seats, and still nobody gets what somebody else has."""

from collections import Counter

from saas.booking import hold
from saas.catalogue import offerings
from saas.tenancy import tenants
from tests.booking.clinic import JOINED, LONG, NOW, VISITOR, Clinic, at, content, set_up_composed
from tests.ground import make_tenant, within
from tests.races.test_one_slot import many, race

__all__ = ["many"]


def held(clinic: Clinic, number: int, offering: str, minutes: int, *add_ons: str) -> None:
    asked = hold.Asked(offering, "main", at(10, minutes), None, add_ons)
    hold.hold(asked, hold.Holder(f"visitor {number}"), clinic.version(), VISITOR, NOW)


def test_two_offerings_for_one_centrifuge_have_one_winner(many: None) -> None:
    for _round in range(3):
        tenant_id = make_tenant()
        with within(tenant_id):
            clinic = set_up_composed(tenant_id, people=4, rooms=4, drawers=4)
            offerings.put("other", content(segments=LONG, add_ons=[JOINED], grid_minutes=5))
            tenants.raise_config_version(tenant_id)
        acts = [lambda n=n, c=clinic: held(c, n, ("visit", "other")[n % 2], 0, "plasma") for n in range(24)]
        assert race(tenant_id, acts) == Counter({"slot_taken": 23, "won": 1})


def test_no_patient_more_than_there_are_seats(many: None) -> None:
    for _round in range(3):
        tenant_id = make_tenant()
        with within(tenant_id):
            clinic = set_up_composed(tenant_id, people=1, rooms=8, most=2)
        acts = [lambda n=n, c=clinic: held(c, n, "drip", 5 * (n % 8)) for n in range(24)]
        outcome = race(tenant_id, acts)
        assert outcome == Counter({"slot_taken": 22, "won": 2})
