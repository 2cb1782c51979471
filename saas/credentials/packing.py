"""The rule packs that are installed, each in one or several versions, read once a process.

Which version holds is for each clinic to say: a file that is installed changes nothing for anybody. What is
wrong with a pack is named with its line and place.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from saas.credentials import revising
from saas.credentials.pack_schema import Pack
from saas.credentials.vocabulary import procedure_of
from saas.kernel.errors import Invalid, Reason
from saas.kernel.text import N_

# The pack of a clinic that does not say on which one it relies: for good, and never a later version.
USUAL = "us-sample@1"
FOLDER = "SAAS_PACKS_DIR"
Loc = tuple[str | int, ...]
Mark = tuple[int, int]


class PackInvalid(Invalid):
    """A pack cannot be used; the reasons name each fault and its place."""

    code = "pack_invalid"


class PackMissing(Invalid):
    """A clinic relies on a pack that is not installed here."""

    code = "pack_missing"
    sentence = N_("The rules %(pack)s, on which this clinic relies, are not installed here.")


def get(name: str = USUAL) -> Pack:
    """Return the pack called *name*, such as `us-sample@1`. PackMissing."""
    found = installed().get(name)
    if found is None:
        raise PackMissing(pack=name)
    return found


@lru_cache(maxsize=1)
def installed() -> Mapping[str, Pack]:
    """Return every pack by its name: those shipped, and those in the folder that SAAS_PACKS_DIR names.

    PackInvalid where one cannot be used, two are the same, or a rule changed without a new version.
    """
    packs = [read(name, text) for name, text in _texts()]
    faults = [*_twice(packs), *revising.faults(packs)]
    if faults:
        raise invalid(faults)
    return {one.name: one for one in sorted(packs, key=lambda pack: (pack.pack, pack.version))}


def later(name: str) -> tuple[Pack, ...]:
    """Return the installed versions of the pack called *name* that came after it, oldest first."""
    own = get(name)
    return tuple(one for one in installed().values() if one.pack == own.pack and one.version > own.version)


@lru_cache(maxsize=64)
def device_kinds(act: str) -> tuple[str, ...]:
    """Return the kinds of device of which any installed pack says how they bound *act*."""
    procedure = procedure_of(act)
    limits = (limit for pack in installed().values() for limit in pack.devices)
    return tuple(sorted({limit.kind for limit in limits if limit.procedure == procedure}))


def invalid(faults: Sequence[str]) -> PackInvalid:
    """Return the refusal of packs that have these *faults*."""
    return PackInvalid("\n".join(faults), [Reason("pack_fault", one) for one in faults])


def forget() -> None:
    """Read the packs anew when they are asked for next."""
    installed.cache_clear()
    device_kinds.cache_clear()


def _texts() -> Iterable[tuple[str, str]]:
    shipped = resources.files("saas.credentials.packs").iterdir()
    given = os.environ.get(FOLDER)
    own = sorted(Path(given).glob("*.yaml")) if given else []
    for file in (*sorted(shipped, key=lambda one: one.name), *own):
        if file.name.endswith(".yaml"):
            yield file.name, file.read_text("utf-8")


def _twice(packs: Sequence[Pack]) -> Iterable[str]:
    names = [one.name for one in packs]
    return [f"the pack {name} is installed twice" for name in sorted(set(names)) if names.count(name) > 1]


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
    raise invalid(plain.faults)


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
