"""What a rule pack may say. The schema is closed: a key that no code evaluates is an error, not a comment.

What cannot be typed is a sentence under `attest`, which a clinic confirms or leaves open. A key written
`null` is not established: it has to be settled by the clinic and never means "not required".
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from saas.credentials.vocabulary import STEPS, Confidence, Mode, Procedure, Verdict
from saas.practice.professions import Profession

Code = TypeVar("Code", bound=StrEnum)


class Part(BaseModel):
    """A part of a pack: frozen, with no key that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def is_open(self, key: str) -> bool:
        """Whether *key* is written down as not established."""
        return key in self.model_fields_set and getattr(self, key) is None


def fault(message: str) -> PydanticCustomError:
    """Return the error of a value that does not belong there."""
    return PydanticCustomError("fault", "{message}", {"message": message})


def _one_of(what: str, codes: type[Code]) -> BeforeValidator:
    def check(raw: object) -> object:
        known = [code.value for code in codes]
        if raw not in known:
            raise fault(f"there is no {what} '{raw}'; expected one of {', '.join(known)}")
        return codes(str(raw))

    return BeforeValidator(check)


def _not_negative(hours: int) -> int:
    if hours < 0:
        raise fault(f"{hours} is below zero; training counts from 0")
    return hours


def _is_step(act: str) -> str:
    if act not in STEPS:
        raise fault(f"there is no step '{act}'; expected one of {', '.join(STEPS)}")
    return act


Who = Annotated[Profession, _one_of("profession", Profession)]
Count = Annotated[int, AfterValidator(_not_negative)]
Depth = Annotated[Decimal, Field(gt=0, le=10, decimal_places=2)]
Step = Annotated[str, AfterValidator(_is_step)]


class Hours(Part):
    """Hours of training by their kind; `total` counts all of them. Null: not established."""

    total: Count | None = None
    in_person: Count | None = None
    didactic: Count | None = None
    practical: Count | None = None
    prerequisite: Count | None = None


class Training(Part):
    """What somebody must have learnt. Whoever has the `begin_with` hours but not all is for review.

    `registration` is an entry with the board (an endorsement, a filing that it confirms), as a record of
    its own; `sessions` are those under supervision.
    """

    hours: Hours = Hours()
    begin_with: Hours | None = None
    sessions: Count | None = None
    exam: bool = False
    registration: bool = False


class Supervision(Part):
    """Under whom somebody works, how near, and by what writing (an order, a protocol, an agreement)."""

    mode: Annotated[Mode, _one_of("mode of supervision", Mode)] | None
    by: tuple[Who, ...] = ()
    writing: str | None = None


class Performer(Part):
    """What people of some professions may do. Two entries for one profession are bands of depth.

    A band reaches from `over_mm`, excluded, to `to_mm`, included. `licensed_years` count where the visit is.
    """

    who: Annotated[tuple[Who, ...], Field(min_length=1)]
    may: Annotated[Verdict, _one_of("decision", Verdict)]
    because: str = ""
    over_mm: Depth | None = None
    to_mm: Depth | None = None
    licensed_years: Count | None = None
    training: Training | None = None
    certificates: tuple[str, ...] = ()
    supervision: Supervision | None = None

    def left_open(self) -> Iterator[tuple[str, str]]:
        """Yield what only the clinic can say of the entry: its kind, and what is said."""
        under = self.supervision
        if under and under.mode is not Mode.NONE:
            by = f" by {', '.join(under.by)}" if under.by else ""
            by += f" under a written {under.writing}" if under.writing else ""
            yield "supervision", f"Supervision ({under.mode or 'its mode not established'}{by}) stands."
        if self.is_open("to_mm"):
            yield "depth", "The limit of depth was established and is kept."
        hours = self.training.hours if self.training else Hours()
        if any(hours.is_open(kind) for kind in Hours.model_fields):
            yield "hours", "The hours of training that are asked for were established, and are there."


class Statement(Part):
    """A sentence that no field can hold; the clinic confirms it for these professions and acts, or for all."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    says: Annotated[str, Field(min_length=10)]
    who: tuple[Who, ...] = ()
    steps: tuple[Step, ...] = ()


class PriorExam(Part):
    """An examination that has to stand before the act, for check-in and chart; it refuses no booking."""

    required: bool
    by: tuple[Who, ...] = ()
    telehealth: bool | None = None
    months: Count | None = None
    basis: str = ""
    over_mm: Depth | None = None


class Consent(Part):
    """What the patient agrees to, how often, and what the paper must contain."""

    written: bool
    frequency: str
    copy_to_patient: bool = False
    must_include: tuple[str, ...] = ()


class Source(Part):
    """Where a rule was read: a section's number, a page, or both."""

    section: str = ""
    url: str = ""

    @model_validator(mode="after")
    def _says_something(self) -> "Source":
        if not self.section and not self.url:
            raise fault("a source names a section or a url")
        return self


class Founded(Part):
    """Something that is claimed to be so, and on what grounds."""

    confidence: Annotated[Confidence, _one_of("confidence", Confidence)]
    sources: tuple[Source, ...] = ()

    @model_validator(mode="after")
    def _primary_has_a_source(self) -> "Founded":
        if self.confidence is Confidence.PRIMARY and not self.sources:
            raise fault("confidence is primary, but no source is named")
        return self


class Rule(Founded):
    """Who may perform a procedure in a jurisdiction, from a day and until a day, both included.

    Either `performers` decide, or `steps`, act by act.
    """

    rule: Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z]{2})?\.[a-z_]+$")]
    version: Annotated[int, Field(ge=1)]
    jurisdiction: Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z]{2})?$")]
    procedure: Annotated[Procedure, _one_of("procedure", Procedure)]
    effective_from: date | None = None
    effective_to: date | None = None
    performers: tuple[Performer, ...] = ()
    steps: Mapping[Step, tuple[Performer, ...]] = Field(default_factory=dict)
    attest: tuple[Statement, ...] = ()
    prior_exam: PriorExam | None = None
    consent: Consent | None = None
    recheck_by: date
    note: str = ""

    @model_validator(mode="after")
    def _holds_together(self) -> "Rule":
        if bool(self.performers) == bool(self.steps):
            raise fault("a rule has either performers or steps")
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise fault(f"effective_to, {self.effective_to}, is before effective_from, {self.effective_from}")
        for entries in (self.performers, *self.steps.values()):
            _bands_apart(entries)
        ids = [one.id for one in self.attest]
        if len(set(ids)) < len(ids):
            raise fault("two statements have the same id")
        return self

    def entries(self, act: str) -> tuple[Performer, ...]:
        """Return who may do *act*; where there are steps they alone decide."""
        return self.steps.get(act, ()) if self.steps else self.performers

    def statements(self) -> Mapping[str, str]:
        """Return what a clinic may attest of the rule: its own sentences, and what its entries leave open."""
        found = {one.id: one.says for one in self.attest}
        for entries in (self.performers, *self.steps.values()):
            for entry in entries:
                for who in entry.who:
                    found |= {f"{kind}-{who.lower()}": says for kind, says in entry.left_open()}
        return found


class DeviceLimit(Founded):
    """What a kind of device was evaluated for, where a clinic's own unit does not say; `to_mm` in millimetres."""

    kind: str
    procedure: Annotated[Procedure, _one_of("procedure", Procedure)]
    to_mm: Depth


class Proof(Part):
    """What shows that somebody has a profession; `own_state_in` lists where a national one is not enough."""

    who: tuple[Who, ...]
    kinds: tuple[str, ...]
    own_state_in: tuple[str, ...] = ()


class Pack(Part):
    """A set of rules of one country, under a version; `notice` says what it is not."""

    pack: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    version: Annotated[int, Field(ge=1)]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    notice: Annotated[str, Field(min_length=20)]
    jurisdictions: Mapping[str, str]
    certified: tuple[Proof, ...] = ()
    devices: tuple[DeviceLimit, ...] = ()
    rules: tuple[Rule, ...]

    @property
    def name(self) -> str:
        """What clinics call it when they say that they rely on it: `us-sample@1`."""
        return f"{self.pack}@{self.version}"

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        """The rules by their ids; of one that has several over time the newest."""
        return {rule.rule: rule for rule in sorted(self.rules, key=lambda one: one.version)}

    @cached_property
    def index(self) -> Mapping[tuple[str, str], tuple[Rule, ...]]:
        """The rules by jurisdiction and procedure."""
        found: dict[tuple[str, str], tuple[Rule, ...]] = {}
        for rule in self.rules:
            key = (rule.jurisdiction, str(rule.procedure))
            found[key] = (*found.get(key, ()), rule)
        return found

    @model_validator(mode="after")
    def _rules_stand_apart(self) -> "Pack":
        for at, one in enumerate(self.rules):
            if one.jurisdiction not in self.jurisdictions:
                raise fault(f"{one.rule}: the jurisdiction {one.jurisdiction} has no name")
            for other in self.rules[:at]:
                _dates_apart(one, other)
        return self


def _bands_apart(entries: tuple[Performer, ...]) -> None:
    seen: dict[Profession, list[tuple[Decimal, Decimal]]] = {}
    for entry in entries:
        low = entry.over_mm or Decimal(0)
        high = entry.to_mm or Decimal("Infinity")
        for one in entry.who:
            if any(low < top and bottom < high for bottom, top in seen.setdefault(one, [])):
                raise fault(f"{one} has two entries for the same depth")
            seen[one].append((low, high))


def _dates_apart(one: Rule, other: Rule) -> None:
    if (one.jurisdiction, one.procedure) != (other.jurisdiction, other.procedure):
        return
    first = max(one.effective_from or date.min, other.effective_from or date.min)
    last = min(one.effective_to or date.max, other.effective_to or date.max)
    if first <= last:
        raise fault(f"{one.rule} and {other.rule} are both in force from {first} to {last}")
