"""`Idempotency-Key`: a request repeated with its key gets the first answer again, and does nothing.

The answer is written in the transaction that did the work, so that there is never one without the other.
Only answers of committed transactions are kept: a refusal (4xx) changed nothing, its key is free, and the
same request may well succeed later. Keys belong to a token. While the first request runs, a second with
its key is told so at once (409) instead of waiting.
"""

import functools
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from flask import Response, make_response, request
from sqlalchemy import delete

from saas.api.models import IdempotencyKey
from saas.db import session
from saas.kernel import clock, ids
from saas.kernel.errors import Conflict, Invalid
from saas.kernel.text import N_
from saas.web import edge

View = TypeVar("View", bound=Callable[..., Any])
HEADER, REPLAYED = "Idempotency-Key", "Idempotent-Replay"
LONGEST = 200
KEPT = timedelta(hours=24)
# The lock ends with the transaction, like the row it stands for.
_CLAIM = """
SELECT pg_try_advisory_xact_lock(hashtextextended(%(lock)s, 0)), k.digest, k.status, k.body
FROM (VALUES (1)) AS once LEFT JOIN idempotency_keys k
  ON k.tenant_id = %(tenant)s AND k.token_id = %(token)s AND k.key = %(key)s AND k.created_at > %(since)s
"""
_KEEP = """
INSERT INTO idempotency_keys AS k (tenant_id, id, token_id, key, digest, status, body, created_at)
VALUES (%(tenant)s, %(id)s, %(token)s, %(key)s, %(digest)s, %(status)s, %(body)s, %(now)s)
ON CONFLICT (tenant_id, token_id, key) DO UPDATE
SET digest = excluded.digest, status = excluded.status, body = excluded.body, created_at = excluded.created_at
WHERE k.created_at <= %(since)s
"""


class KeyRefused(Invalid):
    """The key is empty or too long."""

    code = "idempotency_key_refused"
    sentence = N_("An idempotency key has 1 to 200 characters.")


class KeyReused(Invalid):
    """The key was used for another request."""

    code = "idempotency_key_reused"
    sentence = N_("This idempotency key was used for another request.")


class KeyBusy(Conflict):
    """The first request with this key has not ended."""

    code = "idempotency_key_busy"
    sentence = N_("A request with this idempotency key is still running.")


def once(view: View) -> View:
    """Let *view* do its work once for each key that a token sends."""

    @functools.wraps(view)
    def run(**arguments: Any) -> Any:
        key, token_id = request.headers.get(HEADER), edge.actor().id
        if key is None or token_id is None:
            return view(**arguments)
        if not 1 <= len(key) <= LONGEST:
            raise KeyRefused
        return _run(view, arguments, token_id, key)

    return run  # type: ignore[return-value]  # the same view, run once


def forget(now: datetime) -> None:
    """Delete the answers that are a day old."""
    session.current().execute(delete(IdempotencyKey).where(IdempotencyKey.created_at <= now - KEPT))


def _run(view: Callable[..., Any], arguments: dict[str, Any], token_id: UUID, key: str) -> Response:
    now, digest = clock.now(), _digest()
    values = {"tenant": session.current().tenant_id, "token": token_id, "key": key, "since": now - KEPT}
    mine, known, status, body = _execute(_CLAIM, **values, lock=f"{token_id} {key}").one()
    if known is not None and known != digest:
        raise KeyReused
    if known is not None:
        return _answer(status, body, replayed=True)
    if not mine:
        raise KeyBusy
    made = make_response(view(**arguments))
    text = made.get_data(as_text=True)
    session.current().flush()
    kept = _execute(_KEEP, **values, id=ids.new(), digest=digest, status=made.status_code, body=text, now=now)
    if kept.rowcount == 0:  # it ended between our look and our lock; whoever asks again gets its answer
        raise KeyBusy
    return made


def _answer(status: int, body: str, *, replayed: bool) -> Response:
    response = Response(body, status, content_type="application/json")
    response.headers[REPLAYED] = str(replayed).lower()
    return response


def _digest() -> str:
    what = f"{request.method} {request.path}\n".encode() + request.get_data()
    return hashlib.sha256(what).hexdigest()


def _execute(sql: str, **values: Any) -> Any:
    return session.current().connection().exec_driver_sql(sql, values)
