"""The schema of what the clinic offers: `offerings/<slug>.yaml`. Minutes and days are whole numbers."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    Field,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)

from saas.catalogue import contents
from saas.catalogue.audience import Seen
from saas.catalogue.contents import Category, JoinMode, Modality, OfferingKind, Procedure, SegmentKind
from saas.catalogue.examining import EXAMINER
from saas.practice.bodies import Use as LabelUse
from saas.practice.professions import Profession
from saas.provisioning.problems import quoted
from saas.provisioning.schema_practice import BodySite, DeviceKind, RoomKind
from saas.provisioning.schema_prices import MOST_RULES, Cancellation, Deposit, Price
from saas.provisioning.schema_types import (
    Distinct,
    Name,
    Named,
    Prose,
    Record,
    Slug,
    TextByLanguage,
    Unordered,
    code_of,
    refusal,
)
from saas.scheduling.masks import GRANULE_MINUTES

Minutes = Annotated[int, Field(ge=1, le=480)]
Age = Annotated[int, Field(ge=0, le=120)]
Procedures = Distinct[Annotated[Procedure, code_of(Procedure)]]
KindOfSegment = Annotated[SegmentKind, code_of(SegmentKind)]
MOST_ADD_ONS, MOST_VARIANTS, MOST_INTERVALS = 12, 20, 20
MOST_USES, MOST_REFERENCES = 30, 30
DEEPEST_MM = 150

_MILLIMETRES = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")


def _millimetres(text: str) -> str:
    if not _MILLIMETRES.fullmatch(text) or not 0 < Decimal(text) <= DEEPEST_MM:
        expected = f"millimetres, more than 0 and at most {DEEPEST_MM}, such as '0.5'"
        raise refusal(f"{quoted(text)} is not a depth", expected)
    return format(Decimal(text).normalize(), "f")


def _by_key(minutes: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(minutes.items()))


Millimetres = Annotated[str, AfterValidator(_millimetres)]


class Segment(Record):
    """One part of a visit, and who and what it needs."""

    kind: KindOfSegment
    name: TextByLanguage = Field(default_factory=dict)
    minutes: Minutes
    roles: Annotated[Distinct[Name] | None, Field(validate_default=True)] = None
    procedures: Procedures | None = None
    room: Annotated[RoomKind, code_of(RoomKind)] | None = None
    devices: Distinct[Annotated[DeviceKind, code_of(DeviceKind)]] = ()
    patient_present: bool = True
    parallel: bool = False

    @field_validator("roles")
    @classmethod
    def _usual(cls, roles: tuple[str, ...] | None, info: ValidationInfo) -> tuple[str, ...]:
        kind = info.data.get("kind", SegmentKind.HANDS_ON)
        if kind is SegmentKind.PROCESSING and contents.PRACTITIONER in (roles or ()):
            expected = "other roles or none, or another kind"
            raise refusal("the practitioner is free while something is processing", expected)
        if EXAMINER in (roles or ()):
            raise refusal(f"'{EXAMINER}' is whoever makes an examination that comes first", "another word")
        return contents.usual_roles(kind) if roles is None else roles

    @model_serializer(mode="wrap")
    def _without_usual(
        self, handler: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, Any]:
        data: dict[str, Any] = handler(self)
        if info.exclude_defaults and self.roles == contents.usual_roles(self.kind):
            data.pop("roles", None)
        return data


class AddOn(Record):
    """An add-on that a visit may have, where it goes, and which others it does not go with."""

    offering: Slug
    mode: Annotated[JoinMode, code_of(JoinMode)]
    beside: Annotated[KindOfSegment | None, Field(alias="with")] = None
    before: KindOfSegment | None = None
    rest_before: KindOfSegment | None = None
    excludes: Distinct[Slug] = ()

    @field_validator("beside")
    @classmethod
    def _beside_something(cls, beside: SegmentKind | None, info: ValidationInfo) -> SegmentKind | None:
        if beside is not None and info.data.get("mode") is JoinMode.SERIAL:
            raise refusal("a serial add-on goes with no segment", "'before', or another mode")
        return beside

    @field_validator("before")
    @classmethod
    def _before_something(cls, before: SegmentKind | None, info: ValidationInfo) -> SegmentKind | None:
        if before is not None and info.data.get("mode") in (JoinMode.PARALLEL, JoinMode.INSIDE):
            raise refusal("only a serial add-on comes before a segment", "'with', or mode 'serial'")
        return before


class Variant(Record):
    """One of several ways to book the offering, such as a body area, with its own minutes and depth."""

    slug: Slug
    name: TextByLanguage
    minutes: Annotated[Mapping[str, Minutes], AfterValidator(_by_key)] = Field(default_factory=dict)
    depth_mm: Millimetres | None = None
    sites: Unordered[BodySite] = ()


class Patients(Record):
    """Whom the offering is for: new or returning patients, and from and up to which age."""

    only: Annotated[Seen | None, code_of(Seen)] = None
    min_age: Age | None = None
    max_age: Age | None = None

    @field_validator("max_age")
    @classmethod
    def _in_order(cls, most: int | None, info: ValidationInfo) -> int | None:
        least = info.data.get("min_age")
        if most is not None and least is not None and most < least:
            raise refusal(f"{most} is less than the min_age, {least}", f"{least} or more")
        return most


class Course(Record):
    """How many sessions are usual, and how many weeks lie between them."""

    min_sessions: Annotated[int, Field(ge=1, le=100)]
    max_sessions: Annotated[int, Field(ge=1, le=100)]
    min_weeks: Annotated[int, Field(ge=1, le=104)] | None = None
    max_weeks: Annotated[int, Field(ge=1, le=104)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Course":
        if self.max_sessions < self.min_sessions:
            raise refusal("max_sessions is less than min_sessions", f"{self.min_sessions} or more")
        if (self.min_weeks is None) is not (self.max_weeks is None):
            raise refusal("says only one of min_weeks and max_weeks", "both, or neither")
        if self.min_weeks and self.max_weeks and self.max_weeks < self.min_weeks:
            raise refusal("max_weeks is less than min_weeks", f"{self.min_weeks} or more")
        return self


class PriorExam(Record):
    """That patients are examined before, by whom, and for how long an examination holds."""

    by: Annotated[Unordered[Annotated[Profession, code_of(Profession)]], Field(min_length=1)]
    validity_months: Annotated[int, Field(ge=1, le=60)]


class Interval(Record):
    """How many days lie between the offering and another, a procedure, or itself."""

    days: Annotated[int, Field(ge=1, le=730)]
    offering: Slug | None = None
    procedure: Annotated[Procedure | None, code_of(Procedure)] = None

    @field_validator("procedure")
    @classmethod
    def _one_of_both(cls, procedure: Procedure | None, info: ValidationInfo) -> Procedure | None:
        if procedure is not None and info.data.get("offering"):
            raise refusal("names an offering and a procedure", "one of the two, or neither for itself")
        return procedure


class Use(Record):
    """What the treatment is used for, and whether the device or product is not authorised for that use."""

    text: TextByLanguage
    off_label: bool = False


class OffLabel(Record):
    """A use that the label of a device does not have, and the clause by which patients consent to it."""

    use: Annotated[LabelUse, code_of(LabelUse)]
    clause: Annotated[TextByLanguage, Field(min_length=1)]


class Texts(Record):
    """What patients read about the treatment once a named person of the clinic has approved it."""

    how_it_works: TextByLanguage = Field(default_factory=dict)
    uses: Annotated[tuple[Use, ...], Field(max_length=MOST_USES)] = ()
    benefits: TextByLanguage = Field(default_factory=dict)
    side_effects: TextByLanguage = Field(default_factory=dict)
    after_care: TextByLanguage = Field(default_factory=dict)
    references: Annotated[Distinct[Prose], Field(max_length=MOST_REFERENCES)] = ()


class Offering(Named):
    """What a patient can book or add, where, how far ahead and on which grid."""

    kind: Annotated[OfferingKind, code_of(OfferingKind)] = OfferingKind.VISIT
    name: TextByLanguage
    summary: TextByLanguage
    description: TextByLanguage = Field(default_factory=dict)
    category: Annotated[Category, code_of(Category)]
    modality: Annotated[Modality, code_of(Modality)] = Modality.IN_PERSON
    procedures: Annotated[Procedures, Field(min_length=1)]
    concerns: tuple[TextByLanguage, ...] = ()
    texts: Texts = Texts()
    locations: Annotated[Unordered[Slug], Field(min_length=1)]
    segments: Annotated[tuple[Segment, ...], Field(min_length=1, max_length=20)]
    variants: Annotated[tuple[Variant, ...], Field(max_length=MOST_VARIANTS)] = ()
    depth_mm: Millimetres | None = None
    sites: Unordered[BodySite] = ()
    off_label: Annotated[tuple[OffLabel, ...], Field(max_length=MOST_USES)] = ()
    add_ons: Annotated[tuple[AddOn, ...], Field(max_length=MOST_ADD_ONS)] = ()
    max_add_ons: Annotated[int, Field(ge=1, le=5)] = 1
    min_add_ons: Annotated[int, Field(ge=0, le=5)] = 0
    online: bool = True
    patients: Patients | None = None
    course: Course | None = None
    prior_exam: PriorExam | None = None
    exam_minutes: Annotated[int, Field(ge=5, le=120)] | None = None
    intervals: Annotated[tuple[Interval, ...], Field(max_length=MOST_INTERVALS)] = ()
    grid_minutes: Annotated[int, Field(ge=GRANULE_MINUTES, le=240)] = 15
    lead_minutes: Annotated[int, Field(ge=0, le=60 * 24 * 60)] = 120
    horizon_days: Annotated[int, Field(ge=1, le=365)] = 60
    weekly_new_patients: Annotated[int, Field(ge=1, le=1000)] | None = None
    prices: Annotated[tuple[Price, ...], Field(max_length=MOST_RULES)] = ()
    tax_purpose: Slug | None = None
    deposit: Deposit | None = None
    cancellation: Cancellation | None = None

    @field_validator("grid_minutes")
    @classmethod
    def _on_the_granule(cls, minutes: int) -> int:
        if minutes % GRANULE_MINUTES:
            raise refusal(f"{minutes} is not a multiple of {GRANULE_MINUTES}", "5, 10, 15, 20, 30 or 60")
        return minutes

    @field_validator("off_label")
    @classmethod
    def _each_use_once(cls, rows: tuple[OffLabel, ...], info: ValidationInfo) -> tuple[OffLabel, ...]:
        for one in rows:
            if [row.use for row in rows].count(one.use) > 1:
                raise refusal(f"{quoted(one.use.value)} is listed twice", "one clause for each use")
        told = info.data.get("texts", Texts()).uses
        if rows and told and not any(use.off_label for use in told):
            raise refusal("patients would read of no off-label use", "'off_label: yes' at a use in 'texts'")
        return tuple(sorted(rows, key=lambda row: row.use))

    @field_validator("segments")
    @classmethod
    def _patient_is_there(cls, segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
        if not any(segment.patient_present for segment in segments):
            raise refusal("the patient is present in no segment", "a segment with patient_present: true")
        if segments[0].parallel:
            raise refusal(
                "the first segment has none before it to be parallel to", "'parallel' in a later one"
            )
        return segments

    def content(self) -> dict[str, Any]:
        """Return what the offering says as the catalogue keeps it; its identity is kept apart."""
        return self.model_dump(mode="json", exclude=set(Named.model_fields))
