"""Write a configuration as the files it could have been applied from: the same files each time, byte for byte.

An export goes into an empty folder or over an earlier export, which its marker tells. Everything is written
beside the files first and only then takes their places, so that a full disk leaves what was there.
"""

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from saas.kernel.errors import Conflict
from saas.kernel.text import N_
from saas.provisioning import folders, publishing
from saas.provisioning.canonical import Data, Form

MARKER, SCHEMA, STAGED = ".needlepoint-export.json", ".schema", ".needlepoint-staged"
WIDTH = 110


class NotOurs(Conflict):
    """The folder holds something that no export wrote."""

    code = "export_elsewhere"
    sentence = N_("%(folder)s holds files that no export wrote. Choose an empty folder.")


class _Dumper(yaml.SafeDumper):
    """Lists stand further in than their key, and nothing is said by reference."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists too."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        """Write out what occurs twice."""
        return True


def texts(form: Form) -> dict[str, str]:
    """Return the text of each file."""
    return {file: text(file, data) for file, data in sorted(form.items())}


def text(file: str, data: Data) -> str:
    """Return the text of one file, with the line by which an editor finds its schema."""
    up = "../" * file.count("/")
    line = f"# yaml-language-server: $schema={up}{SCHEMA}/{publishing.name_of(file)}\n"
    said: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
    return line + said


def write(folder: Path, files: Mapping[str, str], tenant: str) -> None:
    """Make *folder* hold exactly these files of *tenant* and their schema; names that begin with a dot stay.

    NotOurs where it holds what no export wrote, or another tenant's.
    """
    earlier = _earlier(folder, tenant)
    wanted = {**files, **{f"{SCHEMA}/{name}": said for name, said in publishing.texts().items()}}
    wanted[MARKER] = json.dumps({"tenant": tenant, "files": sorted(files)}, indent=1) + "\n"
    staged = folder / STAGED
    try:
        for name, said in wanted.items():
            _write(staged / name, said)
        for name in wanted:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (staged / name).replace(folder / name)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    for name in earlier - files.keys():
        (folder / name).unlink(missing_ok=True)


def _earlier(folder: Path, tenant: str) -> set[str]:
    """Return the files of an earlier export; NotOurs."""
    if not folder.exists():
        return set()
    marked = _marked(folder, tenant)
    if not folder.is_dir() or set(_files(folder)) - marked:
        raise NotOurs(folder=str(folder))
    return marked


def _marked(folder: Path, tenant: str) -> set[str]:
    try:
        said = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        return (
            {name for name in said["files"] if folders.is_known(name)} if said["tenant"] == tenant else set()
        )
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _files(folder: Path) -> Iterable[str]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if not path.is_dir() and not name.startswith("."):
            yield name


def _write(path: Path, said: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(said)
        file.flush()
        os.fsync(file.fileno())
