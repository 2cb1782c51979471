"""Whether the API answers, and how it describes itself."""

import copy
from typing import Any

from flask import current_app, jsonify
from pydantic import BaseModel

from saas.api.door import STATUS, blueprint
from saas.db import session
from saas.kernel.permissions import Permission
from saas.web.access import permit, without_tenant

IDEMPOTENT = ("post", "patch")
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": (
        "Any string of your own, up to 200 characters. For 24 hours the same key with the same request gets "
        "the first answer again (header `Idempotent-Replay: true`); with another request 422 "
        "`idempotency_key_reused`; while the first still runs 409 `idempotency_key_busy`. Refusals change "
        "nothing and are not kept."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}


class Pong(BaseModel):
    """The whole stack answers."""

    ok: bool


@blueprint.get("/ping", tags=[STATUS], responses={200: Pong})
@permit(Permission.API_PING)
def ping() -> Any:
    """Answer after one tenant-scoped statement through the whole stack."""
    return {"ok": session.select_one() == 1}


@blueprint.get("/openapi.json", doc_ui=False)
@without_tenant
def openapi() -> Any:
    """Serve the description of this API."""
    document = copy.deepcopy(current_app.api_doc)  # type: ignore[attr-defined]  # the application is flask-openapi3's
    for operations in document["paths"].values():
        for method, operation in operations.items():
            _name_problems(operation["responses"])
            if method in IDEMPOTENT:
                operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
    return jsonify(document)


def _name_problems(responses: dict[str, Any]) -> None:
    """Give refusals their media type; flask-openapi3 knows only `application/json`."""
    for status, response in responses.items():
        if int(status) >= 400:
            response["content"]["application/problem+json"] = response["content"].pop("application/json")
