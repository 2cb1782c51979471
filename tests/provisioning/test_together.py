"""Files that are put into a folder together are all there, or the folder is as it was."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from saas.cli.config import config
from saas.kernel import resources
from saas.provisioning import reading, together
from saas.provisioning.together import NotWritten

RIVERSTONE = Path(str(resources.path("tenants") / "riverstone"))


def stood(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def add(folder: Path, *, like: str = "phoenix", slug: str = "tempe") -> tuple[int, str]:
    words = ["add-location", str(folder), "--like", like, "--slug", slug, "--name", "Tempe"]
    done = CliRunner().invoke(config, words)
    return done.exit_code, f"{done.output} {done.exception or ''}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The demo's large clinic, to write into."""
    return Path(shutil.copytree(RIVERSTONE, tmp_path / "riverstone"))


def test_all_of_them_are_put_with_their_modes_and_links(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/a.yaml").write_text("before")
    (tmp_path / "kept/a.yaml").chmod(0o600)
    (tmp_path / "a.yaml").symlink_to("kept/a.yaml")
    together.put_all(tmp_path, {"a.yaml": "after", "new/b.yaml": "new"})
    assert stood(tmp_path) == {"a.yaml": b"after", "kept/a.yaml": b"after", "new/b.yaml": b"new"}
    assert (tmp_path / "a.yaml").is_symlink()
    assert (tmp_path / "kept/a.yaml").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("last", ["full", "a.yaml/b.yaml"])
def test_where_one_cannot_be_put_none_is(tmp_path: Path, last: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/x").write_text("x")
    (tmp_path / "a.yaml").write_text("before")
    before = stood(tmp_path)
    with pytest.raises(NotWritten, match="Nothing was changed"):
        together.put_all(tmp_path, {"a.yaml": "after", "b.yaml": "new", last: "no"})
    assert (stood(tmp_path), list(tmp_path.glob(".*"))) == (before, [])


def test_a_location_is_added_as_files_that_read_cleanly(folder: Path) -> None:
    before = stood(folder)
    code, said = add(folder)
    assert code == 0, said
    assert "tempe" in {place.slug for place in reading.read_folder(folder).locations}
    after = stood(folder)
    assert {name for name in before if after[name] != before[name]} <= {
        n for n in after if n.startswith("offerings/")
    }
    assert "nobody at 'tempe' may fill the role" in said
    assert not list(folder.rglob("*.new"))
    again = add(folder)
    assert (again[0], "nothing to write" in again[1], stood(folder)) == (0, True, after)


@pytest.mark.parametrize(
    ("slug", "spoilt", "said"),
    [
        ("../x", {}, "is not a file of a configuration"),
        ("Tempe", {}, "'Tempe' is not a slug"),
        ("tempe", {"notes.txt": "x"}, "notes.txt  is not a file of a configuration"),
        ("tempe", {"people/zed.yaml": "["}, "people/zed.yaml:2:1  is not valid YAML"),
    ],
)
def test_what_is_wrong_with_the_folder_or_the_name_is_told_and_nothing_written(
    folder: Path, slug: str, spoilt: dict[str, str], said: str
) -> None:
    for name, text in spoilt.items():
        (folder / name).write_text(text)
    before = stood(folder.parent)
    code, told = add(folder, slug=slug)
    assert (code != 0, said in told, stood(folder.parent)) == (True, True, before)
