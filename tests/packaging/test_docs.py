"""The documents keep up with the code: every key an owner may write, every variable an operator may set."""

import re
from collections.abc import Iterator
from types import UnionType
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from saas import cli
from saas.provisioning import schema
from tests.conventions.test_tracked import denied
from tests.packaging.tree import ROOT, read

LARGEST_PICTURE = 150_000
HIGH_PORT = re.compile(r"localhost:[0-9]{5}", re.IGNORECASE)  # one somebody happened to run on


def records(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield every model that stands somewhere in *annotation*, and those within it."""
    if (
        isinstance(annotation, type)
        and not isinstance(annotation, UnionType)
        and issubclass(annotation, BaseModel)
    ):
        yield annotation
        for field in annotation.model_fields.values():
            yield from records(field.annotation)
    for argument in get_args(annotation):
        yield from records(argument)


def models() -> list[type[BaseModel]]:
    found = dict.fromkeys(records(schema.Configuration))
    return [model for model in found if model not in (schema.Configuration,)]


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_owners_find_every_key(model: type[BaseModel]) -> None:
    known = set(re.findall(r"`([a-z_]+)`", read("docs/owners.md")))
    days = {"tuesday", "wednesday", "thursday", "friday", "saturday"}  # `monday` to `sunday`
    keys = {field.alias or name for name, field in model.model_fields.items()}
    assert keys - days <= known


def test_operators_find_every_variable() -> None:
    used = {
        name
        for path in (ROOT / "saas").rglob("*.py")
        for name in re.findall(r"SAAS_[A-Z_]+[A-Z]", path.read_text())
    }
    told = set(re.findall(r"`(SAAS_[A-Z_]+)`", read("docs/operators.md")))
    assert used == told


@pytest.mark.parametrize("command", sorted(cli.commands.commands))
def test_operators_find_every_command(command: str) -> None:
    assert re.search(rf"\bsaas {command}\b", read("docs/operators.md"))


def test_the_plan_lists_every_room() -> None:
    rooms = {path.parent.name for path in (ROOT / "saas").glob("*/__init__.py")}
    table = re.findall(r"^\| ([a-z, ]+) \|.*\|$", read("ARCHITECTURE.md"), re.MULTILINE)
    assert rooms <= {room for row in table for room in row.split(", ")}


def test_every_picture_is_shown_and_light() -> None:
    texts = "".join(path.read_text() for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
    for path in (ROOT / "docs" / "pictures").iterdir():
        assert f"pictures/{path.name})" in texts
        assert path.read_bytes().startswith(b"\x89PNG")
        assert path.stat().st_size < LARGEST_PICTURE


@pytest.mark.parametrize(
    "path", sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]), ids=lambda path: path.name
)
def test_links_lead_somewhere(path: Any) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)\)", path.read_text()):
        assert "://" in target or (path.parent / target).exists(), target
    text = path.read_text()
    assert not denied(path.name, text)
    assert not HIGH_PORT.search(text)


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
