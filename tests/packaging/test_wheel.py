"""The wheel carries everything beside the code, and starts where there is nothing else."""

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo import running
from tests.demo.running import Demo
from tests.packaging.tree import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with what is installed; nothing is fetched."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [built] = folder.glob("needlepoint-*-py3-none-any.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


@pytest.mark.parametrize(
    ("folder", "pattern"), [("templates", "*.html"), ("migrations", "*.py"), ("tenants", "*.yaml")]
)
def test_it_carries_what_lies_beside_the_code(names: set[str], folder: str, pattern: str) -> None:
    beside = {f"saas/_data/{path.relative_to(ROOT)}" for path in (ROOT / folder).rglob(pattern)}
    assert len(beside) > 5
    assert beside <= names


def test_it_carries_every_built_asset(wheel: Path, names: set[str]) -> None:
    manifest = json.loads(zipfile.ZipFile(wheel).read("saas/static/dist/manifest.json"))
    assert {f"saas/static/dist/{name}" for name in manifest.values()} <= names
    assert any(name.endswith(".woff2") for name in names)


def test_it_carries_what_receipts_are_set_with(names: set[str]) -> None:
    fonts = {name for name in names if name.startswith("saas/static/dist/print/")}
    assert len(fonts) == 5
    assert all(name.endswith(".ttf") for name in fonts)
    assert "saas/_data/templates/billing/receipt.typ" in names


def test_it_carries_nothing_else(names: set[str]) -> None:
    assert not [name for name in names if name.startswith(("tests/", "bench/", "docs/", "assets/"))]
    assert not [name for name in names if name.endswith((".map", ".pyc"))]
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]


@pytest.fixture
def folder() -> Iterator[Path]:
    with running.folder() as found:
        yield found


def test_installed_in_an_empty_environment_it_starts(wheel: Path, folder: Path) -> None:
    python = install(wheel, folder / "venv")
    where = subprocess.run([python, "-c", "import saas; print(saas.__file__)"], capture_output=True, text=True,
                           cwd=folder, check=True)  # fmt: skip
    assert where.stdout.startswith(str(folder / "venv"))
    (folder / "empty").mkdir()
    demo = Demo(folder / "data", saas=(str(folder / "venv" / "bin" / "saas"),), cwd=folder / "empty")
    try:
        demo.start()
        assert demo.healthy()
        page = demo.browser("elm.localhost").get("/")
        assert page.status == 200
        assert "Elm Acupuncture" in page.text
    finally:
        demo.end()


def install(wheel: Path, target: Path) -> str:
    """Make an environment with the wheel in it; its dependencies are found where these tests found them."""
    venv.create(target, symlinks=True)
    python = target / "bin" / "python"
    command = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--no-index",
        "--no-deps",
        "--quiet",
    ]
    subprocess.run([*command, str(wheel)], check=True, capture_output=True)
    [site] = (target / "lib").glob("python*/site-packages")
    # A path in a .pth file is searched, but its own .pth files are not: the editable install stays out.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return str(python)
