"""An offering as one of its variants: its own minutes, its own price list, everything else as before."""

import pytest

from saas.catalogue import composing, pricing, varying
from saas.catalogue.contents import Offering, PriceRule, Variant
from saas.catalogue.varying import VariantRefused
from tests.catalogue import priced, visits

FACE = Variant("face", {"en": "Face"})
NECK = Variant("face-and-neck", {"en": "Face and neck", "es": "Cara y cuello"}, {"hands_on": 60, "1": 15})


def needling(*rules: PriceRule) -> Offering:
    """Return micro-needling in two variants."""
    return visits.offering("micro-needling", visits.NEEDLING, variants=(FACE, NECK), prices=rules)


def amount(offering: Offering, **asked: str) -> str:
    """Return what the offering costs, as text."""
    found = pricing.resolve(offering, priced.asked(**asked))
    assert found is not None
    return str(found.amount)


def test_a_variant_takes_its_own_minutes_by_kind_or_by_number_and_the_others_as_they_are() -> None:
    minutes = [segment.minutes for segment in varying.of(needling(), "face-and-neck").segments]
    assert minutes == [15, 30, 60, 10, 10]


def test_where_none_is_named_it_is_the_first() -> None:
    found = varying.of(needling())
    assert found.variant == FACE
    assert composing.of_offering(found) == composing.of_offering(needling())


def test_what_has_no_variants_stays_as_it_is_and_has_none_to_ask_for() -> None:
    plain = visits.offering("plain", visits.NEEDLING)
    assert varying.of(plain) is plain
    assert list(varying.each(plain)) == [plain]
    with pytest.raises(VariantRefused, match="plain has no variant face"):
        varying.of(plain, "face")


def test_a_variant_is_named_after_the_treatment_in_each_of_its_languages() -> None:
    named = varying.of(
        visits.offering(
            "x", visits.NEEDLING, name={"en": "Peel", "es": "Piel", "fr": "Peau"}, variants=(NECK,)
        )
    )
    assert named.name == {
        "en": "Peel · Face and neck",
        "es": "Piel · Cara y cuello",
        "fr": "Peau · Face and neck",
    }


def test_a_variant_with_prices_of_its_own_is_never_undercut_by_a_general_price_of_a_higher_level() -> None:
    both = needling(
        PriceRule("295"), PriceRule("250", practitioner="ana"), PriceRule("395", variant="face-and-neck")
    )
    assert amount(varying.of(both, "face"), practitioner="ana") == "250.00 USD"
    assert amount(varying.of(both, "face-and-neck"), practitioner="ana") == "395.00 USD"


def test_a_variant_without_prices_of_its_own_costs_what_the_treatment_costs() -> None:
    assert amount(varying.of(needling(PriceRule("295")), "face-and-neck")) == "295.00 USD"


def test_the_trace_names_the_variant() -> None:
    own = varying.of(needling(PriceRule("395", variant="face-and-neck")), "face-and-neck")
    found = pricing.resolve(own, priced.asked())
    assert found is not None
    assert found.chosen.rule == "face-and-neck"


def test_an_old_booking_of_a_variant_that_is_gone_is_shown_as_the_treatment() -> None:
    assert varying.as_known(needling(), "body") == needling()
