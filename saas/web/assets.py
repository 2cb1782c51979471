"""The asset bundle: names in templates, content-hashed files on disk."""

import functools
import json
from pathlib import Path

from flask import url_for

from saas.kernel.resources import PACKAGE

MANIFEST = PACKAGE / "static" / "dist" / "manifest.json"


def asset(name: str) -> str:
    """Return the address of the built asset *name*; KeyError for one that no build made."""
    return url_for("static", filename=f"dist/{manifest(MANIFEST)[name]}")


@functools.cache
def manifest(path: Path) -> dict[str, str]:
    """Return the bundle's map of names to files; RuntimeError where it was never built."""
    if not path.exists():
        raise RuntimeError("The assets are not built. Run `make assets`.")
    built: dict[str, str] = json.loads(path.read_text())
    return built
