"""Read a rule pack, once a process. What is wrong with one is named with its line and place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml
from pydantic import ValidationError

from saas.credentials.pack_schema import Pack
from saas.kernel.errors import Invalid, Reason

SHIPPED = "us_sample.yaml"
Loc = tuple[str | int, ...]
Mark = tuple[int, int]


class PackInvalid(Invalid):
    """A pack cannot be used; the reasons name each fault and its place."""

    code = "pack_invalid"


@lru_cache(maxsize=1)
def current() -> Pack:
    """Return the pack that ships with this release."""
    return read(SHIPPED, resources.files("saas.credentials.packs").joinpath(SHIPPED).read_text("utf-8"))


def read(file: str, text: str) -> Pack:
    """Return the pack that *text* says. PackInvalid with every fault and its line and column."""
    plain = _Plain(file)
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
        data = plain.value(root, ()) if root is not None else None
        if not plain.faults:
            return Pack.model_validate(data)
    except yaml.YAMLError as error:
        plain.faults.append(f"{file}: is not valid YAML ({str(error).splitlines()[0]})")
    except ValidationError as error:
        plain.faults += [plain.said(dict(one)) for one in error.errors(include_url=False)]
    raise PackInvalid("\n".join(plain.faults), [Reason("pack_fault", one) for one in plain.faults])


@dataclass
class _Plain:
    """Plain data of YAML nodes: text stays text, `null` is None, and places are kept."""

    file: str
    marks: dict[Loc, Mark] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def value(self, node: yaml.Node, loc: Loc) -> object:
        self.marks[loc] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, loc)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*loc, at)) for at, item in enumerate(node.value)]
        return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)

    def _mapping(self, node: yaml.MappingNode, loc: Loc) -> dict[str, object]:
        plain: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in plain:
                self.faults.append(f"{self._place((*loc, key))}: the key '{key}' is written twice")
            plain[key] = self.value(value_node, (*loc, key))
        return plain

    def said(self, error: Mapping[str, Any]) -> str:
        loc, message = tuple(error["loc"]), str(error["msg"])
        if error["type"] == "extra_forbidden":
            message = f"no code evaluates the key '{loc[-1]}'; say it under attest instead"
        return f"{self._place(loc)}: {message}"

    def _place(self, loc: Loc) -> str:
        known = loc
        while known and known not in self.marks:
            known = known[:-1]
        line, column = self.marks.get(known, (1, 1))
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc)
        return f"{self.file}:{line}:{column} {path.lstrip('.')}"
