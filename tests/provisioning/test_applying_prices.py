"""Applying prices, tiers and tax rates: one edit is one change, and what was booked keeps its price."""

from datetime import date
from uuid import UUID

import pytest

from saas.catalogue import offerings, pricing, taxes
from saas.catalogue.contents import DepositPolicy
from saas.catalogue.pricing import Circumstances
from saas.practice import places, snapshot
from tests.ground import within
from tests.provisioning.test_applying import TWO, apply, without
from tests.provisioning.test_price_checks import PRICES, TAXES, VISIT, files

PRICED = {**TWO, **files(VISIT + PRICES), "taxes.yaml": TAXES}


def test_prices_tiers_and_taxes_are_read_as_they_were_applied(committed: UUID) -> None:
    applied = apply(committed, PRICED)
    assert {"offering/visit", "taxes"} <= set(applied.changed)
    with within(committed):
        practice = snapshot.read(applied.version)
        place, ada = practice.place("phoenix"), practice.practitioner("ada")
        assert (place.currency, ada.tier) == ("USD", "senior")
        assert places.entity_names()[place.legal_entity_id] == "Aspen LLC"
        visit = offerings.get("visit", applied.version)
        found = pricing.resolve(visit, Circumstances("phoenix", "bo", "senior", date(2027, 1, 1), "USD"))
        assert str(found and found.amount) == "290.00 USD"
        assert visit.deposit == DepositPolicy(percent="25")
        rate = taxes.find("US-AZ", "aesthetic", date(2026, 1, 1), applied.version)
        assert str(rate and rate.percent) == "8.6"
    assert apply(committed, PRICED).changed == []


MONEY = [
    ("offerings/visit.yaml", "amount: 240", "amount: 241", ["offering/visit"]),
    ("offerings/visit.yaml", "deposit: {percent: 25}\n", "", ["offering/visit"]),
    ("people/ada.yaml", "tier: senior\n", "tier: senior\ntitles: PT, DPT, OCS\n", ["person/ada"]),
    ("taxes.yaml", "rate: 8.6", "rate: 9.1", ["taxes"]),
]


@pytest.mark.parametrize(("file", "old", "new", "changed"), MONEY)
def test_an_edit_of_money_is_one_change(
    committed: UUID, file: str, old: str, new: str, changed: list[str]
) -> None:
    before = apply(committed, PRICED).version
    edited = PRICED[file].replace("titles: PT, DPT\n", "") if "titles" in new else PRICED[file]
    applied = apply(committed, {**PRICED, file: edited.replace(old, new, 1)})
    assert (applied.changed, applied.version) == (changed, before + 1)


def test_what_was_booked_keeps_the_price_it_was_booked_with(committed: UUID) -> None:
    first = apply(committed, PRICED).version
    with within(committed):
        booked = offerings.get("visit", first).version_id
    dearer = {
        **PRICED,
        "offerings/visit.yaml": PRICED["offerings/visit.yaml"].replace("amount: 240", "amount: 999"),
    }
    second = apply(committed, dearer).version
    with within(committed):
        assert offerings.get_version(booked).prices[0].amount == "240"
        assert offerings.get("visit", second).prices[0].amount == "999"


def test_rates_that_are_gone_are_no_longer_stated(committed: UUID) -> None:
    apply(committed, PRICED)
    applied = apply(committed, without(PRICED, "taxes.yaml"))
    assert applied.changed == ["taxes"]
    with within(committed):
        assert taxes.find("US-AZ", "aesthetic", date(2026, 1, 1), applied.version) is None
