"""A table belongs to its room: only there are its rows made, and only there written by statement."""

import ast
import functools
from collections.abc import Iterator

import pytest

from saas.db.base import Base
from tests.conventions.source import Source, expect_none, import_all, offences, planted

WRITING = frozenset(
    {f"sqlalchemy.{verb}" for verb in ("insert", "update", "delete")}
    | {"sqlalchemy.dialects.postgresql.insert"}
)


@functools.cache
def models() -> dict[str, str]:
    """Return the room of every mapped class, by the class's full name."""
    import_all("models")
    classes = [mapper.class_ for mapper in Base.registry.mappers]
    return {f"{c.__module__}.{c.__qualname__}": c.__module__.split(".")[1] for c in classes}


def foreign_rows(source: Source) -> Iterator[str]:
    """Yield calls that make, or write by statement, rows of another room's table."""
    for call in source.calls():
        name = source.full_name(call.func)
        target = call.args[0] if name in WRITING and call.args else call.func
        owner = models().get(source.full_name(target))
        if owner and owner != source.room:
            yield source.at(call, f"{ast.unparse(call)[:60]}: rows of {owner} are made by {owner}")


def hidden_models(source: Source) -> Iterator[str]:
    """Yield mapped classes outside a room's models, which nobody would look for."""
    if source.module.split(".")[2:3] == ["models"]:
        return
    for node in source.nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == "__tablename__":
            yield source.at(node, "a table is declared in the room's models")


def test_rows_are_made_in_their_own_room() -> None:
    expect_none(offences(foreign_rows))


@pytest.mark.parametrize(
    "text",
    [
        "from saas.identity.models import User\nUser(email='x')",
        "from saas.identity import models\nmodels.User()",
        "from saas.identity.models import User as U\nfrom sqlalchemy import insert\ninsert(U).values()",
    ],
)
def test_a_planted_row_is_found_outside_its_room_alone(text: str) -> None:
    assert len(list(foreign_rows(planted(text, "saas/desk/planted.py")))) == 1
    assert not list(foreign_rows(planted(text, "saas/identity/planted.py")))


def test_tables_are_declared_in_models() -> None:
    expect_none(offences(hidden_models))


def test_a_planted_table_is_found_outside_models() -> None:
    text = "class Row(Tenanted):\n    __tablename__ = 'rows'"
    assert len(list(hidden_models(planted(text)))) == 1
    assert not list(hidden_models(planted(text, "saas/desk/models.py")))
