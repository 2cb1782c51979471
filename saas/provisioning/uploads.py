"""What somebody uploads as the files of a configuration: YAML files, or a ZIP of them. Pure.

Names are data and nothing is written under them: what is no file of a configuration is refused by its name later,
with all other faults. A ZIP is measured by what it says of itself, and no more than that is ever unpacked.
"""

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator

from saas.kernel.errors import Invalid
from saas.kernel.text import N_
from saas.provisioning import folders

MOST_BYTES, MOST_FILES = 4_000_000, 2_000
ZIP_MARK = b"PK\x03\x04"
# A key that every file of a folder has, and no file of another.
KEYS = {"offerings": b"segments", "people": b"family_name", "locations": b"address"}
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
LOCKED = 0x1
BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError, ValueError,
)  # fmt: skip


class UploadRefused(Invalid):
    """What was uploaded is no folder of files we can read."""

    code = "upload_refused"
    sentence = N_("Please choose the YAML files of your configuration, or one ZIP file with them.")


def contents(uploaded: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """Return what each file of a configuration holds, by its name in the folder, out of ZIPs too; UploadRefused."""
    found, size = dict[str, bytes](), 0
    for name, content in _each(uploaded):
        known = folders.printable(name)
        if known in found:
            raise UploadRefused(N_("%(name)s is there twice. Please leave one of them out."), name=known)
        found[known], size = content, size + len(content)
        _require_small(len(found), size)  # at once: many small ZIPs unpack to more than there is room for
    if not found:
        raise UploadRefused
    return found


def _each(uploaded: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    for name, content in uploaded:
        _require_small(1, len(content))
        if content.startswith(ZIP_MARK):
            yield from _unpacked(name, content)
        elif name:
            yield _placed(name.replace("\\", "/"), content), content


def _require_small(files: int, size: int) -> None:
    if files > MOST_FILES or size > MOST_BYTES:
        raise UploadRefused(
            N_("That is too much for a page: at most %(files)s files and %(size)s MB. "
               "Please use the command line: saas config plan."),
            files=MOST_FILES, size=MOST_BYTES // 1_000_000,
        )  # fmt: skip


def _placed(name: str, content: bytes) -> str:
    """Return where a file belongs: a browser sends a name without its folder, and the keys tell what it is."""
    if "/" in name or folders.is_known(name):
        return name
    found = (folder for folder, key in KEYS.items() if re.search(rb"^%b\s*:" % key, content, re.MULTILINE))
    return f"{next(found, '')}/{name}".removeprefix("/")


def _unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield what a ZIP holds; UploadRefused where it is broken, locked or packed in a way that is not known here."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = [one for one in archive.infolist() if not one.is_dir() and not _is_hidden(one.filename)]
            _require_small(len(infos), sum(one.file_size for one in infos))
            if any(one.flag_bits & LOCKED or one.compress_type not in PACKED for one in infos):
                raise zipfile.BadZipFile
            names = [one.filename.replace("\\", "/") for one in infos]
            top = _top(names)
            files = [
                (named.removeprefix(top), archive.read(one)) for named, one in zip(names, infos, strict=True)
            ]
    except BROKEN:
        raise UploadRefused(
            N_("%(name)s cannot be opened: it is broken, locked or packed in a way that is not known here."),
            name=folders.printable(name),
        ) from None
    yield from files


def _top(names: list[str]) -> str:
    """Return the folder that holds the configuration, as a ZIP made of a folder has: `riverstone/`, or nothing."""
    clinics = [name for name in names if name.rpartition("/")[2] == folders.CLINIC]
    if clinics:
        return min(clinics, key=len).removesuffix(folders.CLINIC)
    firsts = {name.partition("/")[0] for name in names}
    first = next(iter(firsts), "")
    is_around = len(firsts) == 1 and first not in folders.FOLDERS and all("/" in name for name in names)
    return f"{first}/" if is_around else ""


def _is_hidden(name: str) -> bool:
    parts = name.split("/")
    return "__MACOSX" in parts or any(part.startswith(".") and part.strip(".") for part in parts)
