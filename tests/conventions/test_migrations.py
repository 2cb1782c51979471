"""Migrations stand in one line, say what they do, and can be taken back."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from tests.conventions.source import Source, expect_none, files, planted

NAME = re.compile(r"\d{4}_[a-z]+(_[a-z0-9]+)+")


def faults(source: Source) -> Iterator[str]:
    """Yield what a migration lacks."""
    stem = PurePath(source.path).stem
    values = constants(source)
    if not NAME.fullmatch(stem) or values.get("revision") != stem[:4]:
        yield source.at(source.tree, "is named NNNN_verb_noun, and its revision is NNNN")
    if not ast.get_docstring(source.tree):
        yield source.at(source.tree, "says in a sentence what it does")
    for verb in ("upgrade", "downgrade"):
        bodies = [n.body for n in source.tree.body if isinstance(n, ast.FunctionDef) and n.name == verb]
        if not any(does_something(body) for body in bodies):
            yield source.at(source.tree, f"has no {verb}")


def constants(source: Source) -> dict[str, object]:
    """Return the values that the file assigns at its top."""
    assigned = [
        n for n in source.tree.body if isinstance(n, ast.Assign) and isinstance(n.value, ast.Constant)
    ]
    return {ast.unparse(node.targets[0]): node.value.value for node in assigned}


def does_something(body: list[ast.stmt]) -> bool:
    """Whether a function's body does more than to pass, refuse or describe itself."""
    idle = (ast.Pass, ast.Raise)
    return any(
        not isinstance(node, idle)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in body
    )


def gaps(sources: Iterable[Source]) -> list[str]:
    """Return the migrations that do not follow the one before them."""
    before, found = None, []
    for source in sources:
        values = constants(source)
        if values.get("down_revision") != before:
            found.append(f"{source.path} follows {values.get('down_revision')}, not {before}")
        before = values.get("revision")
    return found


def test_every_migration_can_be_taken_back() -> None:
    expect_none(fault for source in files("migrations/versions") for fault in faults(source))


def test_migrations_follow_one_another() -> None:
    expect_none(gaps(files("migrations/versions")))


def migration(number: str, before: str | None, down: str = "op.drop_table('pets')") -> Source:
    """Return a planted migration."""
    text = f'"""Create pets."""\nrevision = "{number}"\ndown_revision = {before!r}\n'
    text += f"def upgrade(): op.create_table('pets')\ndef downgrade(): {down}"
    return planted(text, f"migrations/versions/{number}_create_pets.py")


def test_planted_faults_are_found() -> None:
    assert not list(faults(migration("0001", None)))
    for idle in ("pass", "raise NotImplementedError", "'''Nothing.'''", "..."):
        assert len(list(faults(migration("0001", None, idle)))) == 1
    assert len(list(faults(planted("revision = '7'", "migrations/versions/pets.py")))) == 4


def test_a_planted_fork_is_found() -> None:
    assert not gaps([migration("0001", None), migration("0002", "0001")])
    assert len(gaps([migration("0001", None), migration("0002", "0001"), migration("0003", "0001")])) == 1
