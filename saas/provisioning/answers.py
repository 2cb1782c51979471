"""From what was posted to a document, and what adds, removes or moves an item of its lists. Pure.

A field is named by its path with points: `segments.0.minutes`. What cannot be read stays as it was typed, for
the schema to refuse, so that nothing anybody wrote is lost.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from saas.provisioning import documents, starting
from saas.provisioning.fields import Field, Way

Data = dict[str, Any]
Given = Mapping[str, Sequence[str]]

SPAN = re.compile(r"\s*(\S+?)\s*[-–]\s*(\S+)\s*")
MOST_ITEMS = 200
# Beside the answers to a list: that it is there, however blank; that it says "none", not "as usual".
HERE, NONE = "here", "none"


def read(asked: Sequence[Field], given: Given, languages: Sequence[str], prefix: str = "") -> Data:
    """Return what was answered to the fields *asked*; what is blank is left out."""
    found: Data = {}
    for field in asked:
        value = _READ.get(field.way, _text)(field, given, languages, prefix + field.name)
        if value not in (None, "", {}, []) or (value == [] and field.may_be_usual):
            found[field.name] = value
    return found


def pruned(data: Any) -> Any:
    """Return *data* without the items of lists that say nothing."""
    if isinstance(data, dict):
        return {key: pruned(value) for key, value in data.items()}
    if isinstance(data, list):
        return [pruned(item) for item in data if not _is_blank(item)]
    return data


def named(asked: Sequence[Field], data: Data) -> Data:
    """Return *data* with a short name made from its name for everything that has to have one and has none."""
    below = {
        field.name: [named(field.children, item) for item in data[field.name]]
        for field in asked
        if field.way is Way.GROUPS and isinstance(data.get(field.name), list)
    }
    slug = (
        ""
        if data.get("slug") or not any(field.name == "slug" for field in asked)
        else starting.slug_of(_called(data), "")
    )
    return {**({"slug": slug} if slug else {}), **data, **below}


def arranged(data: Data, act: str) -> Data:
    """Return *data* after *act*: `add:segments`, `remove:segments.2`, `up:…`, `down:…`; else as it was."""
    verb, _, path = act.partition(":")
    *way, last = path.split(".")
    if verb == "add":
        items = _list_at(data, [*way, last], make=True)
        if items is not None and len(items) < MOST_ITEMS:
            items.append({})
        return data
    items = _list_at(data, way)
    if items is None or not _within(items, last):
        return data
    _move(items, int(last), verb)
    return data


def plain(text: str) -> Any:
    """Return the plain data that *text* says as YAML; the text itself where it says none."""
    found, problems = documents.parse("answer", f"it:\n{_indented(text)}\n".encode())
    return text if found is None or problems else found.data.get("it", text)


def as_yaml(value: Any) -> str:
    """Return plain data as YAML, for a field that has no shape of its own."""
    if isinstance(value, str):
        return value
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True).strip() if value else ""


def path(named: str) -> str:
    """Return the name of the field behind the path that a problem names: `segments[0].minutes`."""
    return re.sub(r"\[(\d+)\]", r".\1", named)


def _called(data: Data) -> str:
    name = data.get("name", "")
    said = next(iter(name.values()), "") if isinstance(name, dict) else str(name)
    return said or f"{data.get('given_name', '')} {data.get('family_name', '')}"


def _move(items: list[Any], at: int, verb: str) -> None:
    if verb == "remove":
        del items[at]
    elif verb == "up" and at > 0:
        items[at - 1], items[at] = items[at], items[at - 1]
    elif verb == "down" and at + 1 < len(items):
        items[at + 1], items[at] = items[at], items[at + 1]


def _list_at(data: Any, way: Sequence[str], *, make: bool = False) -> list[Any] | None:
    here = data
    for step in way[:-1]:
        inside = here[int(step)] if isinstance(here, list) and _within(here, step) else None
        here = here.setdefault(step, {}) if isinstance(here, dict) else inside
    if not isinstance(here, dict) or not way:
        return None
    found = here.setdefault(way[-1], []) if make else here.get(way[-1])
    return found if isinstance(found, list) else None


def _within(items: list[Any], step: str) -> bool:
    return step.isdecimal() and len(step) < 4 and int(step) < len(items)


def _is_blank(item: Any) -> bool:
    if isinstance(item, dict):
        return all(_is_blank(value) or value == "false" for value in item.values())
    return item in (None, "", [])


def _text(_field: Field, given: Given, _languages: Sequence[str], name: str) -> Any:
    return next(iter(given.get(name, ())), "").replace("\r\n", "\n").strip()


def _yes_no(field: Field, given: Given, _languages: Sequence[str], name: str) -> Any:
    said = "true" if given.get(name) else "false"
    return "" if said == str(field.default).lower() else said


def _choices(field: Field, given: Given, _languages: Sequence[str], name: str) -> Any:
    if field.may_be_usual and given.get(f"{name}.{NONE}"):
        return []
    chosen = [one for one in given.get(name, ()) if one]
    return chosen or None


def _lines(field: Field, given: Given, languages: Sequence[str], name: str) -> Any:
    if field.may_be_usual and given.get(f"{name}.{NONE}"):
        return []
    said = _text(field, given, languages, name)
    lines = said if field.is_long else said.replace(",", "\n")  # a citation has commas of its own
    return [line.strip() for line in lines.splitlines() if line.strip()] or None


def _words(field: Field, given: Given, languages: Sequence[str], name: str) -> Any:
    said = {language: _text(field, given, languages, f"{name}.{language}") for language in languages}
    return {language: text for language, text in said.items() if text}


def _word_lines(field: Field, given: Given, languages: Sequence[str], name: str) -> Any:
    said = {
        language: _text(field, given, languages, f"{name}.{language}").splitlines() for language in languages
    }
    most = max((len(lines) for lines in said.values()), default=0)
    items = [
        {
            language: lines[at].strip()
            for language, lines in said.items()
            if at < len(lines) and lines[at].strip()
        }
        for at in range(most)
    ]
    return [item for item in items if item]


def _spans(field: Field, given: Given, languages: Sequence[str], name: str) -> Any:
    said = _text(field, given, languages, name)
    found = [SPAN.fullmatch(part) for part in said.split(",")] if said else []
    return [{"opens": one[1], "closes": one[2]} for one in found if one] if all(found) else said


def _group(field: Field, given: Given, languages: Sequence[str], name: str) -> Any:
    found = read(field.children, given, languages, f"{name}.")
    return {} if _is_blank(found) else found


def _groups(field: Field, given: Given, languages: Sequence[str], name: str) -> Any:
    start = f"{name}."
    steps = {key[len(start) :].split(".", 1)[0] for key in given if key.startswith(start)}
    numbers = sorted(int(step) for step in steps if step.isdecimal() and len(step) < 4)[:MOST_ITEMS]
    return [read(field.children, given, languages, f"{start}{number}.") for number in numbers]


def _plain(field: Field, given: Given, languages: Sequence[str], name: str) -> Any:
    said = _text(field, given, languages, name)
    return plain(said) if said else ""


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


_READ = {
    Way.YES_NO: _yes_no, Way.CHOICES: _choices, Way.LINES: _lines, Way.WORDS: _words, Way.WORD_LINES: _word_lines,
    Way.SPANS: _spans, Way.GROUP: _group, Way.GROUPS: _groups, Way.PLAIN: _plain,
}  # fmt: skip
