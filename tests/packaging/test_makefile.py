"""What `make` says on a machine that lacks something. A copy of the Makefile alone, and a PATH of ours."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaging.tree import ROOT


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with little more than a shell, which is all that PATH names."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "bash", "make", "id", "rm", "env", "dirname", "find"):
        found = shutil.which(name)
        assert found, name
        (folder / name).symlink_to(found)
    return folder


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    folder.mkdir()
    for name in ("Makefile", ".ci/run"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    return folder


def program(programs: Path, name: str, script: str) -> None:
    (programs / name).write_text(f"#!/bin/sh\n{script}\n")
    (programs / name).chmod(0o755)


def make(copy: Path, programs: Path, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE") and name != "CI"}
    environment = {**kept, "PATH": str(programs), **extra}
    return subprocess.run(
        [str(programs / "make"), *arguments], cwd=copy, env=environment, capture_output=True, text=True,
        timeout=30, check=False,
    )  # fmt: skip


def test_without_chromium_a_person_is_told_what_is_skipped(copy: Path, programs: Path) -> None:
    ended = make(copy, programs, "browser")
    assert ended.returncode == 0
    assert "the browser tests are skipped" in ended.stdout


def test_without_chromium_ci_fails_and_says_so(copy: Path, programs: Path) -> None:
    ended = make(copy, programs, "browser", CI="true")
    assert ended.returncode != 0
    assert "Chromium is not installed" in ended.stderr


def test_with_chromium_nothing_is_said(copy: Path, programs: Path) -> None:
    program(programs, "chromium", "exit 0")
    ended = make(copy, programs, "browser", CI="true")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_ci_runs_make_test_with_ci_set(copy: Path, programs: Path) -> None:
    (programs / "make").unlink()
    program(programs, "make", 'echo "$CI make $*"')
    ended = subprocess.run(
        [str(copy / ".ci" / "run")],
        cwd="/",
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout == "true make test\n"


def test_without_python_the_first_line_says_so(copy: Path, programs: Path) -> None:
    ended = make(copy, programs, ".venv/bin/python")
    assert ended.returncode != 0
    assert "python3 is not installed" in ended.stdout


def test_without_venv_nothing_half_made_is_left(copy: Path, programs: Path) -> None:
    program(
        programs, "python3", 'case "$1" in -m) mkdir -p .venv/bin; echo > .venv/bin/python; exit 1;; esac'
    )
    (programs / "mkdir").symlink_to(shutil.which("mkdir") or "")
    ended = make(copy, programs, ".venv/bin/python")
    assert ended.returncode != 0
    assert "apt-get install python3-venv" in ended.stdout
    assert not (copy / ".venv").exists()
