"""How PostgreSQL runs a verb's statements, as `saas_app` and over many tenants' rows.

`seed` fills a database; `of` runs a verb and explains every statement that it sent.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event

from saas.db import session
from tests.db import kit
from tests.ground import url_of

SEED = Path(__file__).with_suffix(".sql")


@dataclass(frozen=True)
class Plan:
    """One statement's plan: its nodes as (type, relation, index), and the blocks it touched."""

    statement: str
    nodes: tuple[tuple[str, str, str], ...]
    buffers: int

    def scanned(self) -> list[str]:
        """Return the tables that were read from one end to the other."""
        return [table for kind, table, _index in self.nodes if kind == "Seq Scan"]

    def indexes(self) -> set[str]:
        """Return the indexes that were used."""
        return {index for _kind, _table, index in self.nodes if index}


def seed(database: str) -> None:
    """Fill *database* with the rows of many tenants, and let PostgreSQL count them."""
    kit.rows(kit.superuser_url(database), SEED.read_text())
    kit.rows(url_of("saas_owner", database), "ANALYZE")


def of(verb: Callable[[], Any]) -> list[Plan]:
    """Run *verb* in the current session and explain what it sent; the session is rolled back."""
    current, sent = session.current(), list[tuple[str, Any]]()

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        sent.append((statement, parameters))

    event.listen(session.engine(), "before_cursor_execute", note)
    try:
        verb()
        current.flush()
    finally:
        event.remove(session.engine(), "before_cursor_execute", note)
    found = [explain(statement, parameters) for statement, parameters in sent]
    current.rollback()
    return found


def explain(statement: str, parameters: Any) -> Plan:
    """Run *statement* as `saas_app` in the current session and return how that went."""
    prefix = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "
    told = session.current().connection().exec_driver_sql(prefix + statement, parameters).scalar_one()
    root = told[0]["Plan"]
    nodes = tuple((n["Node Type"], n.get("Relation Name", ""), n.get("Index Name", "")) for n in _walk(root))
    return Plan(statement, nodes, root["Shared Hit Blocks"] + root["Shared Read Blocks"])


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", []):
        yield from _walk(child)
