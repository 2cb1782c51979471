"""The kinds of text a configuration holds: each checks its value, or says what it expected.

Everything arrives as text and nothing here guesses. A validator raises `refusal(…)`, which
`explaining` turns into a problem with a place.
"""

import functools
import re
import unicodedata
from collections.abc import Hashable, Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any, TypeVar
from uuid import UUID

import babel.localedata
import babel.numbers
import email_validator
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from saas.kernel import ids
from saas.provisioning.problems import listed, nearest, quoted

SLUG_CHARACTERS = 63
NAME_CHARACTERS = 120
TEXT_CHARACTERS = 4_000
WHITE_CONTRAST = 4.5

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
# What is not seen and changes what is: control characters, and those that turn the direction of what follows.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff\ufeff]")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")

T = TypeVar("T")
Code = TypeVar("Code", bound=StrEnum)
Key = TypeVar("Key", bound=Hashable)


class Record(BaseModel):
    """A part of the configuration: frozen, and a key it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def refusal(message: str, expected: str = "", near: str = "") -> PydanticCustomError:
    """Build the error a validator raises: what is wrong, what belongs there, what was probably meant."""
    parts = {"message": message, "expected": expected, "nearest": near}
    return PydanticCustomError("refused", "{message}", parts)


def is_slug(text: str) -> bool:
    """Whether *text* may be the short name of something."""
    return len(text) <= SLUG_CHARACTERS and _SLUG.fullmatch(text) is not None


def _slug(text: str) -> str:
    if not is_slug(text):
        expected = f"small letters, digits and single hyphens, at most {SLUG_CHARACTERS}, a letter first"
        raise refusal(f"{quoted(text)} is not a slug", expected)
    return text


def _visible(text: str) -> str:
    hidden = _HIDDEN.search(text)
    if hidden:
        raise refusal(f"holds the control character U+{ord(hidden.group()):04X}", "printable text")
    if not any(unicodedata.category(character)[0] in "LN" for character in text):
        raise refusal("is blank", "text with at least one letter or digit")
    return text


def _in_a_line(text: str) -> str:
    """Let a name be one line: it stands in the subject and the sender of mails, where none may break."""
    if len(text.splitlines()) > 1:
        raise refusal("breaks into several lines", "one line")
    return text


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text) or not babel.localedata.exists(text.replace("-", "_")):
        raise refusal(f"{quoted(text)} is not a language", "a code such as 'en' or 'pt-BR'")
    return text


def _currency(text: str) -> str:
    if not _CURRENCY.fullmatch(text) or not babel.numbers.is_currency(text):
        raise refusal(f"{quoted(text)} is not a currency", "an ISO 4217 code such as 'USD'")
    return text


@functools.lru_cache(maxsize=1024)  # each time a configuration is read, it names the same people
def _email(text: str) -> str:
    try:
        found = email_validator.validate_email(text, check_deliverability=False)
    except email_validator.EmailNotValidError as error:
        message = f"{quoted(text)} is not an e-mail address ({str(error).rstrip('.')})"
        raise refusal(message, "an address such as 'desk@clinic.example'") from None
    return found.normalized


def white_contrast(colour: str) -> float:
    """Compute the contrast ratio of white on `#rrggbb`, 1 to 21, as WCAG 2.2 defines it.

    https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
    """
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _accent(text: str) -> str:
    if not _COLOUR.fullmatch(text):
        raise refusal(f"{quoted(text)} is not a colour", "'#rrggbb'")
    ratio = white_contrast(text)
    if ratio < WHITE_CONTRAST:
        # Cut, not rounded: 4.499 must not read as 4.50.
        message = f"white text on {text} has a contrast of {int(ratio * 100) / 100:.2f}"
        raise refusal(message, f"a darker colour, contrast {WHITE_CONTRAST} or more")
    return text.lower()


def code_of(codes: type[Code]) -> BeforeValidator:
    """Take the text of one of `codes`, exactly as the enumeration spells it."""

    known = [code.value for code in codes]

    def check(raw: object) -> object:
        if not isinstance(raw, str) or raw not in known:
            raise refusal(f"unknown value {quoted(raw)}", listed(known), nearest(raw, known))
        return codes(raw)

    return BeforeValidator(check)


def _distinct(items: tuple[Key, ...]) -> tuple[Key, ...]:
    seen: set[Key] = set()
    for item in items:
        if item in seen:
            raise refusal(f"{quoted(item)} is listed twice")
        seen.add(item)
    return items


def _in_order(items: Iterable[T]) -> tuple[T, ...]:
    """Sort what is a set; days of the week as they follow one another."""
    return tuple(sorted(items, key=_rank))


def _rank(item: Any) -> Any:
    return getattr(item, "number", item)


def _by_language(texts: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(texts.items()))


def _id(raw: object) -> object:
    found = ids.parse(raw) if isinstance(raw, str) else raw
    # one spelling, so that an id claimed twice is seen
    if not isinstance(found, UUID) or (isinstance(raw, str) and raw.lower() != str(found)):
        raise refusal(f"{quoted(raw)} is not an id", "an id as `saas config export` writes it")
    return found


Slug = Annotated[str, AfterValidator(_slug)]
Id = Annotated[UUID, BeforeValidator(_id)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=NAME_CHARACTERS), AfterValidator(_visible),
    AfterValidator(_in_a_line),
]  # fmt: skip
Prose = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=TEXT_CHARACTERS), AfterValidator(_visible)
]
Language = Annotated[str, AfterValidator(_language)]
TextByLanguage = Annotated[Mapping[Language, Prose], AfterValidator(_by_language)]
Currency = Annotated[str, AfterValidator(_currency)]
Email = Annotated[str, AfterValidator(_email)]
Accent = Annotated[str, AfterValidator(_accent)]
Distinct = Annotated[tuple[T, ...], AfterValidator(_distinct)]
# A set: the order in which it is written says nothing.
Unordered = Annotated[tuple[T, ...], AfterValidator(_distinct), AfterValidator(_in_order)]


class Named(Record):
    """What keeps its identity when its slug changes: by its `id`, or by the slug that it had (`was`)."""

    slug: Slug
    id: Id | None = None
    was: Slug | None = None


Thing = TypeVar("Thing", bound=Named)


def by_slug(things: tuple[Thing, ...]) -> tuple[Thing, ...]:
    """Sort things that stand in one list."""
    return tuple(sorted(things, key=lambda thing: thing.slug))


BySlug = Annotated[tuple[Thing, ...], AfterValidator(by_slug)]


def between(least: int, most: int, what: str) -> AfterValidator:
    """Take a whole number of *what* within bounds, and tell a negative one apart from one too many."""

    def check(number: int) -> int:
        expected = f"a whole number of {what}, from {least} to {most}"
        if number < 0:
            raise refusal(f"{number} {what} is negative", expected)
        if not least <= number <= most:
            raise refusal(f"{number} {what} is out of bounds", expected)
        return number

    return AfterValidator(check)
