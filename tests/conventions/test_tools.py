"""The tools of `make check` pass, and each finds what is planted."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conventions.source import ROOT, expect_none

BIN = Path(sys.executable).parent
FAULTS = {
    "C901": "def f(a: int) -> int:\n" + "".join(f"    if a == {n}:\n        a += 1\n" for n in range(8)),
    "PLR0913": "def f(a: int, b: int, c: int, d: int, e: int, f: int, g: int) -> None: ...\n",
    "D103": "def public() -> None:\n    return None\n",
    "D101": "class Public:\n    pass\n",
    "D102": "class Public:\n    def public(self) -> None:\n        return None\n",
    "D100": "A = 1\n",
    "DTZ005": "import datetime\nnow = datetime.datetime.now()\n",
    "T201": "print(1)\n",
    "S105": "password = 'open sesame'\n",
}
# One planted import for each contract: the file, the line, the contract's name.
IMPORTS = [
    ("kernel/ids.py", "from saas.db import session", "Floors"),
    ("practice/people.py", "import flask", "Only the edge speaks HTTP"),
    ("practice/places.py", "import stripe", "Stripe has one door"),
    ("sandbox/cards.py", "from saas.db import session", "The sandbox is a stranger"),
    ("kernel/clock.py", "import sqlalchemy", "Rules are pure"),
    ("practice/models.py", "from saas.practice import people", "Rooms have no cycles inside"),
]


def run(*command: str, text: str | None = None, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run one of the tools of this very environment."""
    program, *arguments = command
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONPATH": ""}
    return subprocess.run(
        [str(BIN / program), *arguments],
        input=text,
        capture_output=True,
        text=True,
        cwd=cwd,
        env=environment,
        check=False,
    )


def passes(*command: str) -> None:
    """Run a tool, and show what it says if it does not pass."""
    result = run(*command)
    if result.returncode:
        pytest.fail(f"{' '.join(command)}:\n{result.stdout[-6000:]}{result.stderr[-3000:]}", pytrace=False)


def test_ruff_passes() -> None:
    passes("ruff", "check", "--output-format", "concise", ".")


def test_every_file_is_formatted() -> None:
    passes("ruff", "format", "--check", ".")


@pytest.mark.parametrize("code", FAULTS)
def test_ruff_finds_what_is_planted(code: str) -> None:
    checked = run("ruff", "check", "--output-format", "json", "--stdin-filename", "saas/desk/planted.py", "-",
                  text=FAULTS[code])  # fmt: skip
    assert code in {fault["code"] for fault in json.loads(checked.stdout)}


def test_the_formatter_finds_what_is_planted() -> None:
    formatted = run("ruff", "format", "--check", "--stdin-filename", "saas/desk/planted.py", "-", text="a=1")
    assert formatted.returncode == 1


def test_mypy_passes() -> None:
    passes("mypy")


def test_mypy_finds_what_is_planted(tmp_path: Path) -> None:
    settings = (ROOT / "pyproject.toml").read_text().replace('packages = ["saas"]', 'files = ["planted.py"]')
    (tmp_path / "pyproject.toml").write_text(settings)
    (tmp_path / "planted.py").write_text("number: int = 'one'\ndef f(a): ...\n")
    result = run("mypy", "--cache-dir", str(ROOT / ".mypy_cache"), cwd=tmp_path)
    assert "[assignment]" in result.stdout, result.stderr
    assert "[no-untyped-def]" in result.stdout


def test_import_linter_passes() -> None:
    passes("lint-imports")


def test_import_linter_finds_what_is_planted(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "saas", tmp_path / "saas", ignore=shutil.ignore_patterns("static", "__pycache__"))
    for path, line, _ in IMPORTS:
        file = tmp_path / "saas" / path
        file.write_text(f"{file.read_text()}\n{line}\n")
    result = run("lint-imports", "--no-cache", "--config", str(ROOT / "pyproject.toml"), cwd=tmp_path)
    broken = [line for line in result.stdout.splitlines() if "BROKEN" in line]
    expect_none(name for _, _, name in IMPORTS if not any(line.startswith(name) for line in broken))
