"""News is told and heard: no kind of event is only a name, and no job is unknown to the worker."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from saas.cli import serving
from saas.jobs import queue
from saas.jobs.queue import Task
from saas.journal import book
from saas.journal.kinds import ARCHIVAL, EventKind
from tests.conventions.source import Source, expect_none, files, import_all, offences, planted

NAME = re.compile(r"[a-z]+\.[a-z][a-z_]*")
# The queue's own: no room, and a plain task of Procrastinate's, because it is not for a tenant.
THE_QUEUES = {"saas/jobs/queue.py": {"jobs.retry_stalled"}}
KINDS = "saas/journal/kinds.py"


def told(source: Source) -> Iterator[str]:
    """Yield the names of the kinds that a file tells."""
    for call in source.calls():
        if source.full_name(call.func).rpartition(".")[2] == "tell" and call.args:
            for node in ast.walk(call.args[0]):
                if isinstance(node, ast.Attribute) and source.full_name(node.value).endswith("EventKind"):
                    yield node.attr


def untold(kinds: Iterable[str], sources: Iterable[Source]) -> set[str]:
    """Return the kinds that nobody tells."""
    return set(kinds) - {kind for source in sources for kind in told(source)}


def unheard(
    kinds: Iterable[EventKind], archival: Iterable[EventKind], hearers: Callable[[EventKind], Iterable[Task]]
) -> list[str]:
    """Return kinds that are neither heard nor archival, or are both."""
    return [kind for kind in kinds if bool(list(hearers(kind))) == (kind in set(archival))]


def untested(tasks: Iterable[Task], texts: Iterable[str]) -> list[str]:
    """Return jobs that no test names: by name, or as `jobs.verb` of an imported module of jobs."""
    everything = "\n".join(texts)
    return [task.name for task in tasks if not re.search(_mention(task.name), everything)]


def _mention(name: str) -> str:
    verb = name.rpartition(".")[2]
    return rf"\"{re.escape(name)}\"|jobs\.{verb}\b"


def spelled_out(source: Source) -> bool:
    """Whether ARCHIVAL lists its kinds one by one, so that a new one is never archival unseen."""
    for node in source.tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "ARCHIVAL":
            listed = node.value.args[0] if isinstance(node.value, ast.Call) and node.value.args else None
            return isinstance(listed, ast.Set)
    return False


def misnamed(source: Source) -> Iterator[str]:
    """Yield jobs that are not declared in their room's jobs, or not named `room.verb`."""
    for call in source.calls():
        kind = source.full_name(call.func).removeprefix("saas.jobs.")
        if kind not in ("queue.task", "queue.every"):
            continue
        name = ast.literal_eval(call.args[-1])
        if not NAME.fullmatch(name) or name.split(".")[0] != source.room:
            yield source.at(call, f"{name}: a job is named room.verb, for its own room")
        if source.module.split(".")[2] != "jobs":
            yield source.at(call, f"{name}: a job is declared in the room's jobs")


def declared(sources: Iterable[Source]) -> set[str]:
    """Return the names of the jobs that files declare."""
    found: set[str] = set()
    for source in sources:
        found |= THE_QUEUES.get(source.path, set())
        for call in source.calls():
            if source.full_name(call.func).endswith(("queue.task", "queue.every")):
                found.add(ast.literal_eval(call.args[-1]))
    return found


def unknown_to_worker(sources: Iterable[Source], loaded: Iterable[str]) -> set[str]:
    """Return the modules of jobs that the worker does not import."""
    return {s.module for s in sources if s.module.split(".")[2:] == ["jobs"]} - set(loaded)


def test_every_kind_is_told() -> None:
    expect_none(untold(EventKind.__members__, files("saas")))


def test_a_planted_untold_kind_is_found() -> None:
    text = "from saas.journal.kinds import EventKind\nbook.tell(EventKind.USER_ADDED, 1, actor)"
    assert untold(["USER_ADDED", "USER_CHANGED"], [planted(text)]) == {"USER_CHANGED"}
    assert untold(["USER_ADDED"], [planted("print(EventKind.USER_ADDED)")]) == {"USER_ADDED"}


def test_every_kind_is_heard_or_archival() -> None:
    import_all("jobs")
    expect_none(unheard(EventKind, ARCHIVAL, book.subscribers))
    assert spelled_out(next(source for source in files("saas") if source.path == KINDS))


def test_planted_kinds_that_nobody_hears_are_found() -> None:
    one, other, *_ = EventKind
    deaf: Mapping[EventKind, list[Task]] = {one: [Task("desk.look", lambda: None)]}
    assert unheard([one, other], [], lambda kind: deaf.get(kind, [])) == [other]
    assert unheard([one, other], [one, other], lambda kind: deaf.get(kind, [])) == [one]
    assert not spelled_out(planted("ARCHIVAL = frozenset(EventKind)"))
    assert spelled_out(planted("ARCHIVAL = frozenset({EventKind.USER_ADDED})"))


def test_every_hearer_is_tested() -> None:
    import_all("jobs")
    texts = [source.text for source in files("tests") if "/conventions/" not in source.path]
    expect_none(untested([task for kind in EventKind for task in book.subscribers(kind)], texts))


def test_a_planted_untested_hearer_is_found() -> None:
    job = Task("desk.look", lambda: None)
    assert untested([job], ["jobs.looking(1)"]) == ["desk.look"]
    assert untested([job], ["jobs.look(event_id=1)"]) == untested([job], ['run("desk.look")']) == []


def test_every_job_is_named_for_its_room_and_verb() -> None:
    expect_none(offences(misnamed))


def test_planted_misnamed_jobs_are_found() -> None:
    text = "from saas.jobs import queue\n@queue.task({})\ndef f(): ..."
    path = "saas/desk/jobs.py"
    assert not list(misnamed(planted(text.format("'desk.look'"), path)))
    assert len(list(misnamed(planted(text.format("'desk.look'"), "saas/desk/looking.py")))) == 1
    assert len(list(misnamed(planted(text.format("'portal.look'"), path)))) == 1
    assert len(list(misnamed(planted(text.format("'look'"), path)))) == 1


def test_the_worker_knows_every_job() -> None:
    expect_none(unknown_to_worker(files("saas"), [module.__name__ for module in serving.JOB_MODULES]))
    ours = {name for name in queue.registered() if "procrastinate" not in name}
    assert ours == declared(files("saas"))


def test_a_planted_module_of_jobs_is_missed() -> None:
    assert unknown_to_worker([planted("", "saas/desk/jobs.py")], ["saas.journal.jobs"]) == {"saas.desk.jobs"}
    text = "from saas.jobs import queue\n@queue.every('* * * * *', 'desk.look')\ndef look(): ..."
    assert declared([planted(text, "saas/desk/jobs.py")]) == {"desk.look"}
