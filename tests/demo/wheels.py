"""Build the wheel, and install it where nothing else of ours is."""

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from tests.packaging.tree import ROOT


def build(folder: Path) -> Path:
    """Build the wheel into *folder*; return its path."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [built] = folder.glob("needlepoint-*-py3-none-any.whl")
    return built


def install(wheel: Path, target: Path) -> None:
    """Make an environment with the wheel in it; its dependencies are found where these tests found them."""
    venv.create(target, symlinks=True)
    command = [
        sys.executable, "-m", "pip", "--python", str(target / "bin" / "python"), "install", "--no-index",
        "--no-deps", "--quiet",
    ]  # fmt: skip
    subprocess.run([*command, str(wheel)], check=True, capture_output=True)
    [site] = (target / "lib").glob("python*/site-packages")
    # A path in a .pth file is searched, but its own .pth files are not: the editable install stays out.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
