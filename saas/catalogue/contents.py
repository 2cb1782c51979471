"""What an offering says, as immutable values read from its version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from saas.catalogue import audience, examining, texts
from saas.catalogue.audience import Course, Interval, Patients
from saas.catalogue.examining import AddedKind, Exam, PriorExam
from saas.catalogue.texts import Texts


class Category(StrEnum):
    """What kind of care an offering is; pages give each a hue."""

    PHYSIOTHERAPY = "physiotherapy"
    AESTHETICS = "aesthetics"
    CONSULTATION = "consultation"


class OfferingKind(StrEnum):
    """A visit is booked by itself; an add-on only together with one that names it."""

    VISIT = "visit"
    ADD_ON = "add_on"


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
    PRP_DRAW = "prp_draw"
    PRP_PROCESS = "prp_process"
    PRP_ADMINISTER = "prp_administer"
    CHEMICAL_PEEL_SUPERFICIAL = "chemical_peel_superficial"
    CONSULTATION = "consultation"
    DISCOVERY_CALL = "discovery_call"


class JoinMode(StrEnum):
    """Where an add-on goes: between the segments of a visit, beside one, or within one that is processing."""

    SERIAL = "serial"
    PARALLEL = "parallel"
    INSIDE = "inside"


PRACTITIONER = "practitioner"


def usual_roles(kind: SegmentKind) -> tuple[str, ...]:
    """Return who is needed where a segment of *kind* does not say: the practitioner, but while processing."""
    return () if kind is SegmentKind.PROCESSING else (PRACTITIONER,)


@dataclass(frozen=True)
class Segment:
    """One part of a visit: its minutes, who is needed (`roles`), and what.

    Whoever fills one of its roles must be allowed its `procedures`, at the depth planned (`depth_mm`), where on the
    body (`sites`), and `by`, if said, has the professions they may be of; patients consent to `off_label` uses. A
    `parallel` one begins together with the one before it.
    """

    kind: SegmentKind | AddedKind
    minutes: int
    name: Mapping[str, str] = field(default_factory=dict)
    roles: tuple[str, ...] = (PRACTITIONER,)
    room: str | None = None
    devices: tuple[str, ...] = ()
    patient_present: bool = True
    procedures: tuple[str, ...] = ()
    parallel: bool = False
    depth_mm: Decimal | None = None
    by: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    off_label: tuple[str, ...] = ()


@dataclass(frozen=True)
class AddOn:
    """How offering *offering* joins a visit, and what it does not go with.

    Serial: `before` the segment of that kind (None: before the finish). Parallel and inside: `beside` the
    segment of that kind, together with which it begins. `rest_before` sets apart what follows the add-on's
    own last processing segment: it comes before the visit's segment of that kind.
    """

    offering: str
    mode: JoinMode = JoinMode.SERIAL
    before: SegmentKind | None = None
    beside: SegmentKind | None = None
    rest_before: SegmentKind | None = None
    excludes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PriceRule:
    """A price as the clinic wrote it: decimal text, in the currency of the location's legal entity.

    It holds from the day *since* on (None: always did), and only where it says so: for a variant, at a
    location, for a practitioner, for practitioners of a tier.
    """

    amount: str
    since: date | None = None
    location: str | None = None
    practitioner: str | None = None
    tier: str | None = None
    variant: str | None = None


@dataclass(frozen=True)
class Variant:
    """One of several ways to book an offering, such as a body area.

    `minutes` are by part: the part's number from 1, or the kind of which there is one. What it does not
    name is the offering's own. `depth_mm` is how deep needles go as planned, in millimetres, and `sites` where.
    """

    slug: str
    name: Mapping[str, str]
    minutes: Mapping[str, int] = field(default_factory=dict)
    depth_mm: Decimal | None = None
    sites: tuple[str, ...] = ()


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
    """One version of an offering. Texts are maps by language; minutes and days are whole numbers.

    `variant` is the one that was chosen of `variants` (`varying`). `depth_mm` is how deep needles go as
    planned, in millimetres; None where depth plays no part. `exam` is what was put first (`exam_inside`). `sites` are
    where on the body, and `off_label` are the clauses, by use, for what no label of a device has.
    """

    id: UUID
    version_id: UUID
    slug: str
    name: Mapping[str, str]
    category: Category
    procedures: tuple[str, ...]
    segments: tuple[Segment, ...]
    locations: tuple[str, ...]
    kind: OfferingKind = OfferingKind.VISIT
    add_ons: tuple[AddOn, ...] = ()
    max_add_ons: int = 1
    min_add_ons: int = 0
    summary: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    concerns: tuple[Mapping[str, str], ...] = ()
    texts: Texts = field(default_factory=Texts)
    modality: Modality = Modality.IN_PERSON
    online: bool = True
    patients: Patients = field(default_factory=Patients)
    intervals: tuple[Interval, ...] = ()
    course: Course | None = None
    grid_minutes: int = 15
    lead_minutes: int = 120
    horizon_days: int = 60
    weekly_new_patients: int | None = None
    prices: tuple[PriceRule, ...] = ()
    tax_purpose: str | None = None
    deposit: DepositPolicy | None = None
    cancellation: CancellationPolicy | None = None
    variants: tuple[Variant, ...] = ()
    variant: Variant | None = None
    depth_mm: Decimal | None = None
    sites: tuple[str, ...] = ()
    off_label: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    prior_exam: PriorExam | None = None
    exam_minutes: int | None = None
    exam: Exam | None = None

    def text(self, what: str, language: str = "en") -> str:
        """Return the text *what* (name, summary, description) in *language*, or in the first there is."""
        by_language: Mapping[str, str] = getattr(self, what)
        return by_language.get(language) or next(iter(by_language.values()), "")


_PLAIN = frozenset(f.name for f in fields(Offering)) - {
    "id", "version_id", "slug", "segments", "category", "modality", "procedures", "locations", "concerns",
    "prices", "deposit", "cancellation", "kind", "add_ons", "variants", "variant", "depth_mm",
    "patients", "intervals", "course", "prior_exam", "texts", "exam", "sites", "off_label",
}  # fmt: skip


def read(offering_id: UUID, version_id: UUID, slug: str, content: Mapping[str, Any]) -> Offering:
    """Return the offering that a version's JSON *content* says."""
    planned = _planned(content)
    return Offering(
        id=offering_id, version_id=version_id, slug=slug,
        kind=OfferingKind(content.get("kind", "visit")),
        segments=tuple(_segment(part, content["procedures"], planned) for part in content["segments"]),
        add_ons=_both_ways(tuple(_add_on(join) for join in content.get("add_ons", ()))),
        category=Category(content["category"]), modality=Modality(content.get("modality", "in_person")),
        procedures=tuple(content["procedures"]), locations=tuple(content["locations"]),
        concerns=tuple(content.get("concerns", ())), texts=texts.read(content.get("texts")),
        prices=tuple(_price_rule(rule) for rule in content.get("prices", ())),
        deposit=read_deposit(content.get("deposit")), cancellation=read_cancellation(content.get("cancellation")),
        variants=tuple(_variant(one) for one in content.get("variants", ())),
        depth_mm=planned.depth_mm, sites=planned.sites,
        off_label={one["use"]: one["clause"] for one in content.get("off_label", ())},
        patients=audience.read_patients(content.get("patients")),
        intervals=audience.read_intervals(content.get("intervals")),
        course=Course(**content["course"]) if content.get("course") else None,
        prior_exam=examining.read(content.get("prior_exam")),
        **{name: content[name] for name in _PLAIN if name in content},
    )  # fmt: skip


class _Planned(NamedTuple):
    """How deep, where on the body, and for which off-label uses there are clauses."""

    depth_mm: Decimal | None
    sites: tuple[str, ...]
    off_label: tuple[str, ...]


def _planned(content: Mapping[str, Any]) -> _Planned:
    uses = tuple(one["use"] for one in content.get("off_label", ()))
    return _Planned(_decimal(content.get("depth_mm")), tuple(content.get("sites", ())), uses)


def _segment(part: Mapping[str, Any], procedures: Sequence[str], planned: _Planned) -> Segment:
    kind, own = SegmentKind(part["kind"]), part.get("procedures")
    return Segment(
        kind=kind, minutes=part["minutes"], name=part.get("name", {}),
        roles=tuple(part.get("roles", usual_roles(kind))), room=part.get("room"),
        devices=tuple(part.get("devices", ())), patient_present=part.get("patient_present", True),
        procedures=tuple(procedures if own is None else own), parallel=part.get("parallel", False),
        **planned._asdict(),
    )  # fmt: skip


def _add_on(join: Mapping[str, Any]) -> AddOn:
    before, beside, rest = (join.get(key) for key in ("before", "beside", "rest_before"))
    return AddOn(
        join["offering"], JoinMode(join.get("mode", "serial")), SegmentKind(before) if before else None,
        SegmentKind(beside) if beside else None, SegmentKind(rest) if rest else None,
        tuple(join.get("excludes", ())),
    )  # fmt: skip


def _variant(one: Mapping[str, Any]) -> Variant:
    depth, sites = _decimal(one.get("depth_mm")), tuple(one.get("sites", ()))
    return Variant(one["slug"], one["name"], dict(one.get("minutes", {})), depth, sites)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _both_ways(add_ons: tuple[AddOn, ...]) -> tuple[AddOn, ...]:
    """Return *add_ons* with exclusions mutual: whoever does not go with another is not gone with by it."""
    return tuple(
        replace(one, excludes=tuple(dict.fromkeys(
            (*one.excludes, *(other.offering for other in add_ons if one.offering in other.excludes))
        )))
        for one in add_ons
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
