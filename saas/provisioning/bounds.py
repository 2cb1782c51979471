"""How large a YAML file may be, decided on its events before anything is built from them.

The composer recurses in C and an alias can stand for a million nodes, so a file is measured first:
aliases count with all that they stand for. Measuring stops at the first bound that is passed, which
also keeps the event parser from the depths where it becomes slow.
"""

from dataclasses import dataclass, field

import yaml

BYTES = 256 * 1024
DEPTH = 32
ALIASES = 100
NODES = 50_000

Place = tuple[int, int]


class Refused(Exception):
    """A file passes a bound or is no single document."""

    def __init__(self, message: str, expected: str, place: Place = (1, 1)) -> None:
        """Say what is wrong, what belongs there and the line and column, both from 1."""
        super().__init__(message)
        self.message = message
        self.expected = expected
        self.line, self.column = place


@dataclass
class _Open:
    anchor: str | None
    nodes_before: int
    deepest: int


@dataclass
class _Measure:
    nodes: int = 0
    aliases: int = 0
    documents: int = 0
    opened: list[_Open] = field(default_factory=list)
    # anchor -> (nodes, levels) of what it stands for
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()
        elif isinstance(event, yaml.ScalarEvent):
            self._grow(1, 0, event)
            if event.anchor:
                self.sizes[event.anchor] = (1, 0)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._document(event)

    def _document(self, event: yaml.Event) -> None:
        self.documents += 1
        if self.documents > 1:
            raise Refused("a second document starts here", "one document a file", _place(event))

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        self.opened.append(_Open(event.anchor, self.nodes, 0))
        self._grow(1, 0, event)

    def _close(self) -> None:
        closed = self.opened.pop()
        if closed.anchor:
            size = self.nodes - closed.nodes_before
            self.sizes[closed.anchor] = (size, closed.deepest - len(self.opened))
        if self.opened:
            self.opened[-1].deepest = max(self.opened[-1].deepest, closed.deepest)

    def _alias(self, event: yaml.AliasEvent) -> None:
        self.aliases += 1
        if self.aliases > ALIASES:
            raise Refused("has too many aliases", f"at most {ALIASES} aliases a file", _place(event))
        if any(one.anchor == event.anchor for one in self.opened):
            message = f"the alias '*{event.anchor}' stands inside what it repeats"
            raise Refused(message, "an anchor that is complete before it is repeated", _place(event))
        self._grow(*self.sizes.get(event.anchor or "", (1, 0)), event)

    def _grow(self, nodes: int, levels: int, event: yaml.Event) -> None:
        self.nodes += nodes
        depth = len(self.opened) + levels
        if depth > DEPTH:
            raise Refused("is nested too deep", f"at most {DEPTH} levels", _place(event))
        if self.nodes > NODES:
            message = "has too many values, counting what aliases repeat"
            raise Refused(message, f"at most {NODES} values a file", _place(event))
        if self.opened:
            self.opened[-1].deepest = max(self.opened[-1].deepest, depth)


def _place(event: yaml.Event) -> Place:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def require_bounded(text: str) -> None:
    """Walk the events of `text`, building nothing.

    Raises Refused past a bound, at a second document, an alias inside its own anchor or no document
    at all, and yaml.YAMLError where the text is no YAML.
    """
    measure = _Measure()
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        measure.take(event)
    if not measure.documents:
        raise Refused("is empty", "a mapping of keys to values")
