"""Variants in a folder: each fault has its sentence and its place."""

import pytest

from saas.provisioning import reading
from tests.provisioning import aspen
from tests.provisioning.test_price_checks import SENIOR, files

VISIT = (
    aspen.VISIT
    + """\
locations: [phoenix, york]
segments:
  - {kind: prep, minutes: 10}
  - {kind: hands_on, minutes: 30}
  - {kind: hands_on, minutes: 20}
variants:
  - {slug: short, name: {en: Short}}
  - {slug: long, name: {en: Long}, minutes: {prep: 15, 2: 60}, depth_mm: "0.5"}
prices:
  - amount: "100.00"
  - {amount: "160.00", variant: long}
  - {amount: "180.00", variant: long, location: york}
tax_purpose: aesthetic
"""
)


def test_variants_become_values() -> None:
    texts = {**aspen.GOOD, **files(VISIT)}
    found = reading.read_files({name: text.encode() for name, text in texts.items()})
    [offering] = found.offerings
    assert [(one.slug, dict(one.minutes), one.depth_mm) for one in offering.variants] == [
        ("short", {}, None), ("long", {"prep": 15, "2": 60}, "0.5"),
    ]  # fmt: skip
    assert [price.variant for price in offering.prices] == [None, "long", "long"]


FAULTS = [
    ("slug: long", "slug: short", "'short' is already taken in line 12"),
    ("{prep: 15", "{pre: 15", "there is no part 'pre'; did you mean 'prep'?"),
    ("{prep: 15", "{finish: 15", "there is no part 'finish'; expected one of"),
    ("2: 60", "4: 60", "there is no part '4'"),
    ("2: 60", "0: 60", "there is no part '0'"),
    ("2: 60", "hands_on: 60", "there are 2 parts of the kind 'hands_on'; expected the part's number, from 1"),
    ("2: 60", "1: 60", "'1' is the part that 'prep' is; expected each part once"),
    ("2: 60", "2: 481", "is too much; expected 480 or less"),
    ('"0.5"', '"0"', "'0' is not a depth; expected millimetres, more than 0"),
    ('"0.5"', '"-1"', "'-1' is not a depth"),
    ("variant: long}", "variant: lang}", "there is no variant 'lang'; did you mean 'long'?"),
    (', variant: long}\n  - {amount: "180.00"', '}\n  - {amount: "180.00"',
     "a second price for the same, first in line 15"),
    ('  - {amount: "160.00", variant: long}\n', "", "no price of 'long' holds at 'phoenix'"),
    ("kind: prep, minutes: 10", "kind: prep, minutes: 10, roles: [practitioner, aide]",
     "with short, the roles 'practitioner' and 'aide' need different people"),
    ("tax_purpose", "deposit: {per_hour: 110}\ntax_purpose", "is more than the lowest price"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), FAULTS)
def test_each_fault_is_said(old: str, new: str, said: str) -> None:
    assert old in VISIT
    found = aspen.problems(files(VISIT.replace(old, new, 1)))
    assert any(said in one for one in found), found


def test_an_add_on_has_no_variants() -> None:
    add_on = VISIT.replace("category", "kind: add_on\ncategory", 1)
    found = aspen.problems({"people/ada.yaml": SENIOR, "offerings/visit.yaml": add_on})
    assert any("an add-on has no variants" in one for one in found), found
