"""What an offering says, as immutable values read from its version."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID


class Category(StrEnum):
    """What kind of care an offering is; pages give each a hue."""

    PHYSIOTHERAPY = "physiotherapy"
    AESTHETICS = "aesthetics"
    CONSULTATION = "consultation"


class Modality(StrEnum):
    """How patient and practitioner meet."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    VIDEO = "video"


class SegmentKind(StrEnum):
    """What part of a visit a segment is. In a processing segment the practitioner is free."""

    PREP = "prep"
    HANDS_ON = "hands_on"
    PROCESSING = "processing"
    FINISH = "finish"
    TURNAROUND = "turnaround"


class Procedure(StrEnum):
    """The coded acts that rules of scope speak of."""

    DRY_NEEDLING = "dry_needling"
    MICRONEEDLING = "microneedling"
    PRP = "prp"
    CHEMICAL_PEEL_SUPERFICIAL = "chemical_peel_superficial"
    CONSULTATION = "consultation"
    DISCOVERY_CALL = "discovery_call"


@dataclass(frozen=True)
class Segment:
    """One part of a visit: its minutes, who is needed (`roles`), and what."""

    kind: SegmentKind
    minutes: int
    name: Mapping[str, str] = field(default_factory=dict)
    roles: tuple[str, ...] = ("practitioner",)
    room: str | None = None
    devices: tuple[str, ...] = ()
    patient_present: bool = True


@dataclass(frozen=True)
class PriceRule:
    """A price as the clinic wrote it: decimal text, in the currency of the location's legal entity.

    It holds from the day *since* on (None: always did), and only where it says so: at a location, for
    a practitioner, for practitioners of a tier.
    """

    amount: str
    since: date | None = None
    location: str | None = None
    practitioner: str | None = None
    tier: str | None = None


@dataclass(frozen=True)
class DepositPolicy:
    """What is paid when booking, by exactly one of: per cent of the price, an amount, an amount an hour."""

    percent: str | None = None
    amount: str | None = None
    per_hour: str | None = None


@dataclass(frozen=True)
class CancellationPolicy:
    """Until how many hours before the start a visit is cancelled free of charge; what is due after that."""

    free_until_hours: int
    fee_percent: str | None = None
    fee: str | None = None


@dataclass(frozen=True)
class Offering:
    """One version of an offering. Texts are maps by language; minutes and days are whole numbers."""

    id: UUID
    version_id: UUID
    slug: str
    name: Mapping[str, str]
    category: Category
    procedures: tuple[str, ...]
    segments: tuple[Segment, ...]
    locations: tuple[str, ...]
    summary: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    concerns: tuple[Mapping[str, str], ...] = ()
    modality: Modality = Modality.IN_PERSON
    online: bool = True
    new_patients_only: bool = False
    grid_minutes: int = 15
    lead_minutes: int = 120
    horizon_days: int = 60
    weekly_new_patients: int | None = None
    prices: tuple[PriceRule, ...] = ()
    tax_purpose: str | None = None
    deposit: DepositPolicy | None = None
    cancellation: CancellationPolicy | None = None

    def text(self, what: str, language: str = "en") -> str:
        """Return the text *what* (name, summary, description) in *language*, or in the first there is."""
        by_language: Mapping[str, str] = getattr(self, what)
        return by_language.get(language) or next(iter(by_language.values()), "")


_PLAIN = frozenset(f.name for f in fields(Offering)) - {
    "id", "version_id", "slug", "segments", "category", "modality", "procedures", "locations", "concerns",
    "prices", "deposit", "cancellation",
}  # fmt: skip


def read(offering_id: UUID, version_id: UUID, slug: str, content: Mapping[str, Any]) -> Offering:
    """Return the offering that a version's JSON *content* says."""
    return Offering(
        id=offering_id, version_id=version_id, slug=slug,
        segments=tuple(_segment(part) for part in content["segments"]),
        category=Category(content["category"]), modality=Modality(content.get("modality", "in_person")),
        procedures=tuple(content["procedures"]), locations=tuple(content["locations"]),
        concerns=tuple(content.get("concerns", ())),
        prices=tuple(_price_rule(rule) for rule in content.get("prices", ())),
        deposit=read_deposit(content.get("deposit")), cancellation=read_cancellation(content.get("cancellation")),
        **{name: content[name] for name in _PLAIN if name in content},
    )  # fmt: skip


def _segment(part: Mapping[str, Any]) -> Segment:
    return Segment(
        kind=SegmentKind(part["kind"]), minutes=part["minutes"], name=part.get("name", {}),
        roles=tuple(part.get("roles", ("practitioner",))), room=part.get("room"),
        devices=tuple(part.get("devices", ())), patient_present=part.get("patient_present", True),
    )  # fmt: skip


def read_deposit(content: Mapping[str, Any] | None) -> DepositPolicy | None:
    """Return the deposit policy that JSON *content* says."""
    return DepositPolicy(**content) if content else None


def read_cancellation(content: Mapping[str, Any] | None) -> CancellationPolicy | None:
    """Return the cancellation policy that JSON *content* says."""
    return CancellationPolicy(**content) if content else None


def _price_rule(rule: Mapping[str, Any]) -> PriceRule:
    since = rule.get("since")
    return PriceRule(**{**rule, "since": date.fromisoformat(since) if since else None})
