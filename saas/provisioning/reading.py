"""From a folder of YAML to one typed configuration, or to every problem it has, at once.

The order of files and of keys never matters, nothing is applied, and a broken file hides no fault of
another. Each file is measured before anything is built from it (`bounds`).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from saas.provisioning import (
    add_on_checks,
    canonical,
    composition_checks,
    crosschecks,
    documents,
    exception_checks,
    explaining,
    folders,
    hours_checks,
    identity_checks,
    offering_checks,
    policy_checks,
    price_checks,
    scope_checks,
    variant_checks,
)
from saas.provisioning.canonical import Data
from saas.provisioning.crosschecks import Sources
from saas.provisioning.documents import Document
from saas.provisioning.problems import ConfigurationInvalid, Problem
from saas.provisioning.schema import FILES, FOLDERS, Configuration
from saas.provisioning.schema_types import by_slug


def read_folder(folder: Path) -> Configuration:
    """Read a tenant's folder: `clinic.yaml`, `taxes.yaml`, `policies.yaml`, and what is in its folders, a file each.

    Raises ConfigurationInvalid with every problem; files it cannot use are problems too.
    """
    if not folder.is_dir():
        raise ConfigurationInvalid([Problem(str(folder), 0, 0, "", "there is no such folder")])
    return _read(*folders.load(folder))


def read_files(contents: Mapping[str, bytes]) -> Configuration:
    """Read a configuration from contents in memory, by the names they would have in a folder.

    Raises ConfigurationInvalid with every problem.
    """
    known = {name: content for name, content in contents.items() if folders.is_known(name)}
    return _read(known, [folders.unknown(name) for name in contents if name not in known])


def _read(contents: Mapping[str, bytes], problems: list[Problem]) -> Configuration:
    parsed: dict[str, Document] = {}
    for name in sorted(contents):
        document, found = documents.parse(name, contents[name])
        problems = problems + found
        if document is not None:
            parsed[name] = document
    files = tuple({*contents, *(one.file for one in problems if folders.is_known(one.file))})
    return _typed(parsed, files, problems)


def read_form(form: Mapping[str, Data], *, is_sound: bool = False) -> Configuration:
    """Return a configuration that was recorded; ConfigurationInvalid where a later rule refuses it.

    What *is_sound* is only typed, and not asked how its files go together.
    """
    documents = {file: canonical.document(file, data) for file, data in form.items()}
    return _typed(documents, tuple(form), [], is_sound=is_sound)


def _typed(
    parsed: dict[str, Document], files: tuple[str, ...], problems: list[Problem], *, is_sound: bool = False
) -> Configuration:
    sources, typed = canonical.sources_of(parsed, files), {}
    if folders.CLINIC not in files:
        problems = [*problems, Problem(folders.CLINIC, 0, 0, "", "the file is missing")]
    for name, document in parsed.items():
        typed[name], found = explaining.validate(canonical.model_of(name), document)
        problems += found
    problems += () if is_sound else between(sources)
    if problems:
        raise ConfigurationInvalid(problems)
    return _whole(typed).written_in(parsed)


def _whole(typed: Mapping[str, Any]) -> Configuration:
    alone = {PurePosixPath(name).stem: typed[name] for name in FILES if name in typed}
    within = {
        folder: by_slug(tuple(one for name, one in typed.items() if name.startswith(f"{folder}/")))
        for folder in FOLDERS
    }
    return Configuration(**alone, **within)


def between(sources: Sources) -> Iterator[Problem]:
    """Yield what must hold between the documents of a configuration and does not."""
    for checks in (
        crosschecks,
        identity_checks,
        hours_checks,
        exception_checks,
        offering_checks,
        price_checks,
        policy_checks,
        add_on_checks,
        composition_checks,
        scope_checks,
        variant_checks,
    ):
        yield from checks.check(sources)
