"""The one form of a configuration: for each file the plain data that stands in it. Pure.

Keys in the schema's order, what is usual left out, sets sorted, hours by the days they share. Files, tables
and what was applied earlier are all brought into this form, and compared, recorded and exported in it.
The order and the grouping are the schema's own (`Unordered`, `BySlug`, validators), so that whatever is
typed is in order already.
"""

import json
from collections.abc import Mapping
from datetime import date, time
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel, ValidationError

from saas.provisioning import folders
from saas.provisioning.crosschecks import Sources
from saas.provisioning.documents import Document, Mark
from saas.provisioning.problems import Loc
from saas.provisioning.schema import FILES, FOLDERS, Configuration

Data = dict[str, Any]
Form = dict[str, Data]


def form(configuration: Configuration) -> Form:
    """Return *configuration* as the data of its files; a file that would say nothing is left out."""
    found: Form = {}
    for file in FILES:
        part = getattr(configuration, PurePosixPath(file).stem)
        found[file] = dumped(part)
    for folder in FOLDERS:
        for thing in getattr(configuration, folder):
            found[f"{folder}/{thing.slug}.yaml"] = dumped(thing)
    return without_empty(found)


def dumped(model: BaseModel) -> Data:
    """Return one file's data, or a part of it."""
    data: Data = model.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return data


def of(file: str, raw: Mapping[str, Any]) -> Data:
    """Return the data *raw* of *file* in canonical form.

    Where a rule that came later refuses it, it is returned as it is: what stands is never unreadable.
    """
    try:
        return dumped(model_of(file).model_validate(raw))
    except ValidationError:
        plain: Data = json.loads(json.dumps(raw, default=_plain))
        return plain


def model_of(file: str) -> Any:
    """Return the schema by which *file* is read."""
    return FILES.get(file) or FOLDERS[file.partition("/")[0]]


def without_empty(files: Mapping[str, Data]) -> Form:
    """Return *files* without those that say nothing."""
    return {file: data for file, data in files.items() if data}


def sources(files: Mapping[str, Data]) -> Sources:
    """Return *files* as documents, for the checks."""
    documents = {file: document(file, data) for file, data in files.items()}
    return sources_of(documents, tuple(files))


def sources_of(parsed: Mapping[str, Document], files: tuple[str, ...]) -> Sources:
    """Return documents by where they stand; *files* exist, whether they could be read or not."""
    found: dict[str, Any] = {PurePosixPath(file).stem: parsed.get(file) for file in FILES}
    found |= {
        folder: tuple(one for name, one in parsed.items() if name.startswith(f"{folder}/"))
        for folder in folders.FOLDERS
    }
    return Sources(files=files, **found)


def document(file: str, data: Data) -> Document:
    """Return *data* as a document whose marks count the items of its lists."""
    numbered: dict[Loc, Mark] = {
        (key, number): (number + 1, 1)
        for key, value in data.items() if isinstance(value, list)
        for number in range(len(value))
    }  # fmt: skip
    return Document(file, data, values=numbered)


def _plain(value: Any) -> str:
    return (
        f"{value:%H:%M}"
        if isinstance(value, time)
        else value.isoformat()
        if isinstance(value, date)
        else str(value)
    )
