"""Pydantic's errors as problems with a place: the file's line and column, and the nearest valid name."""

from types import NoneType
from typing import Any, Protocol, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from saas.provisioning.documents import Document
from saas.provisioning.problems import Loc, Problem, listed, nearest, quoted

Model = TypeVar("Model", bound=BaseModel)
Detail = dict[str, Any]

_KINDS = {
    "string_type": "text",
    "tuple_type": "a list",
    "model_type": "a mapping of keys to values",
    "dict_type": "a mapping of keys to values",
    "mapping_type": "a mapping of keys to values",
}


def validate(model: type[Model], document: Document) -> tuple[Model | None, list[Problem]]:
    """Type a document by its model. The value is None where there are problems; never raises."""
    try:
        return model.model_validate(document.data), []
    except ValidationError as error:
        details = [dict(detail) for detail in error.errors(include_url=False)]
        return None, [_problem(document, model, one) for one in details if not _is_echo(one, details)]


def _is_echo(detail: Detail, details: list[Detail]) -> bool:
    """Whether a list is called too short only because what stands in it has faults of its own."""
    loc = detail["loc"]
    return detail["type"] == "too_short" and any(
        one["loc"][: len(loc)] == loc != one["loc"] for one in details
    )


def typed(model: type[Model], plain: Any) -> Model | None:
    """Return *plain* typed by its model; None where it has a fault, which `validate` tells."""
    try:
        return model.model_validate(plain)
    except ValidationError:
        return None


def _problem(document: Document, model: type[BaseModel], detail: Detail) -> Problem:
    loc: Loc = detail["loc"]
    if loc and loc[-1] == "[key]":
        # The name of a map's entry, for instance a language, is at fault.
        loc = loc[:-1]
        return document.problem(loc, *_said(detail), at=document.keys.get(loc))
    if detail["type"] == "extra_forbidden":
        known = _known_keys(model, loc[:-1])
        near = nearest(loc[-1], known)
        expected = "" if near else listed(known)
        message = f"unknown key {quoted(loc[-1])}"
        return document.problem(loc[:-1], message, expected, near, at=document.keys.get(loc))
    if detail["type"] == "missing":
        return document.problem(loc[:-1], f"the key {quoted(loc[-1])} is missing")
    return document.problem(loc, *_said(detail))


def _said(detail: Detail) -> tuple[str, str, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "refused":
        return context["message"], context["expected"], context["nearest"]
    if kind in _KINDS:
        return f"{quoted(detail['input'])} does not belong here", _KINDS[kind], ""
    if kind in ("bool_parsing", "bool_type"):
        return f"{quoted(detail['input'])} is neither yes nor no", "'true' or 'false'", ""
    if kind in ("int_parsing", "int_parsing_size", "int_type", "int_from_float"):
        return f"{quoted(detail['input'])} is not a whole number", "digits alone", ""
    return _measured(kind, context, detail)


def _measured(kind: str, context: Detail, detail: Detail) -> tuple[str, str, str]:
    said = quoted(detail["input"])
    if kind == "greater_than_equal":
        return f"{said} is too little", f"{context['ge']} or more", ""
    if kind == "less_than_equal":
        return f"{said} is too much", f"{context['le']} or less", ""
    if kind == "too_short":
        return "the list is too short", f"at least {context['min_length']}", ""
    if kind == "too_long":
        return "the list is too long", f"at most {context['max_length']}", ""
    if kind == "string_too_long":
        return "the text is too long", f"at most {context['max_length']} characters", ""
    return detail["msg"], "", ""


class _HasFields(Protocol):
    annotation: Any


def _known_keys(model: type[BaseModel], loc: Loc) -> list[str]:
    here: Any = model
    for step in loc:
        here = _inside(here, step)
    return [field.alias or name for name, field in here.model_fields.items()] if _is_model(here) else []


def _inside(here: Any, step: str | int) -> Any:
    if _is_model(here):
        found: _HasFields | None = here.model_fields.get(step)
        here = found.annotation if found else None
    else:
        here = _arguments(here)[-1]
    while NoneType in get_args(here):
        here = _arguments(here)[0]
    return here


def _arguments(annotation: Any) -> list[Any]:
    """Return the parts of a generic annotation that are values: of `X | None` X, of `tuple[X, ...]` X."""
    args = [part for part in get_args(annotation) if part not in (NoneType, Ellipsis)]
    return args or [None]


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
