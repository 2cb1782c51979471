"""The clinic group a request is for, as the few facts that every page and verb needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class TenantStatus(StrEnum):
    """Whether a clinic group is open; a closed one answers nobody."""

    ACTIVE = "active"
    CLOSED = "closed"


@dataclass(frozen=True)
class Tenant:
    """A clinic group as resolved from the request's host."""

    id: UUID
    slug: str
    name: str
    status: TenantStatus
    config_version: int
    profile: Mapping[str, object] = field(default_factory=dict)

    def text(self, key: str, language: str = "en") -> str:
        """Return the profile's text *key* in *language*, in any language, or nothing."""
        value = self.profile.get(key, "")
        if isinstance(value, Mapping):
            return str(value.get(language) or next(iter(value.values()), ""))
        return str(value)

    @property
    def accent(self) -> str:
        """The clinic's one colour, as #rrggbb."""
        return self.text("accent") or "#0f6f68"

    @property
    def phone(self) -> str:
        """The clinic's phone number as it prints it."""
        return self.text("phone")

    @property
    def email(self) -> str:
        """The clinic's public e-mail address."""
        return self.text("email")

    @property
    def tagline(self) -> str:
        """The clinic's line under its name, in its first language."""
        return self.text("tagline")

    @property
    def time_zone(self) -> str:
        """The IANA zone of the clinic's first location, for what belongs to no location."""
        return self.text("time_zone") or "UTC"
