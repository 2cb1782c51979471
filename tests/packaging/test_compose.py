"""The containers: their description is well-formed, and their commands work on a PostgreSQL given by URL.

No container engine is needed; none has run these files here.
"""

import contextlib
import http.client
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import yaml

from saas.kernel import ids
from tests.conftest import _drop as drop
from tests.demo import running
from tests.ground import PASSWORD, url_of
from tests.packaging.tree import ROOT, read

Service = dict[str, Any]


@pytest.fixture(scope="module")
def services() -> dict[str, Service]:
    found: dict[str, Service] = yaml.safe_load(read("docker-compose.yml"))["services"]
    return found


def test_the_form_is_the_compose_specifications() -> None:
    command = ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    ended = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout


def test_every_secret_is_demanded_and_listed_in_the_example() -> None:
    used = set(re.findall(r"\$\{(\w+)(:[?-][^}]*)?\}", read("docker-compose.yml")))
    listed = set(re.findall(r"^(\w+)=", read("docker.env.example"), re.MULTILINE))
    secrets = {name for name, _ in used if name.endswith(("PASSWORD", "KEY"))}
    assert {name for name, how in used if name in secrets and not how.startswith(":?")} == set()
    assert secrets <= listed <= {name for name, _ in used}


def test_the_database_keeps_its_data_where_version_18_does(services: dict[str, Service]) -> None:
    database = services["database"]
    assert database["image"] == "postgres:18"
    assert database["volumes"] == ["database:/var/lib/postgresql"]


def test_each_waits_for_what_it_needs(services: dict[str, Service]) -> None:
    waits = {
        name: {k: v["condition"] for k, v in s.get("depends_on", {}).items()} for name, s in services.items()
    }
    assert waits == {
        "database": {}, "mail": {},
        "bootstrap": {"database": "service_healthy"},
        "migrate": {"bootstrap": "service_completed_successfully"},
        "web": {"migrate": "service_completed_successfully"},
        "worker": {"migrate": "service_completed_successfully"},
    }  # fmt: skip


def test_web_and_worker_know_the_applications_role_alone(services: dict[str, Service]) -> None:
    for name in ("web", "worker"):
        told = services[name]["environment"]
        urls = [filled(value) for value in told.values() if value.startswith("postgresql:")]
        assert [urlsplit(url).username for url in urls] == ["saas_app"]
        assert "SAAS_DEV" not in told


def test_the_image_runs_as_nobody_special_from_locked_requirements() -> None:
    steps = re.sub(r"\\\n", " ", read("Dockerfile"))
    assert re.search(r"^USER needlepoint$(?s:.*)^CMD ", steps, re.MULTILINE)
    installs = re.findall(r"pip install ([^&\n]+)", steps)
    assert installs
    assert all("--require-hashes" in options or "--no-index" in options for options in installs)
    for name in re.findall(r"^!(.+)$", read(".dockerignore"), re.MULTILINE):
        assert (ROOT / name).exists(), name


@pytest.fixture
def database() -> Iterator[str]:
    name = f"needlepoint_compose_{ids.new().hex[-12:]}"
    yield name
    drop(url_of("postgres", "postgres"), name)


def command_of(service: Service, **instead: str) -> list[str]:
    saas, *arguments = service["command"]
    assert saas == "saas"
    return [*running.SAAS, *(instead.get(argument, argument) for argument in arguments)]


def environment_of(service: Service, database: str) -> dict[str, str]:
    """Fill in the service's environment, its URLs pointing at the tests' server."""

    def value(text: str) -> str:
        if not text.startswith("postgresql:"):
            return filled(text)
        url = urlsplit(filled(text))
        assert url.hostname == "database"
        return url_of(url.username or "", {"/needlepoint": database}.get(url.path, url.path[1:]))

    return running.environment(**{name: value(text) for name, text in service["environment"].items()})


def filled(text: str) -> str:
    """Put the tests' password for each secret, and for the rest its default."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", re.sub(r"\$\{\w+:\?\}", PASSWORD, text))


def answer(port: int, path: str) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.closing(connection), contextlib.suppress(OSError):
        connection.request("GET", path)
        return connection.getresponse().status
    return None


@contextlib.contextmanager
def process(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield started
        started.terminate()
        assert started.wait(running.PATIENCE_SECONDS) == 0
    finally:
        if started.poll() is None:
            started.kill()
            started.wait()


@pytest.mark.long
def test_the_services_commands_work_in_their_order(services: dict[str, Service], database: str) -> None:
    for name, more in (("bootstrap", ["--database", database]), ("migrate", [])):
        command = [*command_of(services[name]), *more]
        environment = environment_of(services[name], database)
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
    port = running.free_port()
    web = process(
        command_of(services["web"], **{"8000": str(port)}), environment_of(services["web"], database)
    )
    work = process(command_of(services["worker"]), environment_of(services["worker"], database))
    with web, work:
        running.eventually(lambda: answer(port, "/healthz") == 200)
        assert answer(port, "/") == 404
        running.eventually(lambda: workers(database))


def workers(database: str) -> int:
    with psycopg.connect(url_of("saas_app", database)) as connection:
        row = connection.execute("SELECT count(*) FROM procrastinate_workers").fetchone()
    return int(row[0]) if row else 0
