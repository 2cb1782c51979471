"""One YAML file as plain data that remembers where every key and value stands.

Scalars stay text: `9:30`, `NO` and `007` mean what they say, the schema gives them types. Whatever
keeps a file from being plain data (encoding, control characters, bounds, syntax, a key written
twice, a tag) is a problem with its place.
"""

import re
from dataclasses import dataclass, field

import yaml

from saas.provisioning import bounds
from saas.provisioning.problems import Loc, Problem, cut, path_of

Plain = str | list["Plain"] | dict[str, "Plain"]
Mark = tuple[int, int]

# The characters YAML 1.1 admits to a stream, section 5.1; the byte-order mark only at its start.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")
_PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))


@dataclass(frozen=True)
class Document:
    """The plain data of one file, with the place of each key and value, by its path."""

    file: str
    data: dict[str, Plain]
    keys: dict[Loc, Mark] = field(default_factory=dict)
    values: dict[Loc, Mark] = field(default_factory=dict)

    def mark(self, loc: Loc) -> Mark:
        """Say where the value at `loc` stands, or the nearest thing around it that is written down."""
        while loc and loc not in self.values:
            loc = loc[:-1]
        return self.values.get(loc, (1, 1))

    def numbered(self, loc: Loc) -> Loc:
        """Return *loc*, in which a thing of a list at the top goes by its slug, with its number there."""
        if len(loc) < 2 or not isinstance(loc[1], str):
            return loc
        items = self.data.get(str(loc[0]))
        for number, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict) and item.get("slug") == loc[1]:
                return (loc[0], number, *loc[2:])
        return loc

    def problem(
        self, loc: Loc, message: str, expected: str = "", nearest: str = "", at: Mark | None = None
    ) -> Problem:
        """Make a problem of the value at `loc`; `at` places it elsewhere."""
        line, column = at or self.mark(loc)
        return Problem(self.file, line, column, path_of(loc), message, expected, nearest)


def parse(file: str, content: bytes) -> tuple[Document | None, list[Problem]]:
    """Read one file's bytes. The document is None where nothing can be made of them; never raises."""
    try:
        text = _decode(content)
        bounds.require_bounded(text)
        root = yaml.compose(text, Loader=yaml.CBaseLoader)
    except bounds.Refused as refusal:
        return None, [Problem(file, refusal.line, refusal.column, "", refusal.message, refusal.expected)]
    except yaml.YAMLError as error:
        return None, [_syntax(file, error)]
    if not isinstance(root, yaml.MappingNode):
        message = "holds a single value or a list"
        return None, [Problem(file, 1, 1, "", message, "a mapping of keys to values")]
    plainly = _Plainly(Document(file, {}))
    plainly.document.data.update(plainly.mapping(root, ()))
    return plainly.document, plainly.problems


def _decode(content: bytes) -> str:
    if len(content) > bounds.BYTES:
        raise bounds.Refused("is too large", f"at most {bounds.BYTES // 1024} kB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        message = f"byte 0x{content[error.start]:02x} is not UTF-8"
        raise bounds.Refused(message, "a file saved as UTF-8", _place_after(before)) from None
    found = _UNPRINTABLE.search(text)
    if found:
        message = f"holds the control character U+{ord(found.group()):04X}"
        raise bounds.Refused(message, "printable text", _place_after(text[: found.start()]))
    return text


def _place_after(before: str) -> Mark:
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _syntax(file: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    said = [getattr(error, "problem", None), getattr(error, "context", None)]
    reason = ", ".join(part for part in said if part) or cut(str(error))
    return Problem(file, line, column, "", f"is not valid YAML ({reason})")


@dataclass
class _Plainly:
    """Turns nodes into plain data, noting places; recursion is bounded by `bounds.DEPTH`."""

    document: Document
    problems: list[Problem] = field(default_factory=list)

    def value(self, node: yaml.Node, loc: Loc) -> Plain:
        self.document.values[loc] = _mark(node)
        if node.tag not in _PLAIN_TAGS:
            self._fault(loc, node, f"has the tag '{cut(node.tag)}'", "a value without a tag")
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, loc)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*loc, index)) for index, item in enumerate(node.value)]
        return self._text(node, loc)

    def mapping(self, node: yaml.MappingNode, loc: Loc) -> dict[str, Plain]:
        self.document.values[loc] = _mark(node)
        plain: dict[str, Plain] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node, loc)
            if key is None:
                continue
            if key in plain:
                first = self.document.keys[(*loc, key)][0]
                self._fault((*loc, key), key_node, f"the key is written twice, first in line {first}")
                continue
            self.document.keys[(*loc, key)] = _mark(key_node)
            plain[key] = self.value(value_node, (*loc, key))
        return plain

    def _key(self, node: yaml.Node, loc: Loc) -> str | None:
        if isinstance(node, yaml.ScalarNode):
            return self._text(node, loc)
        self._fault(loc, node, "a key is a list or a mapping", "a key that is text")
        return None

    def _text(self, node: yaml.Node, loc: Loc) -> str:
        text = str(node.value)
        found = _CONTROL.search(text)
        if found:
            message = f"holds the control character U+{ord(found.group()):04X}"
            self._fault(loc, node, message, "printable text")
        return text

    def _fault(self, loc: Loc, node: yaml.Node, message: str, expected: str = "") -> None:
        self.problems.append(self.document.problem(loc, message, expected, at=_mark(node)))


def _mark(node: yaml.Node) -> Mark:
    return node.start_mark.line + 1, node.start_mark.column + 1
