"""What dies comes back, whatever killed it."""

import os
import signal

import psycopg

from tests.demo.running import Demo, descendants, eventually, parents


def another(demo: Demo, verb: str, than: int) -> bool:
    found = demo.child(verb)
    return found is not None and found != than


def test_a_killed_web_server_comes_back(shared_demo: Demo) -> None:
    master = eventually(lambda: shared_demo.child("serve"))
    orphans = descendants(master)
    os.kill(master, signal.SIGKILL)
    eventually(lambda: not orphans & parents().keys())
    eventually(lambda: another(shared_demo, "serve", master) and shared_demo.healthy())


def test_a_killed_worker_comes_back_and_works(shared_demo: Demo) -> None:
    known = eventually(lambda: workers(shared_demo))
    worker = eventually(lambda: killed(shared_demo.child("worker")))
    eventually(lambda: another(shared_demo, "worker", worker) and workers(shared_demo) - known)


def test_a_killed_database_comes_back(shared_demo: Demo) -> None:
    server = shared_demo.server()
    postmaster = eventually(server.pid)
    os.kill(postmaster, signal.SIGKILL)
    eventually(lambda: server.pid() not in (None, postmaster) and shared_demo.healthy())
    assert "Elm Acupuncture" in shared_demo.browser("elm.localhost").get("/").text


def killed(pid: int | None) -> int | None:
    """Kill a process; None where it is just being replaced by another, as after the database came back."""
    try:
        if pid:
            os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return None
    return pid


def workers(demo: Demo) -> set[int]:
    """Return the workers that have announced themselves in the job tables."""
    with psycopg.connect(demo.server().urls().app) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM procrastinate_workers")}
