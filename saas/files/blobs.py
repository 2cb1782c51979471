"""Bytes on disk, at <files>/<tenant>/<ab>/<sha256>: written whole or not at all, never changed.

They are not encrypted here, since no library for it is among our dependencies: put the folder on an
encrypted disk.
"""

import hashlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from saas.db import settings
from saas.kernel import ids

PART = ".part"


def root() -> Path:
    """Return the folder of all files: SAAS_FILES_DIR, or `files` in the data directory."""
    given = os.environ.get("SAAS_FILES_DIR")
    return Path(given).resolve() if given else settings.data_dir() / "files"


def digest(content: bytes) -> str:
    """Return the SHA-256 of *content* as hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def put(tenant_id: UUID, content: bytes) -> str:
    """Write *content* and return its digest; once this returns, a crash does not lose it."""
    sha256 = digest(content)
    path = _path(tenant_id, sha256)
    if _holds(path, sha256):
        os.utime(path)
        return sha256
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f"{sha256}.{ids.new()}{PART}")
    try:
        _write(part, content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
        _sync_folder(folder)
    return sha256


def find(tenant_id: UUID, sha256: str) -> bytes | None:
    """Return the bytes with that digest; None where they are gone or no longer the same."""
    try:
        content = _path(tenant_id, sha256).read_bytes()
    except FileNotFoundError:
        return None
    return content if digest(content) == sha256 else None


def untouched_since(tenant_id: UUID, before: datetime) -> Iterator[Path]:
    """Yield the tenant's files on disk, unfinished ones too, that were last written before *before*."""
    for path in sorted((root() / str(tenant_id)).glob("??/*")):
        if path.is_file() and path.stat().st_mtime < before.timestamp():
            yield path


def _path(tenant_id: UUID, sha256: str) -> Path:
    return root() / str(tenant_id) / sha256[:2] / sha256


def _holds(path: Path, sha256: str) -> bool:
    return path.is_file() and digest(path.read_bytes()) == sha256


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
