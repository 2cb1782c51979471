"""Every migration on its own through squawk, as the SQL that it runs."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command

from saas.db import migrate

# Rules that do not fit us, each with its reason; all others hold.
EXCLUDED = {
    "prefer-robust-stmts": "each migration is one transaction; IF NOT EXISTS would hide a drifted schema",
    "prefer-bigint-over-int": "keys are UUIDs; our integers count minutes, places and entries",
    "require-statement-timeout": "a backfill takes what it takes; waiting for locks is what we bound",
}
OTHERS = {"0002": "Procrastinate's own text"}


def _lint(folder: Path) -> dict[tuple[str, str], str]:
    files = [str(path) for path in sorted(folder.glob("*.sql"))]
    squawk = [str(Path(sys.executable).with_name("squawk")), "--reporter", "json", "--pg-version", "18.0",
              "--assume-in-transaction", f"--exclude={','.join(EXCLUDED)}"]  # fmt: skip
    result = subprocess.run([*squawk, *files], capture_output=True, text=True, check=False, timeout=60)
    assert result.stderr == ""
    return {(Path(f["file"]).stem, f["rule_name"]): f["message"] for f in json.loads(result.stdout)}


def _migrations() -> dict[str, str]:
    """Return the SQL of each migration by revision; what opens and ends its transaction left out."""
    settings = migrate.config("postgresql://")
    settings.output_buffer = io.StringIO()
    command.upgrade(settings, "head", sql=True)
    preamble, *parts = re.split(
        r"^-- Running upgrade .*-> (\w+)$", settings.output_buffer.getvalue(), flags=re.M
    )
    first = preamble.splitlines()[0]
    bodies = [re.sub(r"^(BEGIN|COMMIT);$", "", part, flags=re.M) for part in parts[1::2]]
    return {revision: f"{first}\n{body}" for revision, body in zip(parts[::2], bodies, strict=True)}


def test_no_migration_does_what_squawk_warns_of(tmp_path: Path) -> None:
    migrations = _migrations()
    assert len(migrations) > 5
    for revision in migrations.keys() - OTHERS.keys():
        (tmp_path / f"{revision}.sql").write_text(migrations[revision])
    assert _lint(tmp_path) == {}


@pytest.mark.parametrize(("rule", "statement"), [
    ("adding-required-field", "ALTER TABLE users ADD COLUMN age text NOT NULL;"),
    ("require-concurrent-index-creation", "CREATE INDEX ix_users_name ON users (name);"),
    ("constraint-missing-not-valid", "ALTER TABLE users ADD CONSTRAINT c CHECK (name <> '');"),
    ("renaming-column", "ALTER TABLE users RENAME COLUMN name TO names;"),
    ("changing-column-type", "ALTER TABLE users ALTER COLUMN name TYPE bytea;"),
])  # fmt: skip
def test_squawk_sees(rule: str, statement: str, tmp_path: Path) -> None:
    (tmp_path / "planted.sql").write_text(f"SET lock_timeout = '5s';\n{statement}\n")
    assert ("planted", rule) in _lint(tmp_path)


def test_a_migration_waits_for_a_lock_for_seconds_only() -> None:
    assert all(sql.startswith("SET lock_timeout = ") for sql in _migrations().values())
