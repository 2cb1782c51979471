"""Whether the laws are tested over everything: no key of the schema is one that is never drawn."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, get_args

from hypothesis import HealthCheck, Phase, given, settings
from pydantic import BaseModel

from saas.provisioning.schema import FILES, FOLDERS
from tests.provisioning import generated

Key = tuple[str, str]
# What a slug was before is what the law about new slugs draws.
DRAWN_BY_A_LAW = "was"


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the schemas that a key's values are read by."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for one in get_args(annotation) for model in models_in(one)]


def keys_of(model: type[BaseModel]) -> Iterator[Key]:
    for name, field in model.model_fields.items():
        if name != DRAWN_BY_A_LAW:
            yield model.__name__, field.alias or name
        for inner in models_in(field.annotation):
            yield from keys_of(inner)


def keys_in(model: type[BaseModel], data: Any) -> Iterator[Key]:
    """Return the keys that *data* has, whatever it is nested in."""
    if isinstance(data, list):
        for item in data:
            yield from keys_in(model, item)
    elif isinstance(data, Mapping):
        for name, field in model.model_fields.items():
            key = field.alias or name
            if key in data:
                yield model.__name__, key
                for inner in models_in(field.annotation):
                    yield from keys_in(inner, data[key])


def model_of(file: str) -> type[BaseModel]:
    found: type[BaseModel] = FILES.get(file) or FOLDERS[str(PurePosixPath(file).parent)]
    return found


def test_every_key_of_every_schema_is_drawn() -> None:
    wanted = {key for model in (*FILES.values(), *FOLDERS.values()) for key in keys_of(model)}
    seen: set[Key] = set()

    @settings(max_examples=15, derandomize=True, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(files=generated.lavish())
    def draw(files: generated.Files) -> None:
        for file, said in files.items():
            seen.update(keys_in(model_of(file), said))

    draw()
    assert wanted - seen == set()
