"""A plan, and the versions there were, as lines for a terminal."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from saas.kernel.errors import DomainError
from saas.provisioning.applying import PlanMoved, PlanUnsafe
from saas.provisioning.comparing import Change, What
from saas.provisioning.planning import Plan
from saas.provisioning.recording import Entry, Kind

SIGNS = {What.CREATE: "+", What.UPDATE: "~", What.RENAME: ">", What.REVIVE: "^", What.ARCHIVE: "-"}
DONE = {
    What.CREATE: "created", What.UPDATE: "updated", What.RENAME: "renamed", What.REVIVE: "revived",
    What.ARCHIVE: "archived",
}  # fmt: skip


class Refused(DomainError):
    """A refusal with each of its reasons on a line of its own."""


def lines(plan: Plan) -> Iterator[str]:
    """Yield a plan's lines: drift, changes, impact, and what it comes to."""
    if plan.drift:
        yield "Changed on pages since files were applied last:"
        for drift in plan.drift:
            yield from _change(drift.change, f" ({drift.by})" if drift.by else "")
        yield ""
    if plan.is_empty:
        yield "No changes."
        return
    for change in plan.changes:
        yield from _change(change)
    yield from _impact(plan)
    counted = Counter(one.what for one in plan.changes)
    yield "Plan: " + ", ".join(f"{counted[what]} {DONE[what]}" for what in What if counted[what]) + "."
    if plan.unsafe:
        yield "It breaks promises: applying it takes --allow-unsafe REASON."


def entry(entry: Entry) -> str:
    """Return one version as a line: number, when, whence, by whom, how much, why."""
    record = entry.record
    whence = f"rollback to {record.back_to}" if record.kind is Kind.ROLLBACK else record.kind.value
    files = "1 file" if entry.files == 1 else f"{entry.files} files"
    said = [
        str(record.version),
        f"{entry.recorded_at:%Y-%m-%d %H:%M %Z}",
        whence,
        entry.by or "system",
        files,
    ]
    return "\t".join([*said, record.reason] if record.reason else said)


@contextmanager
def reasons_said() -> Iterator[None]:
    """Say each reason why a plan was not applied."""
    try:
        yield
    except (PlanMoved, PlanUnsafe) as error:
        raise Refused("\n".join([str(error), *(f"  {reason}" for reason in error.reasons)])) from error


def _change(change: Change, by: str = "") -> Iterator[str]:
    was = f" (was {change.was})" if change.was else ""
    yield f"  {SIGNS[change.what]} {change}{was}{by}"
    for field in change.fields:
        yield f"      {field}"


def _impact(plan: Plan) -> Iterator[str]:
    if plan.impacts:
        yield "What it means:"
    for impact in plan.impacts:
        yield f"  {'!' if impact.is_unsafe else ' '} {impact.room}: {impact.reason}"
