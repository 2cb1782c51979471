"""Where the sandbox keeps everything: one SQLite file, one writer at a time, each act one transaction.

The log of writes reaches the file before an answer leaves, so `kill -9` loses nothing answered.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from saas.kernel import clock

FILE = "sandbox.sqlite3"
SCHEMA = """
CREATE TABLE IF NOT EXISTS things (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  account TEXT NOT NULL, created INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS things_listed ON things (kind, account, seq);
CREATE TABLE IF NOT EXISTS keys (
  account TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, status INTEGER NOT NULL,
  body TEXT NOT NULL, request_id TEXT NOT NULL, created INTEGER NOT NULL, PRIMARY KEY (account, key));
CREATE TABLE IF NOT EXISTS alarms (thing TEXT PRIMARY KEY, kind TEXT NOT NULL, due INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, account TEXT NOT NULL, type TEXT NOT NULL,
  state TEXT NOT NULL, due REAL NOT NULL, rank INTEGER NOT NULL DEFAULT 0, fault INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0, answer INTEGER);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, due);
CREATE TABLE IF NOT EXISTS faults (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL, after INTEGER NOT NULL, left INTEGER);
CREATE TABLE IF NOT EXISTS requests (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, door TEXT NOT NULL, method TEXT NOT NULL,
  target TEXT NOT NULL, account TEXT NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Store:
    """The file, and the one connection to it that all threads take turns with."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._turn = threading.RLock()
        self._db = sqlite3.connect(folder / FILE, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        # A killed process loses nothing of the log; only a machine without power might.
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Run a block as one transaction, alone; inside another, as part of it."""
        with self._turn:
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            with self._db:
                yield

    def all(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Return every row of a query."""
        with self.acting():
            return self._db.execute(sql, values).fetchall()

    def one(self, sql: str, *values: object) -> sqlite3.Row | None:
        """Return the first row of a query, or None."""
        with self.acting():
            row: sqlite3.Row | None = self._db.execute(sql, values).fetchone()
            return row

    def run(self, sql: str, *values: object) -> int:
        """Execute a statement; return the number of the row that it inserted."""
        with self.acting():
            return self._db.execute(sql, values).lastrowid or 0

    def setting(self, name: str, default: str = "") -> str:
        """Return a setting."""
        row = self.one("SELECT value FROM settings WHERE name = ?", name)
        return row["value"] if row else default

    def set(self, name: str, value: object) -> None:
        """Keep a setting."""
        self.run("INSERT OR REPLACE INTO settings VALUES (?, ?)", name, str(value))

    def now(self) -> int:
        """Return the sandbox's time in whole seconds: the wall clock, moved as the tests told it."""
        return int(clock.now().timestamp()) + int(self.setting("clock_offset", "0"))

    def close(self) -> None:
        """Let go of the file, once whoever has the turn is done."""
        with self._turn:
            self._db.close()


def rows(found: list[sqlite3.Row]) -> list[dict[str, Any]]:
    """Return rows as plain dicts."""
    return [dict(row) for row in found]
