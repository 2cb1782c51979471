"""The blueprint every view of the API hangs on, its description, and how it refuses bad input."""

import functools
from datetime import date
from typing import Annotated, Any

from flask import Response
from flask.blueprints import BlueprintSetupState
from flask_openapi3 import APIBlueprint, Info, Tag
from flask_openapi3.models.server import Server
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from saas.kernel.errors import Invalid
from saas.web import errors

INFO = Info(
    title="Needlepoint",
    version="v1",
    description=(
        "Practice management for clinics that treat muscle and skin.\n\n"
        "Times are RFC 3339 with the location's offset, money is in minor units, lists are paged by opaque "
        "cursors. A refusal is `application/problem+json` with a stable `code`, and `reasons` where there "
        "are several. POST and PATCH take an `Idempotency-Key`."
    ),
)
SECURITY_SCHEMES: dict[str, Any] = {"token": {"type": "http", "scheme": "bearer"}}
SERVERS = [Server(url="/", description="The clinic's own host")]
EARLIEST, LATEST = 2000, 2199


class Query(BaseModel):
    """A query string; its schema is worked out once, not with every request."""

    @classmethod
    def model_json_schema(cls, *args: Any, **options: Any) -> dict[str, Any]:
        """Return the schema; the validation of requests asks for it each time."""
        if args or options:
            return super().model_json_schema(*args, **options)
        return _schema_of(cls)


@functools.cache
def _schema_of(query: type[Query]) -> dict[str, Any]:
    return super(Query, query).model_json_schema()


class Body(BaseModel):
    """A request's JSON; what is not known is refused rather than ignored."""

    model_config = ConfigDict(extra="forbid")


def _within_reach(value: Any) -> Any:
    """Refuse years in which arithmetic with zones could leave the calendar."""
    if not EARLIEST <= value.year <= LATEST:
        raise ValueError(f"the year must lie between {EARLIEST} and {LATEST}")
    return value


Instant = Annotated[
    AwareDatetime, AfterValidator(_within_reach), Field(examples=["2026-11-10T10:15:00-07:00"])
]
Day = Annotated[date, AfterValidator(_within_reach), Field(examples=["2026-11-10"])]


class ProblemReason(BaseModel):
    """One reason of a refusal."""

    code: str
    sentence: str
    params: dict[str, Any] = Field(default_factory=dict)


class Problem(BaseModel):
    """A refusal (RFC 9457), with a stable code."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Conflict"])
    status: int = Field(examples=[409])
    code: str = Field(examples=["slot_taken"])
    detail: str = Field(examples=["This time has just been taken."])
    reasons: list[ProblemReason] = Field(default_factory=list)


class Money(BaseModel):
    """An amount in minor units (cents) of a currency."""

    amount_minor: int = Field(examples=[5000])
    currency: str = Field(examples=["USD"])


blueprint = APIBlueprint(
    "api", "saas.api", url_prefix="/api/v1", abp_security=[{"token": []}],
    abp_responses=dict.fromkeys((401, 403, 404, 422, 429, 503), Problem),
)  # fmt: skip
CONFLICT: dict[Any, Any] = {409: Problem}
BOOKING = Tag(name="booking", description="Free times, and holding one until it is certain")
CALENDAR = Tag(name="calendar", description="Visits as they stand, moved and called off")
MONEY = Tag(name="money", description="What was paid and given back, and the books")
NEWS = Tag(name="news")
PATIENTS = Tag(name="patients")
PRACTICE = Tag(name="practice")
STATUS = Tag(name="status")


def refuse_invalid(error: ValidationError) -> Response:
    """Answer input that does not fit its schema, a reason for each fault."""
    reasons = [
        {"code": fault["type"], "sentence": fault["msg"], "params": {"at": ".".join(map(str, fault["loc"]))}}
        for fault in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return errors.answer(Invalid.status, Invalid.code, errors.sentence_of(Invalid()), reasons)


@blueprint.record_once
def _refuse_with_problems(state: BlueprintSetupState) -> None:
    state.app.validation_error_callback = refuse_invalid  # type: ignore[attr-defined]  # flask-openapi3's
