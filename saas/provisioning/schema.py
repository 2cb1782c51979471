"""The schema of a tenant's configuration: `clinic.yaml`, and the whole of it.

Values are immutable, keys that are not known are errors, and every text for the public is a map by
language. What spans several files (references, overlapping hours) is checked by `crosschecks`.
"""

from typing import Annotated, Any, get_args, get_origin

from pydantic import Field, PrivateAttr

from saas.provisioning.documents import Document
from saas.provisioning.problems import Loc, Problem
from saas.provisioning.schema_catalogue import Offering
from saas.provisioning.schema_places import Phone
from saas.provisioning.schema_policies import Policies
from saas.provisioning.schema_practice import Location, Person
from saas.provisioning.schema_prices import Taxes
from saas.provisioning.schema_scope import Attestations
from saas.provisioning.schema_types import (
    Accent,
    BySlug,
    Currency,
    Distinct,
    Email,
    Language,
    Name,
    Named,
    Record,
    Slug,
    TextByLanguage,
)


class LegalEntity(Named):
    """The company that employs, bills and keeps books, in one currency (ISO 4217)."""

    name: Name
    currency: Currency


class Clinic(Record):
    """The tenant itself; the first language is the one its texts fall back to."""

    slug: Slug
    name: Name
    tagline: TextByLanguage
    languages: Annotated[Distinct[Language], Field(min_length=1)]
    accent: Accent
    phone: Phone
    email: Email
    legal_entities: Annotated[BySlug[LegalEntity], Field(min_length=1)]
    disclaimer: TextByLanguage
    booking_terms: TextByLanguage = Field(default_factory=dict)


class Configuration(Record):
    """A tenant's whole configuration; locations, people and offerings stand in the order of their slugs."""

    clinic: Clinic
    locations: tuple[Location, ...]
    people: tuple[Person, ...]
    offerings: tuple[Offering, ...] = ()
    taxes: Taxes = Taxes()
    attestations: Attestations = Attestations()
    policies: Policies = Policies()

    _documents: dict[str, Document] = PrivateAttr(default_factory=dict)

    def written_in(self, documents: dict[str, Document]) -> "Configuration":
        """Remember the documents that say this, so that what is found out later has a line."""
        self._documents = documents
        return self

    def problem(self, file: str, loc: Loc, message: str, expected: str = "", nearest: str = "") -> Problem:
        """Make a problem of the value at *loc* of *file*, where a thing of a list goes by its slug."""
        document = self._documents.get(file) or Document(file, {})
        at = document.mark(document.numbered(loc))
        return document.problem(loc, message, expected, nearest, at=at)


def _of_folders() -> dict[str, type[Record]]:
    fields = Configuration.model_fields.items()
    return {name: get_args(one.annotation)[0] for name, one in fields if get_origin(one.annotation) is tuple}


# What each file is read by: those of the folders by the folder's name, the others by their own.
FOLDERS = _of_folders()
FILES: dict[str, Any] = {
    f"{name}.yaml": one.annotation for name, one in Configuration.model_fields.items() if name not in FOLDERS
}
