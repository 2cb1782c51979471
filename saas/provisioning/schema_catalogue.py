"""The schema of what the clinic offers: `offerings/<slug>.yaml`. Minutes and days are whole numbers."""

from typing import Annotated

from pydantic import Field, field_validator

from saas.catalogue.contents import Category, Modality, Procedure, SegmentKind
from saas.provisioning.schema_practice import DeviceKind, RoomKind
from saas.provisioning.schema_prices import MOST_RULES, Cancellation, Deposit, Price
from saas.provisioning.schema_types import Distinct, Name, Record, Slug, TextByLanguage, code_of, refusal
from saas.scheduling.masks import GRANULE_MINUTES

Minutes = Annotated[int, Field(ge=1, le=480)]


class Segment(Record):
    """One part of a visit, and who and what it needs."""

    kind: Annotated[SegmentKind, code_of(SegmentKind)]
    name: TextByLanguage = Field(default_factory=dict)
    minutes: Minutes
    roles: Distinct[Name] = ("practitioner",)
    room: Annotated[RoomKind, code_of(RoomKind)] | None = None
    devices: Distinct[Annotated[DeviceKind, code_of(DeviceKind)]] = ()
    patient_present: bool = True


class Offering(Record):
    """What a patient can book, where, how far ahead and on which grid."""

    slug: Slug
    name: TextByLanguage
    summary: TextByLanguage
    description: TextByLanguage = Field(default_factory=dict)
    category: Annotated[Category, code_of(Category)]
    modality: Annotated[Modality, code_of(Modality)] = Modality.IN_PERSON
    procedures: Annotated[Distinct[Annotated[Procedure, code_of(Procedure)]], Field(min_length=1)]
    concerns: tuple[TextByLanguage, ...] = ()
    locations: Annotated[Distinct[Slug], Field(min_length=1)]
    segments: Annotated[tuple[Segment, ...], Field(min_length=1, max_length=20)]
    online: bool = True
    new_patients_only: bool = False
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

    @field_validator("segments")
    @classmethod
    def _patient_is_there(cls, segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
        if not any(segment.patient_present for segment in segments):
            raise refusal("the patient is present in no segment", "a segment with patient_present: true")
        return segments
