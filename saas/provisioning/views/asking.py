"""A document as a form: what each field is called, what it says now, what is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from saas.identity.roles import LABELS as ROLES
from saas.provisioning import answers
from saas.provisioning.answers import Data
from saas.provisioning.fields import Field, Way
from saas.provisioning.problems import Problem
from saas.provisioning.views import labels, wording

TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(:00)?")
Node = dict[str, Any]
Choice = tuple[str, str, bool]
# Slugs are made from the name and ids are the machine's; the form carries them without asking.
UNASKED = frozenset({"id", "was"})
WIDE = frozenset({Way.PROSE, Way.WORDS, Way.WORD_LINES, Way.CHOICES, Way.GROUP, Way.GROUPS, Way.PLAIN})


@dataclass(frozen=True)
class Paper:
    """What stands around a form: the clinic's languages, whose slugs there are by kind, what is wrong by field.

    `touched` is the list to which something was added, or in which it was moved, or out of which it was taken.
    """

    languages: Sequence[str]
    known: Mapping[str, Mapping[str, str]]
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    touched: str = ""

    def opens(self, fields: Sequence[Node]) -> bool:
        """Whether folded *fields* are to be seen: something in them is wrong, or was touched last."""
        return any(_has_errors(one) or f"{self.touched}.".startswith(f"{one['name']}.") for one in fields)


def sections(model: str, asked: Sequence[Field], data: Data, paper: Paper) -> list[Node]:
    """Return the form in its sections; the last, which is folded, has whatever no other names."""
    nodes = {one.name: node(one, data.get(one.name), paper) for one in asked if one.name not in UNASKED}
    named = labels.SECTIONS.get(model, ((("", tuple(nodes))),))
    found = [
        {"title": _(title) if title else "", "fields": [nodes.pop(key) for key in keys if key in nodes]}
        for title, keys in named
    ]
    rest = list(nodes.values())
    if rest:
        found.append({"title": _("More"), "fields": rest, "folded": not paper.opens(rest)})
    return found


def node(asked: Field, value: Any, paper: Paper, prefix: str = "") -> Node:
    """Return one field with its *value* as it stands in a document, or as it was typed."""
    name = prefix + asked.name
    found = {
        "way": asked.way.value, "name": name, "id": name.replace(".", "-"),
        "label": _(labels.label(asked.model, asked.name)), "help": _help(asked), "required": asked.required,
        "errors": paper.errors.get(name, []), "value": _text(value),
        "placeholder": _text(asked.default) if asked.way is Way.NUMBER else "", "is_wide": asked.way in WIDE,
        "is_long": asked.is_long and asked.name not in ("name", "tagline"),
    }  # fmt: skip
    return found | _more(asked, value, paper, name)


def faults(problems: Sequence[Problem], file: str) -> tuple[dict[str, list[str]], list[str]]:
    """Return what is wrong by the field it stands beside, and what concerns another file or the whole."""
    beside: dict[str, list[str]] = {}
    general: list[str] = []
    for problem in problems:
        if problem.file == file and problem.path:
            beside.setdefault(answers.path(problem.path), []).append(sentence(problem))
        else:
            general.append(
                sentence(problem) if problem.file == file else f"{problem.file}: {sentence(problem)}"
            )
    return beside, general


def sentence(problem: Problem) -> str:
    """Return what a check says, as a sentence of its own."""
    said = problem.message[:1].upper() + problem.message[1:]
    near = f" {_('Did you mean %(name)s?', name=problem.nearest)}" if problem.nearest else ""
    return (f"{said}. {_('Expected:')} {problem.expected}." if problem.expected else f"{said}.") + near


def _more(asked: Field, value: Any, paper: Paper, name: str) -> Node:
    if asked.way is Way.GROUP:
        said = value if isinstance(value, dict) else {}
        return {"children": [node(one, said.get(one.name), paper, f"{name}.") for one in asked.children]}
    if asked.way is Way.GROUPS:
        items = value if isinstance(value, list) else []
        return {"items": [_item(asked, item, paper, f"{name}.{at}") for at, item in enumerate(items)]}
    if asked.way in (Way.CHOICE, Way.CHOICES):
        return {
            "choices": _choices(asked, value, paper),
            "none": value == [],
            "may_be_usual": asked.may_be_usual,
        }
    if asked.way in (Way.WORDS, Way.WORD_LINES):
        return {"texts": [(tag, _in_language(value, tag)) for tag in paper.languages]}
    return _spelt(asked, value)


def _spelt(asked: Field, value: Any) -> Node:
    if asked.way is Way.YES_NO:
        return {"is_on": str(asked.default if value is None else value).lower() == "true"}
    if asked.way is Way.LINES:
        lines = "\n".join(map(str, value)) if isinstance(value, list | tuple) else _text(value)
        return {"value": lines, "none": value == [], "may_be_usual": asked.may_be_usual}
    if asked.way is Way.SPANS:
        return {"value": _spans(value)}
    if asked.way is Way.TIME:
        return {"value": _clock(_text(value))}
    if asked.way is Way.PLAIN:
        return {"value": answers.as_yaml(value)}
    return {}


def _item(asked: Field, item: Any, paper: Paper, name: str) -> Node:
    said = item if isinstance(item, dict) else {}
    nodes = [
        node(one, said.get(one.name), paper, f"{name}.") for one in asked.children if one.name not in UNASKED
    ]
    first = labels.FIRST.get(asked.children[0].model, ())
    rest = [one for one in nodes if first and one["name"].rpartition(".")[2] not in first]
    return {
        "name": name, "children": [one for one in nodes if one not in rest], "rest": rest,
        "kept": [(f"{name}.{key}", _text(said[key])) for key in ("id",) if key in said],
        "opened": paper.opens(rest), "errors": paper.errors.get(name, []),
        "told": [_told(one) for one in rest if said.get(one["name"].rpartition(".")[2]) not in (None, "", [], {})],
    }  # fmt: skip


def _told(one: Node) -> str:
    """Return in some words what a folded field says: its value where that is short, or only that it is there."""
    chosen = [label for _code, label, is_chosen in one.get("choices", ()) if is_chosen]
    said = ", ".join(chosen) or (one["value"] if not one["is_wide"] else "")
    return f"{one['label']}: {said}" if said else str(one["label"])


def _choices(asked: Field, value: Any, paper: Paper) -> list[Choice]:
    chosen = list(map(str, value)) if isinstance(value, list | tuple) else [_text(value)]
    named = (
        dict(paper.known.get(asked.refers_to, {}))
        if asked.refers_to
        else {code: _code(code) for code in asked.codes}
    )
    named |= {one: one for one in chosen if one and one not in named}  # what was typed stays to be seen
    if asked.way is Way.CHOICE and asked.default is not None and not value:
        chosen = [str(asked.default)]
    return [(code, label, code in chosen) for code, label in named.items()]


def sentence_of(code: str) -> str | None:
    """Return what a code means, to be translated; None where nobody said."""
    known: list[Mapping[Any, str]] = [
        wording.CATEGORIES, wording.MODALITIES, wording.SEGMENTS, wording.KINDS, ROLES, labels.VALUES,
    ]  # fmt: skip
    return next((words[code] for words in known if code in words), None)


def _code(code: str) -> str:
    said = sentence_of(code)
    return str(_(said)) if said else code.replace("_", " ").capitalize()


def _help(asked: Field) -> str:
    said = labels.help_for(asked.model, asked.name)
    return str(_(said)) if said else ""


def _in_language(value: Any, language: str) -> str:
    if isinstance(value, list):
        return "\n".join(str(one.get(language, "")) for one in value if isinstance(one, dict))
    return _text(value.get(language)) if isinstance(value, dict) else ""


def _spans(value: Any) -> str:
    if not isinstance(value, list):
        return _text(value)
    spans = [(one.get("opens", ""), one.get("closes", "")) for one in value if isinstance(one, dict)]
    return ", ".join(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in spans)


def _clock(said: Any) -> str:
    found = TIME.fullmatch(str(said))
    return f"{int(found[1])}:{found[2]}" if found else str(said)


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _has_errors(one: Node) -> bool:
    below = [
        *one.get("children", ()),
        *(child for item in one.get("items", ()) for child in (*item["children"], *item["rest"])),
    ]
    return bool(one["errors"]) or any(_has_errors(child) for child in below)
