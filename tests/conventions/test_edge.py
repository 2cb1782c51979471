"""One request, one transaction, one commit; and one clock."""

import ast
from collections.abc import Iterator

import pytest

from tests.conventions.source import Source, expect_none, files, offences, planted

ENDING = {"commit", "begin"}
ALLOWED_TO_COMMIT = {
    ("saas/db/session.py", "commit"),  # the edge of a request or a job
    ("saas/web/throttle.py", "begin"),  # a refused or failed request counts all the same
}

OUTSIDE = frozenset({"saas.db.session.outside", "session.outside"})
WALL_CLOCK = frozenset(
    {"datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"}
    | {f"time.{name}" for name in ("time", "time_ns", "localtime", "gmtime", "ctime", "strftime")}
)
THE_CLOCK = "saas/kernel/clock.py"


def commits(source: Source) -> Iterator[str]:
    """Yield calls that end a transaction, or open one that ends by itself."""
    for call in source.calls():
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if name in ENDING and (source.path, name) not in ALLOWED_TO_COMMIT and not _is_verb(source, call):
            yield source.at(call, f"{name}() belongs to the edge, saas/db/session.py")


def _is_verb(source: Source, call: ast.Call) -> bool:
    """Whether a room's own verb is called, which may have the same name: `pay.begin(…)`."""
    name = source.full_name(call.func)
    return name.startswith("saas.") and not name.startswith("saas.db.")


def clocks(source: Source) -> Iterator[str]:
    """Yield whatever reads the wall clock, called or handed on."""
    for node in source.nodes:
        if source.path == THE_CLOCK or not isinstance(node, ast.Attribute | ast.Name):
            continue
        name = source.full_name(node)
        if name in WALL_CLOCK:
            yield source.at(node, f"{name} reads the clock; take an instant, or ask saas.kernel.clock")


def outsides(source: Source) -> Iterator[str]:
    """Yield the uses of the one exception to one commit, where they do not stand in payments."""
    for node in source.nodes:
        if source.room == "payments" or not isinstance(node, ast.Attribute | ast.Name):
            continue
        if source.full_name(node) in OUTSIDE:
            yield source.at(node, "session.outside() is for payments' call to Stripe alone")


def test_only_the_edge_commits() -> None:
    expect_none(offences(commits))


@pytest.mark.parametrize(
    "text",
    ["def f(s): s.commit()", "session.current().commit()", "with engine.begin() as c: pass"],
)
def test_a_planted_commit_is_found(text: str) -> None:
    assert len(list(commits(planted(text)))) == 1


def test_neither_a_savepoint_nor_a_verb_is_a_commit() -> None:
    assert not list(commits(planted("with current.begin_nested(): pass")))
    assert not list(commits(planted("from saas.booking import pay\npay.begin(row)")))
    assert list(commits(planted("from saas.db import session\nsession.commit()")))


def test_only_payments_commits_halfway() -> None:
    expect_none(offences(outsides))
    assert len([use for source in files("saas/payments") for use in outsides(planted(source.text))]) > 5


@pytest.mark.parametrize(
    "text",
    [
        "from saas.db import session\nwith session.outside(): pass",
        "from saas.db import session as s\nwith s.outside(): pass",
        "from saas.db.session import outside\nwith outside(): pass",
        "import saas.db.session\nuse(saas.db.session.outside)",
    ],
)
def test_a_planted_commit_halfway_is_found(text: str) -> None:
    assert len(list(outsides(planted(text, "saas/booking/planted.py")))) == 1
    assert not list(outsides(planted(text, "saas/payments/planted.py")))


def test_only_the_clock_reads_the_clock() -> None:
    expect_none(offences(clocks))


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import UTC, datetime\ndatetime.now(UTC)",
        "import datetime\ndatetime.datetime.utcnow()",
        "import datetime as dt\ndt.date.today()",
        "from datetime import datetime as d\nfield(default_factory=d.now)",
        "import time\ntime.time()",
        "from time import time_ns as t\nt()",
    ],
)
def test_a_planted_clock_is_found(text: str) -> None:
    assert len(list(clocks(planted(text)))) == 1


def test_a_stopwatch_is_no_clock() -> None:
    text = "import time\nfrom sqlalchemy import func\nfrom saas.kernel import clock\n"
    assert not list(clocks(planted(text + "time.monotonic(), clock.now(), func.now(), place.today(now)")))
