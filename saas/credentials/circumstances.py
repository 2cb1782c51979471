"""What a decision of scope is made of, as values: the act, the performer with what they hold, the clinic's word."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from saas.credentials.pack_schema import Pack
from saas.credentials.vocabulary import Mode, Verdict


class Kind(StrEnum):
    """What a credential is. A registration is an entry with a board; training counts hours."""

    LICENCE = "licence"
    CERTIFICATE = "certificate"
    REGISTRATION = "registration"
    INSURANCE = "insurance"
    TRAINING = "training"


class Status(StrEnum):
    """Whether a credential is good."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


@dataclass(frozen=True)
class Credential:
    """One thing that somebody holds, from `issued_on` until `expires_on`, both included; None is open.

    `code` names a certificate (`CPR`), `hours` count training by kind, `is_verified` that the clinic looked.
    """

    kind: Kind
    profession: str = ""
    jurisdiction: str = ""
    procedure: str = ""
    code: str = ""
    number: str = ""
    issued_on: date | None = None
    expires_on: date | None = None
    hours: Mapping[str, int] = field(default_factory=dict)
    sessions: int = 0
    exam: bool = False
    status: Status = Status.ACTIVE
    is_verified: bool = False


@dataclass(frozen=True)
class Performer:
    """Whoever would do it."""

    name: str
    professions: tuple[str, ...] = ()
    credentials: tuple[Credential, ...] = ()


@dataclass(frozen=True)
class Supervisor:
    """Somebody whom the clinic names to supervise a performer in *acts*, between two days, both included.

    `mode` is how near the clinic wants them at least, None as the rule asks; `protocol` names the writing.
    """

    id: UUID
    performer: Performer
    acts: tuple[str, ...]
    mode: Mode | None = None
    protocol: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class Attestation:
    """The clinic's word that it checked a version of a rule, and which of its statements hold."""

    rule: str
    version: int
    statements: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Restriction:
    """What a clinic does not want though a rule would let it: it tightens, and cannot loosen.

    None means any. A `to_mm` limits the depth, without one `verdict` holds.
    """

    verdict: Verdict = Verdict.PROHIBIT
    procedure: str | None = None
    profession: str | None = None
    location: str | None = None
    to_mm: Decimal | None = None
    note: str = ""


@dataclass(frozen=True)
class Policy:
    """How a clinic counts: its restrictions, and whether a credential counts that nobody verified.

    `off_label` are the uses, by model of a device, that it answers for though the label does not have them.
    """

    restrictions: tuple[Restriction, ...] = ()
    counts_unverified: bool = False
    off_label: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Device:
    """What a unit of a *kind* that would be used was evaluated for, in millimetres; None where nobody said.

    The label of its `model` is for `sites`; empty where nobody said.
    """

    name: str
    to_mm: Decimal | None = None
    kind: str = ""
    model: str = ""
    sites: tuple[str, ...] = ()


@dataclass(frozen=True)
class Act:
    """What somebody would do, how deep, in millimetres, and where; None where no depth is planned.

    `by` are the professions that may do it, of an examination. `sites` are where on the body a device is used, ""
    where nobody said; patients consent to `off_label` uses.
    """

    act: str
    depth_mm: Decimal | None = None
    by: tuple[str, ...] = field(default=(), repr=False)
    sites: tuple[str, ...] = ()
    off_label: tuple[str, ...] = ()


@dataclass(frozen=True)
class Circumstances:
    """Where, when and by whom: `on` is the local day on which the visit ends."""

    jurisdiction: str
    on: date
    performer: Performer
    pack: Pack
    attestations: tuple[Attestation, ...] = ()
    policy: Policy = Policy()
    devices: tuple[Device, ...] = ()
    location: str = ""
    supervisors: tuple[Supervisor, ...] = ()
