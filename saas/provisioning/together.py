"""Several files put into a folder together: all of them, or none, and what stood there stays as it was."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from saas.kernel.errors import Conflict
from saas.kernel.text import N_

STAGED = ".needlepoint-"


class NotWritten(Conflict):
    """A file could not be put into its place; those that were are as before."""

    code = "not_written"
    sentence = N_("%(file)s cannot be written (%(reason)s). Nothing was changed.")


def put_all(folder: Path, files: Mapping[str, str]) -> None:
    """Let each of *files*, by its name in *folder*, hold this text; NotWritten, and then none of them does.

    All is written beside them first, so that a full disk leaves what was there. A link stays a link.
    """
    try:
        staged = Path(tempfile.mkdtemp(prefix=STAGED, dir=folder))
    except OSError as error:
        raise _refused(folder, error) from None
    try:
        for number, (name, text) in enumerate(files.items()):
            _stage(staged, number, _target(folder, name), text)
        _exchange(folder, files, staged)
    except OSError as error:
        raise _refused(folder, error) from None
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _refused(folder: Path, error: OSError) -> NotWritten:
    return NotWritten(file=str(error.filename2 or error.filename or folder), reason=error.strerror)


def _target(folder: Path, name: str) -> Path:
    return Path(os.path.realpath(folder / name))


def _stage(staged: Path, number: int, target: Path, text: str) -> None:
    """Write what is to be, and keep what is."""
    with (staged / f"{number}.new").open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if target.exists():
        shutil.copy2(target, staged / f"{number}.old")
        shutil.copymode(target, staged / f"{number}.new")
    else:
        (staged / f"{number}.new").chmod(0o644)


def _exchange(folder: Path, files: Mapping[str, str], staged: Path) -> None:
    done: list[tuple[Path, Path]] = []
    try:
        for number, name in enumerate(files):
            target = _target(folder, name)
            target.parent.mkdir(exist_ok=True)
            (staged / f"{number}.new").replace(target)
            done.append((target, staged / f"{number}.old"))
    except OSError:
        for target, kept in reversed(done):
            if kept.exists():
                kept.replace(target)
            else:
                target.unlink()
        raise
