"""`/api/v1`: JSON over the tenant's own host, with a bearer token; OpenAPI 3.1 from this code."""

import copy
from typing import Any

from flask import Response, current_app, jsonify
from flask.blueprints import BlueprintSetupState
from flask_openapi3 import APIBlueprint, Info, Tag
from flask_openapi3.models.server import Server
from pydantic import BaseModel, Field, ValidationError

from saas.db import session
from saas.kernel.errors import Invalid
from saas.kernel.permissions import Permission
from saas.practice import places
from saas.web import errors
from saas.web.access import permit, without_tenant

INFO = Info(
    title="Needlepoint",
    version="v1",
    description="Practice management for clinics that treat muscle and skin.",
)
SECURITY_SCHEMES: dict[str, Any] = {"token": {"type": "http", "scheme": "bearer"}}
SERVERS = [Server(url="/", description="The clinic's own host")]


class ProblemReason(BaseModel):
    """One reason of a refusal."""

    code: str
    sentence: str
    params: dict[str, Any] = Field(default_factory=dict)


class Problem(BaseModel):
    """A refusal (RFC 9457), with a stable code."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    reasons: list[ProblemReason] = Field(default_factory=list)


class Pong(BaseModel):
    """The whole stack answers."""

    ok: bool


class LocationBody(BaseModel):
    """A location where visits take place."""

    slug: str
    name: str
    time_zone: str = Field(description="IANA name")
    jurisdiction: str = Field(description="Whose rules of scope hold here, as US-AZ")


class LocationList(BaseModel):
    """The locations in use, by name."""

    locations: list[LocationBody]


blueprint = APIBlueprint(
    "api", __name__, url_prefix="/api/v1", abp_security=[{"token": []}],
    abp_responses=dict.fromkeys((401, 403, 404, 422, 429, 503), Problem),
)  # fmt: skip
PRACTICE = Tag(name="practice")
STATUS = Tag(name="status")


@blueprint.get("/ping", tags=[STATUS], responses={200: Pong})
@permit(Permission.API_PING)
def ping() -> Any:
    """Answer after one tenant-scoped statement through the whole stack."""
    return {"ok": session.select_one() == 1}


@blueprint.get("/locations", tags=[PRACTICE], responses={200: LocationList})
@permit(Permission.LOCATION_READ)
def list_locations() -> Any:
    """List the locations in use."""
    rows = places.list_locations()
    names = ("slug", "name", "time_zone", "jurisdiction")
    return {"locations": [{name: getattr(row, name) for name in names} for row in rows]}


@blueprint.get("/openapi.json", doc_ui=False)
@without_tenant
def openapi() -> Any:
    """Serve the description of this API."""
    document = copy.deepcopy(current_app.api_doc)  # type: ignore[attr-defined]  # the application is flask-openapi3's
    for operations in document["paths"].values():
        for operation in operations.values():
            _name_problems(operation["responses"])
    return jsonify(document)


def _name_problems(responses: dict[str, Any]) -> None:
    """Give refusals their media type; flask-openapi3 knows only `application/json`."""
    for status, response in responses.items():
        if int(status) >= 400:
            response["content"]["application/problem+json"] = response["content"].pop("application/json")


def refuse_invalid(error: ValidationError) -> Response:
    """Answer input that does not fit its schema, a reason for each fault."""
    reasons = [
        {"code": fault["type"], "sentence": fault["msg"], "params": {"at": ".".join(map(str, fault["loc"]))}}
        for fault in error.errors(include_url=False, include_input=False)
    ]
    return errors.answer(Invalid.status, Invalid.code, errors.sentence_of(Invalid()), reasons)


@blueprint.record_once
def _refuse_with_problems(state: BlueprintSetupState) -> None:
    state.app.validation_error_callback = refuse_invalid  # type: ignore[attr-defined]  # flask-openapi3's
