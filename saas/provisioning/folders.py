"""Which files of a tenant's folder are read: the names that are known, regular files inside the folder.

Names that begin with a dot are the file system's and the editor's own, and are passed over. Anything
else that is not known is a problem: a misspelt file must not be silently left out.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from saas.provisioning import bounds, schema
from saas.provisioning.problems import Problem, nearest

CLINIC = "clinic.yaml"
TAXES = "taxes.yaml"
ATTESTATIONS = "attestations.yaml"
POLICIES = "policies.yaml"
FILES = tuple(schema.FILES)
FOLDERS = tuple(schema.FOLDERS)

_KNOWN = re.compile(rf"{'|'.join(map(re.escape, FILES))}|({'|'.join(FOLDERS)})/[^/]+\.yaml")


def is_known(name: str) -> bool:
    """Tell whether a configuration may have a file of this name, relative to its folder, with `/`."""
    return _KNOWN.fullmatch(name) is not None


def unknown(name: str) -> Problem:
    """Describe a file that no configuration has, with the name it was probably meant to have."""
    folder, _, last = name.rpartition("/")
    plain = last.rsplit(".", 1)[0] + ".yaml"
    near = nearest(name, [*FILES, *(f"{known}/{plain}" for known in FOLDERS)])
    if folder in FOLDERS:
        near = f"{folder}/{plain}"
    expected = "" if near else ", ".join([*FILES, *(f"{name}/<slug>.yaml" for name in FOLDERS)])
    return Problem(name, 0, 0, "", "is not a file of a configuration", expected, near)


def load(folder: Path) -> tuple[dict[str, bytes], list[Problem]]:
    """Read the known files of `folder`, at most one byte past the bound each; never raises.

    Returns contents by name, relative and with `/`, and a problem for every file that was not read.
    """
    contents: dict[str, bytes] = {}
    problems: list[Problem] = []
    root = os.path.realpath(folder)
    for name, path in _walk(folder, problems):
        found = _read(name, path, root)
        if isinstance(found, bytes):
            contents[name] = found
        else:
            problems.append(found)
    return contents, problems


def _walk(folder: Path, problems: list[Problem]) -> Iterator[tuple[str, Path]]:
    for path in _listed(folder, str(folder), problems):
        name = printable(path.name)
        if name in FOLDERS and path.is_dir() and not path.is_symlink():
            inner = _listed(path, name, problems)
            yield from ((f"{name}/{printable(one.name)}", one) for one in inner)
        else:
            yield name, path


def _listed(folder: Path, name: str, problems: list[Problem]) -> list[Path]:
    """Return what lies in *folder*; a problem is added where it cannot be looked into."""
    try:
        return sorted(one for one in folder.iterdir() if not one.name.startswith("."))
    except OSError as error:
        problems.append(Problem(name, 0, 0, "", f"cannot be read ({error.strerror})"))
        return []


def _read(name: str, path: Path, root: str) -> bytes | Problem:
    # realpath, because Path.resolve raises on a link to itself
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(root):
        return Problem(name, 0, 0, "", "is a link out of the folder", "a file inside it")
    if not is_known(name):
        return unknown(name)
    if not real.is_file():
        return Problem(name, 0, 0, "", "is not a regular file", "a file of text")
    try:
        with real.open("rb") as file:
            return file.read(bounds.BYTES + 1)
    except OSError as error:
        return Problem(name, 0, 0, "", f"cannot be read ({error.strerror})")


def printable(name: str) -> str:
    """Return a file's name with what no text can hold, or nobody would see, spelled out."""
    said = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in said)
