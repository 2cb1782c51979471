"""Names that do not resolve and slugs that are not unique, across files."""

import pytest

from tests.provisioning import aspen


def test_a_broken_file_makes_no_reference_to_it_unknown() -> None:
    assert [one.split("  ")[0] for one in aspen.problems({"locations/phoenix.yaml": "["})] == [
        "locations/phoenix.yaml:2:1"
    ]


def test_a_slug_of_two_files_is_refused() -> None:
    said = aspen.problems({"people/bea.yaml": aspen.ADA.replace("ada@", "bea@")})
    assert said == [
        "people/bea.yaml:1:7  slug: 'ada' already stands in people/ada.yaml; expected a different slug",
        "people/bea.yaml:1:7  slug: 'ada' is not the file's name; expected 'bea', or a file named 'ada.yaml'",
    ]


def test_an_address_of_two_people_is_refused() -> None:
    said = aspen.problems(
        {"people/bea.yaml": aspen.ADA.replace("slug: ada", "slug: bea").replace("ada@", "ADA@")}
    )
    assert said == [
        "people/bea.yaml:6:8  email: 'ada@aspen.example' already stands in people/ada.yaml; "
        "expected a different email"
    ]


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("locations/phoenix.yaml", "  - {slug: one, name: NO, kind: physiotherapy}\n"),
        ("locations/phoenix.yaml", "  - {slug: pen, name: Pen, kind: microneedling_pen, serial: 007}\n"),
        ("clinic.yaml", "  - {slug: aspen-llc, name: Aspen LLC, currency: USD}\n"),
    ],
)
def test_a_slug_twice_in_one_file_is_refused(file: str, line: str) -> None:
    said = aspen.edited(file, line, line * 2)
    assert len(said) == 1
    assert "is already taken in line" in said[0]
