"""Logs: one JSON object a line on stderr. A traceback shows code, never the values of variables."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog


def init() -> None:
    """Set up structlog for this process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_values,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def without_values(logger: Any, method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace `exc_info` by the traceback without messages: a database's names the values it refused."""
    told = entry.pop("exc_info", None)
    error = sys.exc_info()[1] if told is True else told[1] if isinstance(told, tuple) else told
    if isinstance(error, BaseException):
        entry["exception"] = "\n".join(_told(error, []))
    return entry


def _told(error: BaseException | None, above: list[BaseException]) -> list[str]:
    """Return the error's frames and kind, its causes first; causes may go round in a circle."""
    if error is None or error in above:
        return []
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    frames = "".join(traceback.format_tb(error.__traceback__))
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    return [*_told(cause, [*above, error]), f"{frames}{kind}"]
