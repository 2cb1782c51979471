"""A location opened after another: what is written is valid, comments stay, and nobody's hours are copied."""

from pathlib import Path

import pytest

from saas.kernel import resources
from saas.provisioning import folders, opening, reading
from saas.provisioning.opening import NoModel, Opened


@pytest.fixture
def contents() -> dict[str, bytes]:
    """The demo's large clinic."""
    found, problems = folders.load(Path(str(resources.path("tenants") / "riverstone")))
    assert problems == []
    return found


def with_files(contents: dict[str, bytes], opened: Opened) -> dict[str, bytes]:
    return {**contents, **{file: text.encode() for file, text in opened.files.items()}}


def test_what_is_written_is_valid_and_what_nobody_may_perform_there_waits(contents: dict[str, bytes]) -> None:
    opened = opening.like(contents, "phoenix", "tempe", 'The "new" one')
    found = reading.read_files(with_files(contents, opened))
    [tempe] = [one for one in found.locations if one.slug == "tempe"]
    [phoenix] = [one for one in found.locations if one.slug == "phoenix"]
    assert (tempe.name, tempe.address) == ('The "new" one', phoenix.address)
    assert [room.kind for room in tempe.rooms] == [room.kind for room in phoenix.rooms]
    assert {one.serial for one in tempe.devices} == {None}
    assert "offerings/dry-needling.yaml" in opened.waiting
    assert not any(row.location == "tempe" for person in found.people for row in person.hours)


def test_asked_again_it_is_offered_where_somebody_may_and_comments_stay(contents: dict[str, bytes]) -> None:
    there = with_files(contents, opening.like(contents, "phoenix", "tempe", "Tempe"))
    moved = there["people/ingrid-halvorsen.yaml"].replace(b"location: phoenix", b"location: tempe")
    needling = there["offerings/dry-needling.yaml"] + b"# the end\n"
    there |= {"people/ingrid-halvorsen.yaml": moved, "offerings/dry-needling.yaml": needling}
    opened = opening.like(there, "phoenix", "tempe", "Tempe")
    assert "locations/tempe.yaml" not in opened.files
    before, after = needling.decode(), opened.files["offerings/dry-needling.yaml"]
    assert after == before.replace("[phoenix, ", "[phoenix, tempe, ", 1)
    again = opening.like(with_files(there, opened), "phoenix", "tempe", "Tempe")
    assert "offerings/dry-needling.yaml" not in again.files


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("locations: ['phoenix']\n", "locations: ['phoenix', tempe]\n"),
        (
            "locations:\n  - phoenix # first\n  - york\n",
            "locations:\n  - phoenix # first\n  - tempe\n  - york\n",
        ),
        ("locations: [york]\n", None),
    ],
)
def test_the_name_is_written_as_its_neighbour_is(text: str, after: str | None) -> None:
    assert opening._beside("offerings/x.yaml", text.encode(), "phoenix", "tempe") == after


def test_there_must_be_a_model(contents: dict[str, bytes]) -> None:
    with pytest.raises(NoModel, match=r"locations/nowhere\.yaml"):
        opening.like(contents, "nowhere", "tempe", "Tempe")
