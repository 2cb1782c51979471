"""A variant is booked, paid and moved as what it is; where none is named, it is the first."""

from datetime import timedelta
from uuid import UUID

import pytest

from saas.billing import quotes
from saas.booking import complete, confirm, hold, reschedule
from saas.catalogue import offerings
from saas.catalogue.adding import AddOnRefused
from saas.catalogue.varying import VariantRefused
from saas.kernel.actors import Actor, ActorKind
from saas.scheduling.models import Appointment
from saas.tenancy import tenants
from tests.booking.clinic import JOINED, LONG, NOW, VISITOR, Clinic, at, content, set_up, set_up_composed
from tests.booking.test_hold import ANN

VARIANTS = [
    {"slug": "small", "name": {"en": "Small"}},
    {"slug": "large", "name": {"en": "Large"}, "minutes": {"hands_on": 75}},
]
PRICES = [{"amount": "100.00"}, {"amount": "180.00", "variant": "large"}]


@pytest.fixture
def clinic(tenant: UUID) -> Clinic:
    return set_up(tenant, variants=VARIANTS, prices=PRICES, tax_purpose="therapeutic")


def held(clinic: Clinic, variant: str | None) -> Appointment:
    asked = hold.Asked("visit", "main", at(10), "p0", variant=variant)
    return hold.hold(asked, hold.Holder("me"), clinic.version(), VISITOR, NOW)


def test_a_variant_takes_its_own_time_and_is_quoted_at_its_own_price(clinic: Clinic) -> None:
    row = held(clinic, "large")
    quoted = quotes.find(row.id)
    assert row.variant == "large"
    assert row.ends_at - row.starts_at == timedelta(minutes=75)
    assert quoted is not None
    assert str(quoted.net) == "180.00 USD"
    assert [dict(line.description) for line in quoted.lines] == [{"en": "Visit · Large"}]


def test_where_none_is_named_the_first_is_booked_and_kept_by_name(clinic: Clinic) -> None:
    row = held(clinic, None)
    assert (row.variant, row.ends_at - row.starts_at) == ("small", timedelta(minutes=30))


def test_one_that_there_is_not_is_refused(clinic: Clinic) -> None:
    with pytest.raises(VariantRefused):
        held(clinic, "huge")


def test_a_move_keeps_the_variant_even_when_it_is_offered_no_more(clinic: Clinic) -> None:
    row = held(clinic, "large")
    complete.complete(row, complete.Completion(ANN, terms="yes"), VISITOR, NOW)
    confirm.confirm(row, Actor(ActorKind.USER), NOW)
    offerings.put("visit", content())
    tenants.raise_config_version(clinic.tenant_id)
    to = reschedule.NewTime(at(13))
    reschedule.reschedule(row, to, clinic.version(), Actor(ActorKind.USER), NOW)
    assert (row.variant, row.ends_at - row.starts_at) == ("large", timedelta(minutes=75))
    assert reschedule.offering_of(row).text("name") == "Visit · Large"


def test_what_needs_an_add_on_is_not_held_without_one(tenant: UUID) -> None:
    clinic = set_up_composed(tenant)
    offerings.put("visit", content(segments=LONG, add_ons=[JOINED], min_add_ons=1))
    tenants.raise_config_version(clinic.tenant_id)
    with pytest.raises(AddOnRefused, match="At least 1 has to be added to Visit"):
        clinic.hold(at(10))
    assert clinic.hold_with(at(10), "plasma").state == "held"
