"""The schema of a tenant's configuration: `clinic.yaml`, and the whole of it.

Values are immutable, keys that are not known are errors, and every text for the public is a map by
language. What spans several files (references, overlapping hours) is checked by `crosschecks`.
"""

from typing import Annotated

from pydantic import Field

from saas.provisioning.schema_catalogue import Offering
from saas.provisioning.schema_places import Phone
from saas.provisioning.schema_practice import Location, Person
from saas.provisioning.schema_prices import Taxes
from saas.provisioning.schema_types import (
    Accent,
    Currency,
    Distinct,
    Email,
    Language,
    Name,
    Record,
    Slug,
    TextByLanguage,
)


class LegalEntity(Record):
    """The company that employs, bills and keeps books, in one currency (ISO 4217)."""

    slug: Slug
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
    legal_entities: Annotated[tuple[LegalEntity, ...], Field(min_length=1)]
    disclaimer: TextByLanguage
    booking_terms: TextByLanguage = Field(default_factory=dict)


class Configuration(Record):
    """A tenant's whole configuration; locations, people and offerings stand in the order of their slugs."""

    clinic: Clinic
    locations: tuple[Location, ...]
    people: tuple[Person, ...]
    offerings: tuple[Offering, ...] = ()
    taxes: Taxes = Taxes()
