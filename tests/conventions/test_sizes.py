"""Small things: caps on functions, files, views, templates and tests; and no file named for nothing.

Complexity, parameters and docstrings are ruff's, in `test_tools.py`.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

import pytest

from tests.conventions.source import ROOT, Source, expect_none, files, planted

FUNCTION, VIEW, PARAMETERS = 40, 25, 6
FILE, TEMPLATE = 350, 200
OURS = ("saas", "tests", "bench", "migrations")
# A migration lists what it makes, however much that is.
WITHOUT_FUNCTION_CAP = "migrations/versions/"
NAMED_FOR_NOTHING = {
    "service",
    "services",
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "managers",
    "misc",
}


def large_functions(source: Source) -> Iterator[str]:
    """Yield functions, views and tests that are too long or take too much."""
    if source.path.startswith(WITHOUT_FUNCTION_CAP):
        return
    for node in source.functions():
        cap, lines = VIEW if is_view(node) else FUNCTION, (node.end_lineno or 0) - node.lineno + 1
        if lines > cap:
            yield source.at(node, f"{node.name} has {lines} lines, {cap} is the cap")
        if len(taken(node)) > PARAMETERS and not source.path.startswith("tests/"):
            yield source.at(node, f"{node.name} takes {len(taken(node))} parameters, {PARAMETERS} is the cap")


def is_view(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function carries a route or an access mark."""
    marks = ("permit", "public", "without_tenant")
    names = [ast.unparse(decorator).split("(")[0] for decorator in node.decorator_list]
    return any(name.startswith("blueprint.") or name.rpartition(".")[2] in marks for name in names)


def taken(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """Return the names of the parameters a caller gives."""
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return [argument.arg for argument in given if argument.arg not in ("self", "cls")]


def large_files(lengths: Iterable[tuple[str, int]], cap: int) -> list[str]:
    """Return the files that are longer than *cap*."""
    return [f"{path} has {lines} lines, {cap} is the cap" for path, lines in lengths if lines > cap]


def lengths(folder: str, *endings: str) -> Iterator[tuple[str, int]]:
    """Yield path and number of lines of the files of one kind."""
    for path in sorted((ROOT / folder).rglob("*")):
        if path.suffix in endings and path.is_file():
            yield str(path.relative_to(ROOT)), len(path.read_text().splitlines())


def named_for_nothing(paths: Iterable[str | Path]) -> list[str]:
    """Return the files whose name says nothing of what is in them."""
    return [str(path) for path in paths if PurePath(path).stem in NAMED_FOR_NOTHING]


def test_functions_are_short() -> None:
    expect_none(offence for source in files(*OURS) for offence in large_functions(source))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("def f():\n" + "    a = 1\n" * 40, "f has 41 lines"),
        ("class C:\n    async def f(self):\n" + "        a = 1\n" * 40, "f has 41 lines"),
        ("@blueprint.get('/')\n@public\ndef f():\n" + "    a = 1\n" * 25, "f has 26 lines"),
        ("def f(a, b, c, d, *, e, f, g): ...", "f takes 7 parameters"),
        *(
            (f"{outer}\n  def f(a, b, c, d, e, f, g): ...", "f takes 7 parameters")
            for outer in (
                "if a: ...\nelse:",
                "try: ...\nexcept A:",
                "try: ...\nfinally:",
                "match a:\n case 1:",
                "with a:",
            )
        ),
    ],
)
def test_a_planted_large_function_is_found(text: str, fault: str) -> None:
    (found,) = large_functions(planted(text))
    assert fault in found


def test_what_is_within_the_caps_passes() -> None:
    text = "@blueprint.get('/')\n@public\ndef v():\n" + "    a = 1\n" * 24
    text += "def f(self, a, b, c, d, e, *rest, f, **more):\n" + "    a = 1\n" * 39
    assert not list(large_functions(planted(text)))


def test_files_and_templates_are_short() -> None:
    code = [
        length for folder in (*OURS, "assets") for length in lengths(folder, ".py", ".css", ".js", ".mjs")
    ]
    expect_none(large_files(code, FILE))
    expect_none(large_files(lengths("templates", ".html", ".txt"), TEMPLATE))


def test_planted_long_files_are_found() -> None:
    assert large_files([("short.py", 350), ("long.py", 351)], FILE) == [
        "long.py has 351 lines, 350 is the cap"
    ]
    assert dict(lengths("templates", ".html"))["templates/layouts/base.html"] > 1


def test_every_file_is_named_for_what_it_does() -> None:
    expect_none(named_for_nothing(source.path for source in files(*OURS)))


def test_a_planted_empty_name_is_found() -> None:
    assert named_for_nothing(["saas/desk/utils.py", "saas/desk/day.py"]) == ["saas/desk/utils.py"]
