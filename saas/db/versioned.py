"""What the configuration says, kept in the process per tenant and `config_version`.

Every verb that changes practice, catalogue or credentials raises the version, so an old entry is never
asked for again; the least recently used go first. A transaction that raised it itself keeps what it reads for
itself: it may yet be undone, and somebody else's next version has the same number.
"""

import contextlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from saas.db import session

CAPACITY = 2_000
OWN = "what it reads of a version that it made"
T = TypeVar("T")

_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = Lock()


def read(name: Hashable, version: int, load: Callable[[], T]) -> T:
    """Return what *load* says for the session's tenant at configuration *version*, loading it once."""
    current = session.current()
    key, own = (current.tenant_id, version, name), current.info.get(OWN)
    if own is not None:
        if key not in own:
            own[key] = load()
        mine: T = own[key]
        return mine
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            found: T = _kept[key]
            return found
    loaded = load()
    with _lock:
        _kept[key] = loaded
        while len(_kept) > CAPACITY:
            _kept.popitem(last=False)
    return loaded


def keep_apart() -> None:
    """Let the session keep for itself what it reads from here on: it raises the version, and has not committed that."""
    session.current().info[OWN] = {}


def forget() -> None:
    """Forget everything; tests use it."""
    with _lock:
        _kept.clear()
    with contextlib.suppress(LookupError):
        if OWN in (info := session.current().info):
            info[OWN] = {}
