"""The wheel carries everything beside the code, and starts where there is nothing else."""

import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.demo import running
from tests.demo.running import Demo
from tests.packaging.tree import ROOT


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


def test_installed_in_an_empty_environment_it_starts(installed: Path, shared_demo: Demo) -> None:
    environment = installed / "venv"
    where = subprocess.run(
        [environment / "bin" / "python", "-c", "import saas; print(saas.__file__)"], capture_output=True,
        text=True, cwd=installed, check=True, env=running.environment(PYTHONPATH=""),
    )  # fmt: skip
    assert where.stdout.startswith(str(environment))
    assert shared_demo.saas == (str(environment / "bin" / "saas"),)
    assert shared_demo.healthy()
    page = shared_demo.browser("elm.localhost").get("/")
    assert page.status == 200
    assert "Elm Acupuncture" in page.text
