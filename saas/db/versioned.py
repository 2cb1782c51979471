"""What the configuration says, kept in the process per tenant and `config_version`.

Every verb that changes practice, catalogue or credentials raises the version, so an old entry is never
asked for again; the least recently used go first.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from saas.db import session

CAPACITY = 2_000
T = TypeVar("T")

_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = Lock()


def read(name: Hashable, version: int, load: Callable[[], T]) -> T:
    """Return what *load* says for the session's tenant at configuration *version*, loading it once."""
    key = (session.current().tenant_id, version, name)
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


def forget() -> None:
    """Forget everything; tests use it."""
    with _lock:
        _kept.clear()
