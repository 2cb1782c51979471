"""Rate limits: the library `limits` over a small unlogged table, so that every process counts alike.

Counting commits on its own: a refused or failed request counts all the same. Keys are digests; the
table is lost in a crash, and may be.
"""

import hashlib
from typing import Any

from limits import RateLimitItem
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from psycopg import Error
from sqlalchemy import TextClause, text

from saas.db import session
from saas.kernel import clock
from saas.kernel.errors import TooMany

_INCREMENT = text("""
INSERT INTO rate_limits AS r (key, hits, expires_at)
VALUES (:key, :amount, now() + make_interval(secs => :expiry))
ON CONFLICT (key) DO UPDATE SET
  hits = CASE WHEN r.expires_at <= now() THEN excluded.hits ELSE r.hits + excluded.hits END,
  expires_at = CASE WHEN r.expires_at <= now() THEN excluded.expires_at ELSE r.expires_at END
RETURNING hits
""")
_HITS = text("SELECT hits FROM rate_limits WHERE key = :key AND expires_at > now()")
_EXPIRY = text("SELECT extract(epoch FROM expires_at) FROM rate_limits WHERE key = :key")
_CLEAR = text("DELETE FROM rate_limits WHERE key = :key")
_SWEEP = text("DELETE FROM rate_limits WHERE expires_at <= now()")


class TableStorage(Storage):
    """Counters in the table `rate_limits`."""

    STORAGE_SCHEME = ["needlepoint"]

    @property
    def base_exceptions(self) -> type[Exception]:
        """The database's errors."""
        return Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count *amount* on *key*, whose window of *expiry* seconds starts with the first."""
        return int(self._run(_INCREMENT, key=key, expiry=expiry, amount=amount) or 0)

    def get(self, key: str) -> int:
        """Return the count of *key*."""
        return int(self._run(_HITS, key=key) or 0)

    def get_expiry(self, key: str) -> float:
        """Return when the window of *key* ends, in seconds since the epoch."""
        return float(self._run(_EXPIRY, key=key) or clock.now().timestamp())

    def check(self) -> bool:
        """Whether the table answers."""
        return bool(self._run(text("SELECT 1")) == 1)

    def reset(self) -> int | None:
        """Forget every window that has ended."""
        self._run(_SWEEP)
        return None

    def clear(self, key: str) -> None:
        """Forget *key*."""
        self._run(_CLEAR, key=key)

    def _run(self, statement: TextClause, **values: object) -> Any:
        with session.engine().begin() as connection:
            result = connection.execute(statement, values)
            return result.scalar() if result.returns_rows else None


_limiter = FixedWindowRateLimiter(TableStorage())


def require(limit: RateLimitItem, *key: str) -> None:
    """Raise TooMany when *key* has used up *limit*; counts nothing."""
    if not _limiter.test(limit, _digest(key)):
        error = TooMany()
        ends = _limiter.get_window_stats(limit, _digest(key)).reset_time
        error.retry_after = max(1, int(ends - clock.now().timestamp()))
        raise error


def count(limit: RateLimitItem, *key: str) -> None:
    """Count one use of *limit* by *key*."""
    _limiter.hit(limit, _digest(key))


def take(limit: RateLimitItem, *key: str) -> bool:
    """Count one use of *limit* by *key* and return whether it was still within; of a race, one is last."""
    return bool(_limiter.hit(limit, _digest(key)))


def give_back(limit: RateLimitItem, *key: str) -> None:
    """Take back one use that came to nothing."""
    _limiter.hit(limit, _digest(key), cost=-1)


def forget(limit: RateLimitItem, *key: str) -> None:
    """Start *key* afresh."""
    _limiter.clear(limit, _digest(key))


def sweep() -> None:
    """Delete the windows that have ended."""
    _limiter.storage.reset()


def _digest(key: tuple[str, ...]) -> str:
    return hashlib.sha256("\0".join(key).encode()).hexdigest()[:32]
