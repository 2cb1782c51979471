"""What the `stripe` library declares: parameters are held against its own typed classes.

The one module of the sandbox that knows the library. A parameter that its classes do not know is
refused as Stripe refuses it; one that they know and the endpoint does not keep is refused too.
"""

import functools
import operator
import re
import types
from collections.abc import Collection, Mapping
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin

import stripe
from typing_extensions import get_type_hints

from saas.sandbox import brackets, refusals

API_VERSION: str = stripe.api_version
WHOLE = re.compile(r"-?\d{1,18}")
NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,12})?")
# Options of a call, and not parameters of a request; the library declares them together.
OPTIONS = frozenset(stripe.RequestOptions.__annotations__)
# Names in those options that stand only where the library declares them, or for type checkers alone.
UNRESOLVED = {"StripeContext": str, "Mapping": Mapping}


def parameters(name: str) -> Any:
    """Return the library's class of a request's parameters (`RefundCreateParams`)."""
    return operator.attrgetter(name)(stripe.params)


def names(declared: str) -> frozenset[str]:
    """Return the parameters that a class of the library declares."""
    return frozenset(_hints(parameters(declared)))


def read(declared: Any, given: Mapping[str, Any], kept: Collection[str]) -> dict[str, Any]:
    """Return *given* as values of the types that the class *declared* names.

    *kept* are the dotted paths that the endpoint keeps, each with all below it. Raises Refusal.
    """
    return _read_class(declared, given, "", frozenset(kept))


def nulls(resource: str) -> dict[str, Any]:
    """Return the fields of a resource (`Refund`) that may be null, as nulls, but lists that come expanded."""
    return dict(_nulls(resource))


@functools.cache
def _nulls(resource: str) -> dict[str, None]:
    fields = operator.attrgetter(resource)(stripe).__annotations__.items()
    return {
        name: None
        for name, hint in fields
        if type(None) in get_args(hint) and "ListObject" not in str(hint) and name != "deleted"
    }


@functools.cache
def _hints(declared: Any) -> dict[str, Any]:
    hints = get_type_hints(declared, localns=UNRESOLVED, include_extras=False)
    return {name: hint for name, hint in hints.items() if name not in OPTIONS}


def _read_class(declared: Any, given: Mapping[str, Any], name: str, kept: frozenset[str]) -> dict[str, Any]:
    hints = _hints(declared)
    for part in given:
        inner = brackets.join(name, part)
        if part not in hints:
            raise refusals.unknown(inner)
        _require_kept(inner, kept)
    for part in sorted(declared.__required_keys__ - given.keys()):
        raise refusals.missing(brackets.join(name, part))
    return {part: _value(value, hints[part], brackets.join(name, part), kept)
            for part, value in given.items()}  # fmt: skip


def _require_kept(name: str, kept: frozenset[str]) -> None:
    """Pass a path that is kept with all below it, or that leads to one that is."""
    path = ".".join(part for part in re.split(r"[\[\]]+", name) if part and not part.isdigit())
    if not any(f"{path}.".startswith(f"{other}.") or other.startswith(f"{path}.") for other in kept):
        raise refusals.not_kept(name)


def _value(value: Any, hint: Any, name: str, kept: frozenset[str]) -> Any:
    options = _alternatives(hint)
    return _many(value, options, name, kept) if isinstance(value, dict) else _one(value, options, name)


def _alternatives(hint: Any) -> list[Any]:
    """Return the types that a hint allows, without the wrappings."""
    origin = get_origin(hint)
    if origin in (NotRequired, Required):
        return _alternatives(get_args(hint)[0])
    if origin in (Union, types.UnionType):
        return [inner for option in get_args(hint) for inner in _alternatives(option)]
    return [hint]


def _many(value: dict[str, Any], options: list[Any], name: str, kept: frozenset[str]) -> Any:
    for option in options:
        if hasattr(option, "__required_keys__"):
            return _read_class(option, value, name, kept)
        if get_origin(option) is list:
            return _list(value, get_args(option)[0], name, kept)
        if get_origin(option) is dict:
            inner = get_args(option)[1]
            return {part: _value(v, inner | Literal[""], brackets.join(name, part), kept)
                    for part, v in value.items()}  # fmt: skip
    raise refusals.wrong(name, "one value", "parameter_invalid_string")


def _list(value: dict[str, Any], hint: Any, name: str, kept: frozenset[str]) -> list[Any]:
    if list(value) != [str(number) for number in range(len(value))]:
        raise refusals.wrong(name, "a list, numbered from 0")
    return [_value(v, hint, brackets.join(name, index), kept) for index, v in value.items()]


def _one(value: str, options: list[Any], name: str) -> Any:
    words = [word for option in options if get_origin(option) is Literal for word in get_args(option)]
    if value in words:
        return value
    if value == "":
        raise refusals.wrong(name, "left out, or not empty", "parameter_invalid_empty")
    for option in options:
        read = READERS.get(option)
        if read is not None and (found := read(value)) is not None:
            return found
    if str in options and not any(words):
        return value
    raise _unfit(name, options, [word for word in words if word])


def _unfit(name: str, options: list[Any], words: list[str]) -> refusals.Refusal:
    if words:
        return refusals.wrong(name, f"one of {', '.join(words[:20])}")
    if int in options:
        return refusals.wrong(name, "a whole number", "parameter_invalid_integer")
    if bool in options:
        return refusals.wrong(name, "true or false")
    return refusals.wrong(name, "of another kind: a list or a hash")


def _whole(text: str) -> int | None:
    return int(text) if WHOLE.fullmatch(text) else None


def _truth(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text)


def _number(text: str) -> str | None:
    return text if NUMBER.fullmatch(text) else None


READERS: dict[Any, Any] = {int: _whole, bool: _truth, float: _number}
