"""Find what a page says to people without asking the translators.

In the pseudo-locale every translated text stands in ⟦brackets⟧. What stands outside must be the
clinic's own words, or a library's: numbers, names of days, months, time zones and holidays.
"""

import functools
import re
from collections.abc import Iterable, Iterator
from typing import Any

import holidays
from babel import Locale
from babel.dates import get_day_names, get_month_names
from lxml import html

from saas.credentials.pack_schema import Pack
from saas.provisioning.schema import Configuration
from saas.web.i18n import PSEUDO_CLOSE, PSEUDO_OPEN

ATTRIBUTES = ("placeholder", "aria-label", "title", "alt", "data-label", "aria-description")
UNSEEN = ("script", "style")
LETTER = re.compile(r"[^\W\d_]")
# What has no language: the marks of a time of day, a country's code, the product's own name.
EVERYWHERE = {"AM", "PM", "Needlepoint"}


def untranslated(page: str, own_words: Iterable[str]) -> list[str]:
    """Return what of each text of *page* was neither translated nor anyone's own words."""
    pattern = _any_of(frozenset(own_words))
    lettered = (said for said in outside(page) if LETTER.search(said))
    return [said.strip() for said in lettered if LETTER.search(pattern.sub(" ", said))]


@functools.cache
def _any_of(own_words: frozenset[str]) -> re.Pattern[str]:
    known = sorted({*own_words, *EVERYWHERE, *of_babel()}, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in known if word.strip()))


def outside(page: str) -> Iterator[str]:
    """Yield what stands outside brackets: of every visible text, and of what is read out."""
    root, depth = html.fromstring(page), 0
    for said in texts(root):
        left, depth = cut(said, depth)
        yield left
    for element in root.iter():
        for name in ATTRIBUTES:
            yield cut(element.get(name) or "", 0)[0]


def texts(element: Any) -> Iterator[str]:
    """Yield the visible texts inside *element* in their order; a translated one may go over several."""
    if isinstance(element.tag, str) and element.tag not in UNSEEN:
        yield element.text or ""
        for child in element:
            yield from texts(child)
            yield child.tail or ""


def cut(said: str, depth: int) -> tuple[str, int]:
    """Return what of a text stands outside brackets, however nested, and how deep it ends."""
    if PSEUDO_OPEN not in said and PSEUDO_CLOSE not in said:
        return said if depth == 0 else " " * len(said), depth
    left = []
    for character in said:
        depth += (character == PSEUDO_OPEN) - (character == PSEUDO_CLOSE)
        left.append(character if depth == 0 and character != PSEUDO_CLOSE else " ")
    return "".join(left), depth


def of_babel() -> Iterator[str]:
    """Yield the words of dates in English."""
    locale = Locale("en")
    for width in ("wide", "abbreviated"):
        yield from get_day_names(width, locale=locale).values()
        yield from get_month_names(width, locale=locale).values()


def own_words(configuration: Configuration, zones: Iterable[str] = ()) -> set[str]:
    """Return the texts a clinic configured, and what pages put together of them."""
    words = set(_strings(configuration.model_dump(mode="json")))
    for person in configuration.people:
        initials = person.given_name[0] + person.family_name.split()[-1][0]
        words |= {f"{person.given_name} {person.family_name}", initials}
    for place in configuration.locations:
        words |= {place.time_zone.replace("_", " "), place.address.region}
        words |= set(
            holidays.country_holidays("US", subdiv=place.address.region, years=range(2020, 2040)).values()
        )
    return words | set(zones)


def of_pack(pack: Pack) -> Iterator[str]:
    """Yield the words of a pack of rules, which come with it in its own language."""
    yield from _strings(pack.model_dump(mode="json"))
    for rule in pack.rules:
        yield from rule.statements().values()


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(inner)
