"""A few answers become a first configuration that has no fault."""

import itertools

import pytest
import yaml

from saas.provisioning import reading, starting
from saas.provisioning.schema_places import JURISDICTIONS, time_zones
from saas.provisioning.starting import Beginning, Place, Practitioner

STARTERS = list(starting.starters())
SOME = [*itertools.combinations(STARTERS, 1), *itertools.combinations(STARTERS, 3), tuple(STARTERS)]


def begun(offered: tuple[str, ...], state: str = "AZ") -> Beginning:
    """Return the answers of a clinic with one practitioner who may do everything, and one who draws blood."""
    acts = starting.procedures_of(offered)
    return Beginning(
        "lark", "Lark Clinic", "+1 602 555 0142", "hello@lark.example",
        Place("12 Mesa Way", "Phoenix", state, "85001"), dict.fromkeys(offered, "120.00"),
        [Practitioner("Ada", "Verhulst", "ada@lark.example", ["MD"], acts),
         Practitioner("Bo", "Lindqvist", "bo@lark.example", ["PHLEB"], ["prp_draw"], is_owner=False)],
    )  # fmt: skip


@pytest.mark.parametrize("offered", SOME, ids=", ".join)
def test_whatever_is_chosen_makes_a_configuration_without_a_fault(offered: tuple[str, ...]) -> None:
    files = {name: yaml.safe_dump(data).encode() for name, data in starting.files(begun(offered)).items()}
    configuration = reading.read_files(files)
    assert [one.slug for one in configuration.offerings] == sorted(offered)


def test_every_state_has_a_zone() -> None:
    assert {f"US-{state}" for state in starting.ZONES} == JURISDICTIONS
    assert set(starting.ZONES.values()) <= time_zones()


def test_what_can_be_added_is_added_and_what_it_excludes_is_there() -> None:
    alone = starting.files(begun(("micro-needling", "prp")))["offerings/micro-needling.yaml"]
    assert [(join["offering"], join.get("excludes")) for join in alone["add_ons"]] == [("prp", None)]
    both = starting.files(begun(("micro-needling", "prp", "superficial-peel")))[
        "offerings/micro-needling.yaml"
    ]
    assert both["add_ons"][0]["excludes"] == ["superficial-peel"]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("São Luís", "sao-luis"), ("7 Springs", "springs"), ("東京", "thing"), ("A" * 90, "a" * 63),
        ("St. Paul’s", "st-pauls"),
    ],
)  # fmt: skip
def test_a_short_name_is_made_from_any_text(text: str, slug: str) -> None:
    assert starting.slug_of(text) == slug
