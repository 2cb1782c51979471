"""Only known, regular files inside the folder are read; anything else is named."""

import os
from pathlib import Path

import pytest

from saas.provisioning import reading
from tests.provisioning import aspen


def test_a_missing_clinic_is_said() -> None:
    assert aspen.problems({"clinic.yaml": None}) == ["clinic.yaml  the file is missing"]


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    assert aspen.folder_problems(tmp_path / "none") == [f"{tmp_path}/none  there is no such folder"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("clinik.yaml", "did you mean 'clinic.yaml'?"),
        ("clinic.yml", "did you mean 'clinic.yaml'?"),
        ("location/phoenix.yaml", "did you mean 'locations/phoenix.yaml'?"),
        ("people/bo.yml", "did you mean 'people/bo.yaml'?"),
        (
            "zzz.txt",
            "expected clinic.yaml, taxes.yaml, attestations.yaml, policies.yaml, locations/<slug>.yaml, "
            "people/<slug>.yaml, offerings/<slug>.yaml",
        ),
        ("people/more/bo.yaml", "is not a file of a configuration"),
    ],
)
def test_an_unknown_file_is_refused_with_the_nearest_name(name: str, said: str) -> None:
    assert said in aspen.problems({name: "a: 1"})[0]


def test_unknown_files_of_a_folder_are_refused(tmp_path: Path) -> None:
    aspen.write(
        tmp_path, {**aspen.GOOD, "notes.txt": "x", ".DS_Store": "x", "people/.keep": "", "people/bo.yml": "x"}
    )
    (tmp_path / "offrings").mkdir()
    said = aspen.folder_problems(tmp_path)
    assert [one.split("  ")[0] for one in said] == ["notes.txt", "offrings", "people/bo.yml"]


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "inside-not"
    aspen.write(outside)
    aspen.write(inside, {"clinic.yaml": aspen.CLINIC})
    (inside / "people").mkdir()
    (inside / "people/ada.yaml").symlink_to(outside / "people/ada.yaml")
    (inside / "locations").symlink_to(outside / "locations")
    assert aspen.folder_problems(inside) == [
        "locations  is a link out of the folder; expected a file inside it",
        "people/ada.yaml  is a link out of the folder; expected a file inside it",
    ]


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    aspen.write(tmp_path)
    (tmp_path / "people/ada.yaml").rename(tmp_path / ".ada")
    (tmp_path / "people/ada.yaml").symlink_to("../.ada")
    assert reading.read_folder(tmp_path).people[0].slug == "ada"


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    aspen.write(tmp_path)
    os.mkfifo(tmp_path / "people/bo.yaml")
    (tmp_path / "people/cy.yaml").mkdir()
    (tmp_path / "people/di.yaml").symlink_to("di.yaml")
    assert aspen.folder_problems(tmp_path) == [
        f"people/{name}.yaml  is not a regular file; expected a file of text" for name in ("bo", "cy", "di")
    ]
