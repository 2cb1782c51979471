"""Whether a practitioner may perform an offering somewhere on a day, and why not."""

from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field

from saas.api.door import PRACTICE, Instant, Query, blueprint
from saas.booking import asking, deciding
from saas.booking.asking import Channel
from saas.booking.deciding import Answer
from saas.credentials import attesting
from saas.kernel import clock
from saas.kernel.permissions import Permission
from saas.web import edge
from saas.web.access import permit


class PractitionerPath(BaseModel):
    """Who is asked about."""

    slug: str


class EligibilityQuery(Query):
    """What they would do, where and when."""

    offering: str = Field(json_schema_extra={"example": "dry-needling"})
    variant: str | None = Field(None, description="A variant's slug; the first where left out")
    add_on: list[str] = Field(default_factory=list, max_length=8, description="Slugs, one parameter each")
    location: str = Field(json_schema_extra={"example": "phoenix"})
    at: Instant | None = Field(None, description="When the visit ends; now where left out")
    depth_mm: Decimal | None = Field(None, gt=0, le=10, description="Another depth than is planned")


class ReasonBody(BaseModel):
    """Why not: a stable code and a sentence."""

    code: str = Field(examples=["scope_prohibited"])
    detail: str


class RuleBody(BaseModel):
    """A version of a rule that the answer rests on."""

    rule: str = Field(examples=["US-AZ.dry_needling"])
    version: int


class RoleBody(BaseModel):
    """The answer about one role of the visit."""

    role: str = Field(examples=["practitioner"])
    decision: str = Field(description="allow, review or prohibit")
    reasons: list[ReasonBody]
    rules: list[RuleBody]
    valid_until: date | None = Field(
        description="The last day of the same answer; null where it never changes"
    )


class EligibilityBody(BaseModel):
    """The answer about the visit's own practitioner, and about each role by itself."""

    decision: str = Field(description="allow, review or prohibit")
    reasons: list[ReasonBody]
    rules: list[RuleBody]
    valid_until: date | None
    pack: str = Field(description="The rules' pack and version: a sample to attest, not the law")
    roles: list[RoleBody]


@blueprint.get("/practitioners/<slug>/eligibility", tags=[PRACTICE], responses={200: EligibilityBody})
@permit(Permission.SCHEDULE_READ)
def get_eligibility(path: PractitionerPath, query: EligibilityQuery) -> Any:
    """Say whether a practitioner may perform an offering, with its add-ons, and why not."""
    version = edge.tenant().config_version
    plain = asking.wish(query.offering, query.location, version, Channel.STAFF, path.slug, query.add_on)
    wish = asking.vary(plain, query.variant)
    found = deciding.answers(wish, query.at or clock.now(), query.depth_mm)
    pack = attesting.pack(version)
    roles = [_role(one) for one in found]
    own = {name: value for name, value in roles[0].items() if name != "role"} if roles else _nothing()
    return {**own, "pack": f"{pack.pack} {pack.version}", "roles": roles}


def _role(answer: Answer) -> dict[str, Any]:
    return {
        "role": answer.role, "decision": answer.verdict.value,
        "reasons": [{"code": one.code, "detail": str(one)} for one in answer.reasons],
        "rules": [{"rule": one.rule, "version": one.version} for one in answer.rules],
        "valid_until": answer.valid_until.isoformat() if answer.valid_until else None,
    }  # fmt: skip


def _nothing() -> dict[str, Any]:
    """Return the answer about a visit that needs nobody."""
    return {"decision": "allow", "reasons": [], "rules": [], "valid_until": None}
