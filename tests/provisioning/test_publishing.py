"""The published JSON Schema is the one that files are read by, and the demo's files keep to it."""

import functools
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from saas.kernel import resources
from saas.provisioning import publishing

TENANTS = resources.path("tenants")
FILES = sorted(path for path in TENANTS.rglob("*.yaml"))


class _As12(yaml.SafeLoader):
    """YAML as editors read it: days stay text."""


_As12.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not tag.endswith(("timestamp", ":int", ":float"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_As12.add_implicit_resolver(
    "tag:yaml.org,2002:int", __import__("re").compile(r"[-+]?[0-9]+$"), list("-+0123456789")
)


def test_what_is_published_is_current() -> None:
    there = {path.name: path.read_text() for path in (TENANTS / "schema").glob("*.json")}
    assert there == publishing.texts()  # else: saas config schema tenants/schema


@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(path.parts[-3:]))
def test_a_file_of_the_demo_names_its_schema_and_keeps_to_it(path: Path) -> None:
    text = path.read_text()
    named = text.partition("\n")[0].removeprefix("# yaml-language-server: $schema=")
    schema = path.parent / named
    assert schema.resolve() == TENANTS / "schema" / publishing.name_of(
        path.relative_to(TENANTS).as_posix().partition("/")[2]
    )
    assert faults(schema.name, yaml.load(text, _As12)) == []


def test_what_the_schema_does_not_know_is_found() -> None:
    person = yaml.safe_load((TENANTS / "elm" / "people" / "gideon-markowitz.yaml").read_text())
    assert faults("people.json", {**person, "tittles": "PT", "roles": []}) != []
    assert len(faults("people.json", {**person, "roles": ["ownr"], "max_concurrent_patients": 0})) == 2


schemas = functools.cache(publishing.schemas)


def faults(name: str, data: Any) -> list[str]:
    checker = jsonschema.Draft202012Validator(schemas()[name])
    return [error.message for error in checker.iter_errors(data)]
