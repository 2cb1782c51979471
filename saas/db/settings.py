"""Where the database and the data directory are, from the environment.

SAAS_DATABASE_URL unset means the embedded server under the data directory.
"""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Urls:
    """Connection URLs by purpose: requests, the worker (past a pooler), migrations, bootstrap."""

    app: str
    direct: str
    owner: str
    superuser: str = ""

    @property
    def pooler(self) -> bool:
        """Whether requests go through a pooler: there is another way past it."""
        return self.app != self.direct


def data_dir() -> Path:
    """Return the data directory: SAAS_DATA_DIR, or `.data` in the working directory."""
    return Path(os.environ.get("SAAS_DATA_DIR") or ".data").resolve()


def from_environment() -> Urls | None:
    """Return the URLs that the environment gives, or None where the embedded server is meant."""
    app = os.environ.get("SAAS_DATABASE_URL", "")
    if not app:
        return None
    return Urls(
        app=app,
        direct=os.environ.get("SAAS_DATABASE_DIRECT_URL") or app,
        owner=os.environ.get("SAAS_DATABASE_OWNER_URL", ""),
        superuser=os.environ.get("SAAS_DATABASE_SUPERUSER_URL", ""),
    )
