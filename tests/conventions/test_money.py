"""Money is whole minor units: nothing that rounds silently stands near `_minor`."""

import ast
from collections.abc import Iterator

import pytest
from sqlalchemy import BigInteger, Column, Integer, MetaData, Numeric, Table

from saas.db.base import Base
from tests.conventions.source import Source, expect_none, import_all, offences, planted


def floats_near_minor(source: Source) -> Iterator[str]:
    """Yield statements that speak of minor units and of a float, `float` or true division at once.

    Divide with `//`, `divmod` or `Fraction`; show with `Decimal.scaleb`.
    """
    if "minor" not in source.text:
        return
    for statement in (node for node in source.nodes if isinstance(node, ast.stmt)):
        parts = list(own_parts(statement))
        if any(map(speaks_of_minor, parts)) and any(map(is_inexact, parts)):
            yield source.at(statement, "a float or `/` near minor units")


def own_parts(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield the nodes of a statement without those of statements inside it."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)]


def speaks_of_minor(node: ast.AST) -> bool:
    """Whether a node names minor units."""
    names = [getattr(node, field, None) for field in ("id", "attr", "arg", "name")]
    return any(isinstance(name, str) and (name == "minor" or name.endswith("_minor")) for name in names)


def is_inexact(node: ast.AST) -> bool:
    """Whether a node is a float, names float, or divides into one."""
    return (
        (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
        or isinstance(node, ast.Div)
    )


def inexact_columns(metadata: MetaData) -> list[str]:
    """Return the columns of minor units that are not whole."""
    columns = [column for table in metadata.tables.values() for column in table.columns]
    return [str(c) for c in columns if c.name.endswith("_minor") and not isinstance(c.type, Integer)]


def test_no_float_stands_near_minor_units() -> None:
    expect_none(offences(floats_near_minor))


@pytest.mark.parametrize(
    "text",
    [
        "total = price_minor / 2",
        "total = price.minor * 1.08",
        "def discount(amount_minor: int, share: float) -> int:\n    return 0",
        "class Row:\n    price_minor: Mapped[float]",
        "if paid_minor > 0.5:\n    pass",
        "charge(amount_minor=float(text))",
    ],
)
def test_a_planted_float_is_found(text: str) -> None:
    assert len(list(floats_near_minor(planted(text)))) == 1


def test_whole_arithmetic_passes() -> None:
    text = "def f(price_minor: int):\n    hours = 1.5\n    return divmod(price_minor, 3), price_minor // 2"
    assert not list(floats_near_minor(planted(text)))


def test_columns_of_minor_units_are_whole() -> None:
    import_all("models")
    expect_none(inexact_columns(Base.metadata))


def test_a_planted_column_is_found() -> None:
    metadata = MetaData()
    Table("bills", metadata, Column("due_minor", Numeric(11, 2)), Column("paid_minor", BigInteger))
    assert inexact_columns(metadata) == ["bills.due_minor"]
