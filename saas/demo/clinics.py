"""Set up the demo's clinic groups from the folders in `tenants/`, once, and give their staff log-ins.

Log-ins exist only here: made at random when the demo is first started, kept in one file that its
owner alone may read.
"""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from saas.db import embedded, session
from saas.demo import approvals, examining, history, jobs
from saas.identity import passwords, users
from saas.identity.models import User
from saas.identity.roles import LABELS, Role
from saas.kernel import clock, resources
from saas.kernel.actors import SYSTEM
from saas.provisioning import applying, reading
from saas.tenancy import tenants

SLUGS = ("riverstone", "elm")
FILE = "log-ins.json"


@dataclass(frozen=True)
class LogIn:
    """How to sign in as someone of the demo."""

    name: str
    role: str
    email: str
    password: str


def set_up(data_dir: Path) -> bool:
    """Create the clinic groups that are not there yet; return whether any was created."""
    made = [slug for slug in SLUGS if _create(slug)]
    known = read_log_ins(data_dir)
    for slug in SLUGS:
        if slug in made or slug not in known:
            known[slug] = _give_log_ins(slug)
    content = {slug: [asdict(log_in) for log_in in log_ins] for slug, log_ins in known.items()}
    embedded.write_private(data_dir / FILE, json.dumps(content, indent=1))
    return bool(made)


def read_log_ins(data_dir: Path) -> dict[str, list[LogIn]]:
    """Return the log-ins by clinic group; none where the demo was never set up."""
    path = data_dir / FILE
    if not path.exists():
        return {}
    return {
        slug: [LogIn(**entry) for entry in entries] for slug, entries in json.loads(path.read_text()).items()
    }


def _create(slug: str) -> bool:
    with session.scope():
        if tenants.find(slug) is not None:
            return False
        configuration = reading.read_folder(resources.path("tenants") / slug)
        tenants.create(slug, configuration.clinic.name, SYSTEM, hosts=(f"{slug}.localhost",))
        version, now = applying.apply(configuration, SYSTEM).version, clock.now()
        approvals.approve(slug, version)
        history.write(slug, version, now)
        examining.write(version, now)
        jobs.write_books.defer(number=0)
        return True


def _give_log_ins(slug: str) -> list[LogIn]:
    """Give one person of each role (two practitioners) a password of their own."""
    with session.scope():
        tenants.enter_by_slug(slug)
        return [_log_in(user, roles) for user, roles in _one_of_each(users.list_all())]


def _one_of_each(everyone: list[tuple[User, list[str]]]) -> list[tuple[User, list[str]]]:
    shown: dict[str, tuple[User, list[str]]] = {}
    for role in Role:
        holders = [(user, roles) for user, roles in everyone if role in roles and user.email not in shown]
        for user, roles in holders[: 2 if role is Role.PRACTITIONER else 1]:
            shown[user.email] = (user, roles)
    return list(shown.values())


def _log_in(user: User, roles: list[str]) -> LogIn:
    password = secrets.token_urlsafe(12)
    user.password_hash = passwords.hashed(password)
    label = ", ".join(LABELS[role] for role in Role if role in roles)
    return LogIn(user.name, label, user.email, password)
