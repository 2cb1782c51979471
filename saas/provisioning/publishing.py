"""The configuration's JSON Schema, by which editors complete and check: one for each kind of file.

Generated from the schema that reads the files. What only reading can tell (references, overlaps, currencies)
is not in it; a value that may be written plain in YAML, as a number or a yes, is allowed to be.
"""

import json
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from saas.provisioning.schema import FILES, FOLDERS

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _AsWritten(GenerateJsonSchema):
    """What a YAML file may hold: text that looks like a number is one to an editor."""

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        """Allow numbers where text is meant: `rate: 8.6`, `serial: 007`."""
        said = super().str_schema(schema)
        return {**said, "type": ["string", "number"]}

    def time_schema(self, schema: core_schema.TimeSchema) -> JsonSchemaValue:
        """Allow times as people write them: `9:30`, which YAML 1.1 reads as a number."""
        return {"type": ["string", "integer"], "examples": ["09:30"]}

    def date_schema(self, schema: core_schema.DateSchema) -> JsonSchemaValue:
        """Days as `2026-12-25`."""
        return {"type": "string", "format": "date"}

    def bool_schema(self, schema: core_schema.BoolSchema) -> JsonSchemaValue:
        """Allow `yes` and `no`, which YAML 1.2 reads as text."""
        return {"enum": [True, False, "yes", "no"]}


def name_of(file: str) -> str:
    """Return the name of the schema by which *file* is read: `people.json`."""
    return f"{PurePosixPath(file.partition('/')[0]).stem}.json"


def schemas() -> dict[str, dict[str, Any]]:
    """Return each schema by its name."""
    models: dict[str, type[BaseModel]] = {**FILES, **FOLDERS}
    return {name_of(name): _schema(model) for name, model in models.items()}


def texts() -> dict[str, str]:
    """Return each schema's text by its name."""
    return {name: json.dumps(said, indent=1, ensure_ascii=False) + "\n" for name, said in schemas().items()}


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    said = model.model_json_schema(by_alias=True, schema_generator=_AsWritten, mode="validation")
    found: dict[str, Any] = _lists_have_items({"$schema": DIALECT, **said})
    return found


def _lists_have_items(said: Any) -> Any:
    """Count a list's items, where a bound that follows a check was taken for a text's."""
    if isinstance(said, list):
        return [_lists_have_items(one) for one in said]
    if not isinstance(said, dict):
        return said
    names = {"minLength": "minItems", "maxLength": "maxItems"} if said.get("type") == "array" else {}
    return {names.get(key, key): _lists_have_items(value) for key, value in said.items()}
