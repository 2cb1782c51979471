"""What the convention tests walk over: our Python files, parsed once, and names resolved through imports."""

import ast
import functools
import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Where a statement holds others.
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root, its text and its tree."""

    path: str
    text: str

    @functools.cached_property
    def tree(self) -> ast.Module:
        """What the text says."""
        return ast.parse(self.text)

    @functools.cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the tree: walked over once, however many conventions look."""
        return tuple(ast.walk(self.tree))

    @property
    def module(self) -> str:
        """The dotted name it is imported by."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def room(self) -> str:
        """The room it stands in: `saas/<room>/…`, or the module's own name (`app`)."""
        return self.module.split(".")[1] if "." in self.module else ""

    def at(self, node: ast.AST, what: str) -> str:
        """Write an offence as a compiler would."""
        return f"{self.path}:{getattr(node, 'lineno', 1)} {what}"

    @functools.cached_property
    def names(self) -> dict[str, str]:
        """What each imported name stands for, in full: `datetime` -> `datetime.datetime`."""
        found: dict[str, str] = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found.update({a.asname: a.name for a in node.names if a.asname})
            elif isinstance(node, ast.ImportFrom):
                found.update({a.asname or a.name: f"{node.module}.{a.name}" for a in node.names})
        return found

    def full_name(self, node: ast.expr) -> str:
        """Return the dotted name an expression spells, through the file's imports; empty if it is none."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            before = self.full_name(node.value)
            return f"{before}.{node.attr}" if before else ""
        return ""

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Yield every function, wherever it is defined; no expression holds one."""
        waiting: list[ast.AST] = [self.tree]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node
            waiting += [inner for field in BLOCKS for inner in getattr(node, field, ())]

    @functools.cached_property
    def _calls(self) -> tuple[ast.Call, ...]:
        return tuple(node for node in self.nodes if isinstance(node, ast.Call))

    def calls(self) -> Iterator[ast.Call]:
        """Yield every call in the file."""
        return iter(self._calls)


Walk = Callable[[Source], Iterable[str]]


def planted(text: str, path: str = "saas/desk/planted.py") -> Source:
    """Return a file that is not there, for a walk to find fault with."""
    return Source(path, text)


def files(*folders: str) -> tuple[Source, ...]:
    """Return every Python file under *folders* of the repository."""
    found = tuple(source for folder in folders for source in _files(folder))
    assert found, f"nothing to walk over in {folders}"
    return found


@functools.cache
def _files(folder: str) -> tuple[Source, ...]:
    paths = sorted((ROOT / folder).rglob("*.py"))
    return tuple(planted(path.read_text(), path.relative_to(ROOT).as_posix()) for path in paths)


def offences(walk: Walk, *folders: str) -> list[str]:
    """Return what *walk* finds in our code, or under *folders*."""
    return [offence for source in files(*(folders or ("saas",))) for offence in walk(source)]


def expect_none(found: Iterable[str]) -> None:
    """Fail with every offence on a line of its own."""
    if lines := sorted(found):
        pytest.fail("\n".join(lines), pytrace=False)


@functools.cache
def import_all(last: str) -> None:
    """Import every `saas.<room>.<last>`, be it a module or a package with modules."""
    for source in files("saas"):
        if source.module.split(".")[2:3] == [last]:
            importlib.import_module(source.module)
