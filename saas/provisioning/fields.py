"""What a form has to ask so that a document comes out of it: the schema's own keys, as a tree. Pure.

The schema is the one place where a key is declared; whoever adds one there has it on the owner's page. What
the tree cannot tell from a type, whose slug a text is, stands in `REFERENCES`.
"""

import datetime
import types
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from saas.provisioning.schema_hours import OpeningSpan

LONG_TEXT = 500
EITHER = ("true", "false")


class Way(StrEnum):
    """How a key is asked for."""

    TEXT = "text"
    PROSE = "prose"
    WORDS = "words"  # a text in each language
    NUMBER = "number"
    YES_NO = "yes_no"
    TIME = "time"
    DAY = "day"
    MOMENT = "moment"  # a day with a time, on the location's clock
    CHOICE = "choice"
    CHOICES = "choices"
    LINES = "lines"  # a list of short texts, one a line
    WORD_LINES = "word_lines"  # a list of texts in each language, one a line
    SPANS = "spans"  # from when to when, several of them on one line
    GROUP = "group"
    GROUPS = "groups"
    PLAIN = "plain"  # whatever else there is, as YAML


@dataclass(frozen=True)
class Field:
    """One key: how it is asked for, whether it must be there, its codes, and the kind whose slug it is.

    `may_be_usual` marks a list that says something else when it is empty than when it is not written.
    """

    name: str
    model: str
    way: Way
    required: bool = False
    codes: tuple[str, ...] = ()
    refers_to: str = ""
    is_long: bool = False
    may_be_usual: bool = False
    default: Any = None
    children: tuple["Field", ...] = ()


# Keys whose text is another thing's short name, and of which kind; `Model.key` where a model means another.
REFERENCES: Mapping[str, str] = {
    "location": "locations", "locations": "locations", "practitioner": "people", "legal_entity": "legal_entities",
    "offering": "offerings", "excludes": "add_ons", "AddOn.offering": "add_ons",
}  # fmt: skip

_SIMPLE: Mapping[Any, Way] = {
    bool: Way.YES_NO, int: Way.NUMBER, Decimal: Way.TEXT, str: Way.TEXT, datetime.time: Way.TIME,
    datetime.date: Way.DAY, datetime.datetime: Way.MOMENT,
}  # fmt: skip


@lru_cache(maxsize=64)
def of(model: type[BaseModel]) -> tuple[Field, ...]:
    """Return the keys of *model* in their order."""
    return tuple(_field(model.__name__, name, info) for name, info in model.model_fields.items())


def _field(model: str, name: str, info: FieldInfo) -> Field:
    key = info.alias or name
    bare, is_optional = _bare(info.annotation)
    refers_to = REFERENCES.get(f"{model}.{key}") or REFERENCES.get(key, "")
    has_default = not info.is_required()
    default = info.get_default(call_default_factory=True) if has_default else None
    way, codes, children = (
        (Way.CHOICE, EITHER, ()) if bare is bool and is_optional else _shape(bare, refers_to)
    )
    return Field(
        name=key, model=model, way=way, required=info.is_required(), codes=codes, refers_to=refers_to,
        is_long=way is Way.WORDS or _is_long(info), default=default, children=children,
        may_be_usual=is_optional and way in (Way.CHOICES, Way.LINES),
    )  # fmt: skip


def _shape(bare: Any, refers_to: str) -> tuple[Way, tuple[str, ...], tuple[Field, ...]]:
    if _is(bare, BaseModel):
        return Way.GROUP, (), of(bare)
    if _is(bare, StrEnum):
        return Way.CHOICE, tuple(code.value for code in bare), ()
    if get_origin(bare) is tuple:
        return _listed(_bare(get_args(bare)[0])[0], refers_to)
    if _is_words(bare):
        return Way.WORDS, (), ()
    simple = Way.CHOICE if refers_to else _SIMPLE.get(bare, Way.PLAIN)
    return simple, (), ()


def _listed(item: Any, refers_to: str) -> tuple[Way, tuple[str, ...], tuple[Field, ...]]:
    if item is OpeningSpan:
        return Way.SPANS, (), ()
    if _is(item, BaseModel):
        return Way.GROUPS, (), of(item)
    if _is(item, StrEnum):
        return Way.CHOICES, tuple(code.value for code in item), ()
    if refers_to:
        return Way.CHOICES, (), ()
    if item in (str, datetime.date):
        return Way.LINES, (), ()
    return (Way.WORD_LINES if _is_words(item) else Way.PLAIN), (), ()


def _is_words(annotation: Any) -> bool:
    return get_origin(annotation) in (Mapping, dict) and _bare(get_args(annotation)[1])[0] is str


def _bare(annotation: Any) -> tuple[Any, bool]:
    """Return the annotation without what checks it, and whether it may be left out as None."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        kept = [one for one in get_args(annotation) if one is not types.NoneType]
        return _bare(kept[0])[0], len(kept) < len(get_args(annotation))
    return annotation, False


def _is(annotation: Any, base: type) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, base)


def _is_long(info: FieldInfo) -> bool:
    item = get_args(info.annotation)[0] if get_origin(info.annotation) is tuple else None
    checks = (*info.metadata, *getattr(item, "__metadata__", ()))
    limits = [one.max_length for one in checks if isinstance(one, StringConstraints) and one.max_length]
    return any(most > LONG_TEXT for most in limits)
