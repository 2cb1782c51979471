"""`saas tenant` and `saas token`."""

import hashlib

import psycopg
import pytest

from saas.kernel import ids
from tests.cli.conftest import Saas


@pytest.fixture
def slug(saas: Saas) -> str:
    """A clinic group that the command made."""
    name = f"c{ids.new().hex}"
    assert saas("tenant", "create", name, "--name", "Larch", "--host", f"{name}.example").status == 0
    return name


def test_create_says_where_the_group_answers(saas: Saas) -> None:
    name = f"c{ids.new().hex}"
    ended = saas(
        "tenant",
        "create",
        name,
        "--name",
        "Larch",
        "--host",
        f"{name}.example",
        "--host",
        f"www.{name}.example",
    )
    assert ended.lines == [f"{name} answers on {name}.example, www.{name}.example."]


def test_create_with_an_owner_prints_a_password_once_and_last(saas: Saas) -> None:
    name = f"c{ids.new().hex}"
    options = ("--name", "Larch", "--host", f"{name}.example", "--owner", f"ada@{name}.example")
    ended = saas("tenant", "create", name, *options)
    assert ended.status == 0
    assert len(ended.lines[-1]) == 20
    assert f"ada@{name}.example logs in" in ended.lines[-2]


def test_an_owner_nobody_named_is_called_as_their_address_says(
    saas: Saas, superuser: psycopg.Connection
) -> None:
    name = f"c{ids.new().hex}"
    options = ("--name", "Larch", "--host", f"{name}.example", "--owner", f"ada.verhulst@{name}.example")
    assert saas("tenant", "create", name, *options).status == 0
    kept = superuser.execute("SELECT name FROM users WHERE email = %s", [f"ada.verhulst@{name}.example"])
    assert kept.fetchall() == [("Ada Verhulst",)]


def test_an_owner_without_an_address_creates_nothing(saas: Saas) -> None:
    name = f"c{ids.new().hex}"
    assert (
        saas("tenant", "create", name, "--name", "L", "--host", f"{name}.example", "--owner", "ada").status
        == 2
    )
    assert not any(line.startswith(name) for line in saas("tenant", "list").lines)


def test_list_shows_slug_state_host_and_name(saas: Saas, slug: str) -> None:
    assert f"{slug}\tactive\t{slug}.example\tLarch" in saas("tenant", "list").lines


@pytest.mark.parametrize("host", ["{slug}.example", "elsewhere.{slug}.example"])
def test_a_slug_or_host_is_taken_once(saas: Saas, slug: str, host: str) -> None:
    again = slug if host.startswith("elsewhere") else f"c{ids.new().hex}"
    ended = saas("tenant", "create", again, "--name", "Larch", "--host", host.format(slug=slug))
    assert ended.status == 1
    assert ended.err.startswith("saas: ")
    assert slug in ended.err
    assert saas("tenant", "list").out.count("Larch\n") == saas("tenant", "list").out.count("\tLarch")
    assert again == slug or again not in saas("tenant", "list").out


def test_a_group_needs_a_host(saas: Saas) -> None:
    ended = saas("tenant", "create", "larch", "--name", "Larch")
    assert ended.status == 2
    assert "--host" in ended.err


def test_a_token_stands_alone_on_the_last_line(saas: Saas, slug: str, superuser: psycopg.Connection) -> None:
    ended = saas("token", "create", "--tenant", slug, "--role", "front_desk", "--name", "kiosk")
    secret = ended.lines[-1]
    assert secret.startswith("np_")
    assert " " not in secret
    kept = superuser.execute(
        "SELECT name, role FROM api_tokens WHERE digest = %s", [hashlib.sha256(secret.encode()).hexdigest()]
    )
    assert kept.fetchall() == [("kiosk", "front_desk")]


def test_a_token_needs_a_group_that_is_there(saas: Saas) -> None:
    ended = saas("token", "create", "--tenant", "nowhere", "--role", "owner", "--name", "x")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("saas: There is no active clinic group nowhere here.")


def test_a_token_needs_a_role_that_is_known(saas: Saas, slug: str) -> None:
    ended = saas("token", "create", "--tenant", slug, "--role", "emperor", "--name", "x")
    assert ended.status == 2
    assert "front_desk" in ended.err
