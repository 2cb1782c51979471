"""Reading a configuration whole: both demo tenants, any order of files, every fault at once."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saas.provisioning import reading
from saas.provisioning.problems import ConfigurationInvalid, Problem
from tests.provisioning import aspen

TENANTS = Path(__file__).parents[2] / "tenants"


def test_a_good_folder_is_read(tmp_path: Path) -> None:
    read = reading.read_folder(aspen.write(tmp_path))
    assert [location.slug for location in read.locations] == ["phoenix", "york"]
    phoenix = read.locations[0]
    assert (phoenix.rooms[0].name, phoenix.devices[0].serial, phoenix.address.postal_code) == (
        "NO",
        "007",
        "00701",
    )
    assert str(phoenix.opening_hours.tuesday[0]) == "9:00–17:30"
    assert read.people[0].is_practitioner is True
    assert read.clinic.languages == ("en", "no")


def test_both_demo_tenants_read_cleanly() -> None:
    riverstone = reading.read_folder(TENANTS / "riverstone")
    assert [place.slug for place in riverstone.locations] == ["hoboken", "new-york", "phoenix"]
    assert {place.jurisdiction for place in riverstone.locations} == {"US-AZ", "US-NJ", "US-NY"}
    assert sum(person.is_practitioner for person in riverstone.people) == 12
    kinds = [device.kind.value for place in riverstone.locations for device in place.devices]
    assert sorted(kinds) == ["centrifuge", "microneedling_pen", "microneedling_pen"]
    elm = reading.read_folder(TENANTS / "elm")
    assert [place.slug for place in elm.locations] == ["new-york"]
    treating = [person.professions for person in elm.people if person.is_practitioner]
    assert treating == [("RN",), ("LAC",), ("NP",)]
    assert {offering.slug for offering in elm.offerings} == {
        offering.slug for offering in riverstone.offerings
    }


@pytest.mark.parametrize("tenant", ["riverstone", "elm"])
def test_demo_numbers_and_addresses_reach_nobody(tenant: str) -> None:
    read = reading.read_folder(TENANTS / tenant)
    phones = [read.clinic.phone, *(place.phone for place in read.locations)]
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", phone) for phone in phones)
    assert {person.email.partition("@")[2] for person in read.people} == {f"{tenant}.example"}


@given(st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_the_order_of_files_does_not_matter(shuffler: random.Random) -> None:
    folder = TENANTS / "riverstone"
    names = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*.yaml"))]
    shuffler.shuffle(names)
    shuffled = reading.read_files({name: (folder / name).read_bytes() for name in names})
    assert shuffled == reading.read_folder(folder)


@given(st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_problems_come_in_the_same_order_whatever_that_of_files(shuffler: random.Random) -> None:
    broken = {**aspen.GOOD, "locations/york.yaml": "slug: x", "people/bo.yaml": "[", "people/cy.yaml": "a: 1"}
    items = list(broken.items())
    shuffler.shuffle(items)
    assert aspen.problems(dict(items)) == aspen.problems(dict(sorted(items)))


def test_fifty_errors_in_one_file_are_all_reported() -> None:
    rows = "\n".join(f"  - {{slug: S{n}, name: Room, kind: physiotherapy}}" for n in range(50))
    said = aspen.edited("locations/york.yaml", "opening_hours:", f"rooms:\n{rows}\nopening_hours:")
    assert len(said) == 50
    assert [int(one.split(":")[1]) for one in said] == list(range(9, 59))


def test_faults_of_several_files_are_reported_together() -> None:
    said = aspen.problems(
        {
            "clinic.yaml": aspen.CLINIC.replace("languages", "langages"),
            "locations/phoenix.yaml": "[",
            "locations/york.yaml": aspen.YORK.replace("aspen-llc", "elm-llc").replace("US-NY", "NY"),
            "people/ada.yaml": aspen.ADA.replace("ada@aspen.example", "ada").replace("phoenix", "fenix"),
        }
    )
    places = [one.split("  ")[1].split(":")[0] for one in said]
    assert places == [
        "the key 'languages' is missing",
        "unknown key 'langages'; did you mean 'languages'?",
        "is not valid YAML (did not find expected node content, while parsing a flow node)",
        "legal_entity",
        "jurisdiction",
        "email",
        "hours[0].location",
    ]


def test_a_problem_says_where_what_and_what_was_meant() -> None:
    problem = Problem(
        "locations/phoenix.yaml", 12, 3, "opening_hours.monday", "unknown key 'opens_at'", "", "opens"
    )
    assert str(problem) == (
        "locations/phoenix.yaml:12:3  opening_hours.monday: unknown key 'opens_at'; did you mean 'opens'?"
    )


def test_the_refusal_carries_a_code_a_status_and_every_reason() -> None:
    with pytest.raises(ConfigurationInvalid) as caught:
        reading.read_files({"clinic.yaml": b"100%: (s"})
    refusal = caught.value
    assert (refusal.status, refusal.code) == (422, "configuration_invalid")
    assert len(refusal.reasons) == len(refusal.problems) > 1
    assert str(refusal).splitlines()[1:] == [str(problem) for problem in refusal.problems]
