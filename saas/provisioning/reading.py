"""From a folder of YAML to one typed configuration, or to every problem it has, at once.

The order of files and of keys never matters, nothing is applied, and a broken file hides no fault of
another. Each file is measured before anything is built from it (`bounds`).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from saas.provisioning import (
    add_on_checks,
    composition_checks,
    crosschecks,
    documents,
    explaining,
    folders,
    hours_checks,
    offering_checks,
    price_checks,
)
from saas.provisioning.crosschecks import Sources
from saas.provisioning.documents import Document
from saas.provisioning.problems import ConfigurationInvalid, Problem
from saas.provisioning.schema import Clinic, Configuration
from saas.provisioning.schema_catalogue import Offering
from saas.provisioning.schema_practice import Location, Person
from saas.provisioning.schema_prices import Taxes

Model = TypeVar("Model", bound=BaseModel)


def read_folder(folder: Path) -> Configuration:
    """Read a tenant's folder: `clinic.yaml`, `taxes.yaml`, and what is in its folders, a file each.

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
    if folders.CLINIC not in files:
        problems = [*problems, Problem(folders.CLINIC, 0, 0, "", "the file is missing")]
    sources = _sources(parsed, files)
    clinics, clinic_problems = _validated(Clinic, (sources.clinic,) if sources.clinic else ())
    locations, location_problems = _validated(Location, sources.locations)
    people, people_problems = _validated(Person, sources.people)
    offerings, offering_problems = _validated(Offering, sources.offerings)
    taxes, tax_problems = _validated(Taxes, (sources.taxes,) if sources.taxes else ())
    problems = [*problems, *clinic_problems, *location_problems, *people_problems, *offering_problems]
    problems += [*tax_problems, *between(sources)]
    if problems:
        raise ConfigurationInvalid(problems)
    return Configuration(
        clinic=clinics[0], locations=locations, people=people, offerings=offerings,
        taxes=taxes[0] if taxes else Taxes(),
    )  # fmt: skip


def between(sources: Sources) -> Iterator[Problem]:
    """Yield what must hold between the documents of a configuration and does not."""
    for checks in (
        crosschecks,
        hours_checks,
        offering_checks,
        price_checks,
        add_on_checks,
        composition_checks,
    ):
        yield from checks.check(sources)


def _sources(parsed: Mapping[str, Document], files: tuple[str, ...]) -> Sources:
    locations, people, offerings = (
        tuple(document for name, document in parsed.items() if name.startswith(f"{folder}/"))
        for folder in folders.FOLDERS
    )
    return Sources(parsed.get(folders.CLINIC), locations, people, offerings, files, parsed.get(folders.TAXES))


def _validated(model: type[Model], sources: tuple[Document, ...]) -> tuple[tuple[Model, ...], list[Problem]]:
    values: list[Model] = []
    problems: list[Problem] = []
    for document in sources:
        value, found = explaining.validate(model, document)
        problems += found
        if value is not None:
            values.append(value)
    return tuple(values), problems
