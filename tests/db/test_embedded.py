"""The embedded server: starts in spite of what it finds, refuses what it must, changes nothing else."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest

from saas.db import embedded, programs
from saas.db.embedded import DataDirectoryUnusable, Server
from tests.db import kit

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has another user for PostgreSQL")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that anybody may pass, as a data directory outside private homes."""
    path = Path(tempfile.mkdtemp(prefix="needlepoint-embedded-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def start() -> Iterator[object]:
    """Start the server of a data directory; it is stopped and gone at the end."""
    started: list[Server] = []

    def begin(data_dir: Path) -> Server:
        server = embedded.at(data_dir, embedded.THROW_AWAY)
        started.append(server)
        server.start()
        return server

    yield begin
    for server in started:
        server.stop()
        shutil.rmtree(server.home, ignore_errors=True)
        shutil.rmtree(server.run, ignore_errors=True)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that runs, for tests that leave it running."""
    data_dir = Path(tempfile.mkdtemp(prefix="needlepoint-embedded-"))
    data_dir.chmod(0o755)
    server = embedded.at(data_dir, embedded.THROW_AWAY)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(data_dir)


def _answer(server: Server) -> int:
    return kit.rows(server.url("postgres", "postgres"), "SELECT 1")[0][0]


def _modes(*paths: Path) -> dict[Path, int]:
    return {p: stat.S_IMODE(p.stat().st_mode) for path in paths for p in (path, *path.parents)}


def test_a_server_that_was_killed_starts_again_with_its_data(server: Server) -> None:
    url = server.url("postgres", "postgres")
    kit.rows(url, "SET synchronous_commit = local; CREATE TABLE IF NOT EXISTS kept (id int)")
    os.kill(server.pid(), signal.SIGKILL)
    kit.eventually(lambda: server.pid() is None)
    server.start()
    assert kit.rows(url, "SELECT count(*) FROM kept") == [(0,)]


def test_starting_twice_and_stopping_twice_is_as_once(server: Server) -> None:
    server.start()
    before = server.pid()
    server.start()
    assert server.pid() == before
    server.stop()
    server.stop()
    assert server.pid() is None
    server.start()
    assert _answer(server) == 1


START = """import sys; from pathlib import Path; from saas.db import embedded
embedded.at(Path(sys.argv[1]), embedded.THROW_AWAY).start()"""


def test_processes_that_start_at_once_start_one_server(folder: Path, start) -> None:
    command = [sys.executable, "-W", "ignore", "-c", START, str(folder)]
    both = [subprocess.Popen(command) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert _answer(start(folder)) == 1


def _leave_note(server: Server, number: int) -> None:
    """Leave the postmaster's note behind as a crash does, under another process's number."""
    note = server.data / "postmaster.pid"
    lines = note.read_text().splitlines()
    os.kill(server.pid(), signal.SIGKILL)
    kit.eventually(lambda: server.pid() is None)
    note.write_text("\n".join([str(number), *lines[1:], ""]))


def test_a_note_of_a_process_that_is_gone_is_no_obstacle(server: Server) -> None:
    server.start()
    gone = subprocess.Popen(["true"])
    gone.wait()
    _leave_note(server, gone.pid)
    server.start()
    assert _answer(server) == 1


def test_a_number_that_went_to_another_process_is_no_obstacle(server: Server) -> None:
    """As in a container that started again: PostgreSQL's own check would take it for the server."""
    server.start()
    with subprocess.Popen(["sleep", "60"], cwd="/", **programs.as_os_user()) as other:
        _leave_note(server, other.pid)
        server.start()
        assert _answer(server) == 1
        assert other.poll() is None
        other.kill()


def test_another_versions_data_are_refused_and_left_alone(folder: Path, start) -> None:
    version = embedded.at(folder).data / "PG_VERSION"
    version.parent.mkdir(parents=True)
    version.write_text("17\n")
    with pytest.raises(DataDirectoryUnusable, match="was written by PostgreSQL 17, this is 18"):
        start(folder)
    assert [path.name for path in version.parent.iterdir()] == ["PG_VERSION"]
    assert not (version.parent.parent / "passwords.json").exists()


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of 24 MB."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m,mode=755", "tmpfs", str(folder)], check=False
    )
    if mounted.returncode:
        pytest.skip("no right to mount a small disk here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@as_root
def test_a_full_disk_is_said_before_anything_is_written(small_disk: Path, start) -> None:
    with pytest.raises(DataDirectoryUnusable, match=r"only \d+ MB free .* at least 256 MB"):
        start(small_disk)
    assert list(small_disk.iterdir()) == []


@as_root
def test_a_disk_that_fills_up_while_data_are_made_leaves_none(
    small_disk: Path, start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "LEAST_FREE_BYTES", 0)
    with pytest.raises(DataDirectoryUnusable, match=r"(?s)initdb failed: .*No space left"):
        start(small_disk)
    assert {path.name for path in embedded.at(small_disk).home.iterdir()} <= {"lock", "passwords.json"}
    subprocess.run(["mount", "-o", "remount,size=500m", str(small_disk)], check=True)
    assert _answer(start(small_disk)) == 1


@as_root
def test_as_root_no_other_folders_mode_is_changed(folder: Path, start) -> None:
    outer = folder / "outer"
    outer.mkdir(mode=0o711)
    before = _modes(outer, Path(embedded.program("postgres")))
    server = start(outer)
    assert _modes(outer, Path(embedded.program("postgres"))) == before
    assert server.home.is_relative_to(outer)


@as_root
def test_roots_private_home_stays_private(folder: Path, start) -> None:
    private = folder / "private"
    private.mkdir(mode=0o700)
    data_dir = private / "data"
    server = start(data_dir)
    assert _answer(server) == 1
    assert not server.home.is_relative_to(private)
    assert embedded.at(data_dir).home == server.home
    assert _modes(private)[private] == 0o700
    assert not data_dir.exists()


@as_root
def test_roots_umask_locks_nobody_out(folder: Path, start) -> None:
    before = os.umask(0o077)
    try:
        server = start(folder / "new" / "deep")
    finally:
        os.umask(before)
    assert _answer(server) == 1
    assert embedded.at(folder / "new" / "deep").home == server.home


def test_a_path_too_long_for_a_socket_has_its_socket_elsewhere(folder: Path, start) -> None:
    server = start(folder / ("a" * 60) / ("b" * 60))
    assert not server.run.is_relative_to(folder)
    assert _answer(server) == 1


@pytest.mark.parametrize("trap", ["link", "folder"])
def test_a_trap_in_the_sockets_place_is_refused(trap: str, folder: Path, start) -> None:
    """Anybody may write in /tmp, and the name there can be foreseen."""
    data_dir, victim = folder / ("a" * 60) / ("b" * 60), folder / "victim"
    victim.mkdir(mode=0o700)
    run = embedded.at(data_dir).run
    if trap == "link":
        run.symlink_to(victim)
    elif os.geteuid() == 0:
        run.mkdir()
        os.chown(run, 65534, 65534)
    else:
        pytest.skip("only root can give a folder away")
    try:
        with pytest.raises(DataDirectoryUnusable, match="belongs to someone else"):
            start(data_dir)
        assert _modes(victim)[victim] == 0o700
        assert victim.stat().st_uid == os.geteuid()
    finally:
        run.unlink() if trap == "link" else run.rmdir()


def test_passwords_are_for_the_owner_alone_and_asked_for(server: Server) -> None:
    server.start()
    assert stat.S_IMODE((server.home / "passwords.json").stat().st_mode) == 0o600
    assert not (server.home / "initial-password").exists()
    without = f"postgresql://postgres@/postgres?host={server.run}"
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(without)


def test_no_port_is_opened(server: Server) -> None:
    server.start()
    assert kit.rows(server.url("postgres", "postgres"), "SHOW listen_addresses") == [("",)]


def test_a_file_in_the_place_of_a_folder_is_said_so(folder: Path, start) -> None:
    (folder / "postgres").write_text("")
    with pytest.raises(DataDirectoryUnusable, match="cannot be used"):
        start(folder)


def test_what_is_written_privately_is_whole_or_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret"
    embedded.write_private(path, "first")
    monkeypatch.setattr(os, "fsync", partial(_fail, OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        embedded.write_private(path, "second")
    assert path.read_text() == "first"


def _fail(error: Exception, *_: object) -> None:
    raise error
