"""The schema of what people hold and of what the clinic attests: `credentials` of a person, `attestations.yaml`."""

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from saas.credentials import packing
from saas.credentials.attesting import Stance
from saas.credentials.circumstances import Kind, Status
from saas.credentials.vocabulary import Procedure, Verdict
from saas.practice.bodies import Use
from saas.practice.professions import Profession
from saas.provisioning.problems import listed, nearest, quoted
from saas.provisioning.schema_places import JURISDICTIONS, Day, require_not_before
from saas.provisioning.schema_types import Name, Prose, Record, Slug, Unordered, code_of, refusal

MOST_CREDENTIALS = 100
MOST_RULES = 1_000
DEEPEST = Decimal(10)
_NUMBER = re.compile(r"(-?)([0-9]{1,9})")
# What each kind of credential is nothing without.
NEEDED: Mapping[Kind, tuple[str, ...]] = {
    Kind.LICENCE: ("profession", "jurisdiction"), Kind.CERTIFICATE: (), Kind.INSURANCE: (),
    Kind.REGISTRATION: ("procedure", "jurisdiction"), Kind.TRAINING: ("procedure",),
}  # fmt: skip


def _depth(raw: object) -> Decimal:
    expected = "millimetres such as '0.5', more than 0 and at most 10"
    try:
        depth = Decimal(str(raw))
    except InvalidOperation:
        raise refusal(f"{quoted(raw)} is not a depth", expected) from None
    if not depth.is_finite() or not 0 < depth <= DEEPEST or depth != round(depth, 2):
        raise refusal(f"{quoted(raw)} is not a depth", expected)
    return Decimal(format(depth.normalize(), "f"))


def _where(text: str) -> str:
    known = JURISDICTIONS | {"US"}
    if text not in known:
        expected = "a state in the form 'US-AZ', or 'US' for a national certificate"
        raise refusal(f"{quoted(text)} is not a jurisdiction", expected, nearest(text, known))
    return text


def _whole(raw: object) -> object:
    """Take a whole number of hours or sessions, not below zero."""
    found = _NUMBER.fullmatch(str(raw))
    if not found:
        raise refusal(f"{quoted(raw)} is not a whole number", "a whole number of at most nine digits")
    if found[1]:
        raise refusal(f"{raw} is below zero", "0 or more")
    return int(found[2])


Depth = Annotated[Decimal, BeforeValidator(_depth)]
Where = Annotated[str, AfterValidator(_where)]
Count = Annotated[int, BeforeValidator(_whole), Field(le=100_000)]
Proc = Annotated[Procedure, code_of(Procedure)]
Prof = Annotated[Profession, code_of(Profession)]


class Hours(Record):
    """Hours of a training, by kind; `total` counts all of them."""

    total: Count = 0
    in_person: Count = 0
    didactic: Count = 0
    practical: Count = 0
    prerequisite: Count = 0


class Verified(Record):
    """Who of the clinic looked at it, when and how."""

    by: Slug
    date: Day
    how: Name


class Credential(Record):
    """Something a person holds: a licence, a certificate, a registration, an insurance or a training."""

    kind: Annotated[Kind, code_of(Kind)]
    profession: Prof | None = None
    jurisdiction: Where | None = None
    procedure: Proc | None = None
    code: Name | None = None
    number: Name | None = None
    issued_on: Day | None = None
    expires_on: Day | None = None
    hours: Hours = Hours()
    sessions: Count = 0
    exam: bool = False
    status: Annotated[Status, code_of(Status)] = Status.ACTIVE
    verified: Verified | None = None

    @field_validator("expires_on")
    @classmethod
    def _not_before(cls, expires_on: datetime.date | None, info: ValidationInfo) -> datetime.date | None:
        return require_not_before(expires_on, info, "issued_on")

    @model_validator(mode="after")
    def _says_what_it_is(self) -> "Credential":
        missing = [name for name in NEEDED[self.kind] if getattr(self, name) is None]
        if missing:
            raise refusal(f"a {self.kind} without {' and '.join(missing)} shows nothing", f"'{missing[0]}'")
        if self.kind is Kind.CERTIFICATE and not self.code and not (self.profession and self.jurisdiction):
            raise refusal("a certificate of nothing", "'code', or 'profession' and 'jurisdiction'")
        return self

    def columns(self) -> dict[str, Any]:
        """Return the credential as its table keeps it."""
        seen = self.verified
        texts = ("profession", "jurisdiction", "procedure", "code", "number")
        return {
            "kind": self.kind.value, **{name: str(getattr(self, name) or "") for name in texts},
            "issued_on": self.issued_on, "expires_on": self.expires_on,
            "hours": self.hours.model_dump(exclude_defaults=True), "sessions": self.sessions, "exam": self.exam,
            "status": self.status.value, "verified_by": seen.by if seen else "",
            "verified_on": seen.date if seen else None, "verified_how": seen.how if seen else "",
        }  # fmt: skip

    def rank(self) -> tuple[str, ...]:
        """The place among somebody's credentials, and what tells it from the others."""
        parts = (self.kind, self.profession, self.jurisdiction, self.procedure, self.code, self.number)
        return tuple(str(part or "") for part in parts)


def distinct(held: tuple[Credential, ...]) -> tuple[Credential, ...]:
    """Sort somebody's credentials; two that nothing tells apart are refused."""
    ranks = [one.rank() for one in held]
    for rank in ranks:
        if ranks.count(rank) > 1:
            named = " ".join(part for part in rank if part)
            raise refusal(f"'{named}' is listed twice", "a number or a code that tells them apart")
    return tuple(sorted(held, key=Credential.rank))


Credentials = Annotated[
    tuple[Credential, ...], Field(max_length=MOST_CREDENTIALS), AfterValidator(distinct)
]  # fmt: skip


class Attestation(Record):
    """The clinic's word that it checked a version of a rule, and which of its statements hold."""

    rule: Name
    version: Annotated[int, Field(ge=1)]
    statements: Unordered[Name] = ()
    attested_by: Slug
    attested_on: Day
    note: Prose | None = None


class Restriction(Record):
    """What the clinic does not want though a rule would let it; what is not named is any."""

    decision: Annotated[Verdict, code_of(Verdict)] = Verdict.PROHIBIT
    procedure: Proc | None = None
    profession: Prof | None = None
    location: Slug | None = None
    depth_limit_mm: Depth | None = None
    note: Prose | None = None

    @model_validator(mode="after")
    def _tightens(self) -> "Restriction":
        if self.decision is Verdict.ALLOW:
            raise refusal("a restriction allows nothing", "'prohibit' or 'review'")
        return self


def _pack(name: str) -> str:
    known = packing.installed()
    if name not in known:
        raise refusal(
            f"the pack {quoted(name)} is not installed here", listed(sorted(known)), nearest(name, known)
        )
    return name


class OffLabelWord(Record):
    """The clinic's word that it answers for a use that the label of a device's model does not have."""

    model: Name
    use: Annotated[Use, code_of(Use)]
    attested_by: Slug
    attested_on: Day
    note: Prose | None = None


class Attestations(Record):
    """`attestations.yaml`: which rules the clinic relies on, in which version, and what it restricts besides."""

    pack: Annotated[str, AfterValidator(_pack)] = packing.USUAL
    counts_unverified: bool = False
    rules: Annotated[tuple[Attestation, ...], Field(max_length=MOST_RULES)] = ()
    restrictions: Annotated[tuple[Restriction, ...], Field(max_length=MOST_RULES)] = ()
    off_label: Annotated[tuple[OffLabelWord, ...], Field(max_length=MOST_RULES)] = ()

    @field_validator("off_label")
    @classmethod
    def _each_use_once(cls, rows: tuple[OffLabelWord, ...]) -> tuple[OffLabelWord, ...]:
        uses = [(one.model, one.use) for one in rows]
        for model, use in uses:
            if uses.count((model, use)) > 1:
                raise refusal(f"{quoted(use.value)} of {quoted(model)} is attested twice", "each use once")
        return tuple(sorted(rows, key=lambda one: (one.model, one.use)))

    @field_validator("rules")
    @classmethod
    def _once_each(cls, rules: tuple[Attestation, ...]) -> tuple[Attestation, ...]:
        names = [one.rule for one in rules]
        for name in names:
            if names.count(name) > 1:
                raise refusal(f"{quoted(name)} is attested twice", "each rule once")
        return tuple(sorted(rules, key=lambda one: one.rule))

    def stance(self) -> Stance:
        """Return how the clinic counts, as it is put."""
        restrictions = [one.model_dump(mode="json", exclude_defaults=True) for one in self.restrictions]
        uses = [one.model_dump(mode="json", exclude_defaults=True) for one in self.off_label]
        return Stance(self.counts_unverified, restrictions, self.pack, uses)

    @field_validator("restrictions")
    @classmethod
    def _sorted(cls, rows: tuple[Restriction, ...]) -> tuple[Restriction, ...]:
        return tuple(sorted(rows, key=lambda row: row.model_dump_json()))
