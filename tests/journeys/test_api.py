"""`/api/v1`: what it answers, how it refuses, and that its description says so."""

from typing import Any

import jsonschema
import pytest
import schemathesis
from flask import Flask, request
from pydantic import BaseModel
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from saas.app import create_app
from saas.identity.roles import Role
from saas.kernel.errors import Conflict, Reason, TooMany
from saas.kernel.permissions import Permission
from saas.web import forgery
from saas.web.access import permit, public
from saas.web.settings import Settings
from tests.journeys import kit
from tests.journeys.kit import Browser, Clinic

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"const": "about:blank"}, "title": {"type": "string", "minLength": 1},
        "status": {"type": "integer"}, "code": {"type": "string", "pattern": "^[a-z_]+$"},
        "detail": {"type": "string", "minLength": 1}, "reasons": {"type": "array"},
    },
    "additionalProperties": False,
}  # fmt: skip

AS_DESCRIBED = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
]  # fmt: skip


def fetch(clinic: Clinic, path: str, method: str = "GET", token: str | None = None, **options: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return kit.visit(clinic).open(method, path, headers=headers, **options)


def problem(response: Any) -> dict[str, Any]:
    """Return the problem document of a refusal, whose shape and status are right."""
    assert response.content_type == "application/problem+json"
    document: dict[str, Any] = response.get_json(force=True)
    jsonschema.validate(document, PROBLEM)
    assert document["status"] == response.status_code
    assert response.headers["Cache-Control"] == "no-store"
    return document


def test_ping_answers_through_the_whole_stack(riverstone: Clinic, app: Flask) -> None:
    response = fetch(riverstone, "/api/v1/ping", token=kit.token_for(riverstone, Role.FRONT_DESK))
    assert response.get_json() == {"ok": True}
    assert response.headers["Cache-Control"] == "no-store"


def test_locations_are_the_clinic_s_own(riverstone: Clinic, elm: Clinic, app: Flask) -> None:
    for clinic in (riverstone, elm):
        listed = fetch(clinic, "/api/v1/locations", token=kit.token_for(clinic)).get_json()["locations"]
        names = ("slug", "name", "time_zone", "jurisdiction")
        wanted = [{name: getattr(place, name) for name in names} for place in clinic.configuration.locations]
        assert sorted(listed, key=lambda one: one["slug"]) == wanted


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/ping", 401, "not_authenticated"), ("OPTIONS", "/api/v1/ping", 401, "not_authenticated"),
        ("GET", "/api/v1/nowhere", 404, "not_found"), ("GET", "/api/", 404, "not_found"),
        ("POST", "/api/v1/ping", 405, "method_not_allowed"), ("TRACE", "/api/v1/ping", 405, "method_not_allowed"),
    ],
)  # fmt: skip
def test_a_refusal_is_a_problem(
    riverstone: Clinic, app: Flask, method: str, path: str, status: int, code: str
) -> None:
    response = fetch(riverstone, path, method)
    assert (response.status_code, problem(response)["code"]) == (status, code)
    if status == 405:
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_host_of_no_clinic_is_a_problem_too(app: Flask) -> None:
    response = Browser(app, "nobody.test").get("/api/v1/ping")
    assert (response.status_code, problem(response)["code"]) == (404, "unknown_tenant")


class Body(BaseModel):
    """What a planted call takes."""

    number: int


@pytest.fixture
def planted(riverstone: Clinic) -> Flask:
    """An application with calls that refuse in every way."""
    made = create_app(Settings(secret_key=kit.SECRET_KEY, dev=True, https=False, body_limit=100))

    @made.post("/api/v1/body", doc_ui=False)
    @forgery.csrf.exempt
    @public
    def take(body: Body) -> dict[str, int]:
        return {"number": body.number}

    @made.get("/api/v1/<kind>", doc_ui=False)
    @public
    def refuse() -> str:
        reason = Reason("taken", "%(who)s is busy.", {"who": "Ana"})
        faults = {
            "many": TooMany(),
            "moved": Conflict(reasons=[reason]),
            "fault": ZeroDivisionError("secret"),
        }
        raise faults[request.path.rpartition("/")[2]]

    return made


def test_what_does_not_fit_its_schema_is_a_problem_with_reasons(planted: Flask, riverstone: Clinic) -> None:
    browser = Browser(planted, riverstone.host)
    assert browser.open("POST", "/api/v1/body", json={"number": 5}).get_json() == {"number": 5}
    found = problem(browser.open("POST", "/api/v1/body", json={"number": "five"}))
    assert (found["status"], found["code"]) == (422, "invalid")
    assert [reason["params"] for reason in found["reasons"]] == [{"at": "number"}]
    assert "five" not in str(found)


def test_a_body_over_the_limit_is_a_problem(planted: Flask, riverstone: Clinic) -> None:
    response = Browser(planted, riverstone.host).open("POST", "/api/v1/body", json={"number": "5" * 100})
    assert (response.status_code, problem(response)["code"]) == (413, "too_large")


def test_a_wait_names_its_seconds_and_a_conflict_its_reasons(planted: Flask, riverstone: Clinic) -> None:
    browser = Browser(planted, riverstone.host)
    many = browser.get("/api/v1/many")
    assert (problem(many)["code"], many.headers["Retry-After"]) == ("too_many_requests", "60")
    reasons = problem(browser.get("/api/v1/moved"))["reasons"]
    assert reasons == [{"code": "taken", "sentence": "Ana is busy.", "params": {"who": "Ana"}}]


def test_a_fault_is_a_problem_that_says_nothing_of_its_cause(planted: Flask, riverstone: Clinic) -> None:
    found = problem(Browser(planted, riverstone.host).get("/api/v1/fault"))
    assert (found["status"], found["code"]) == (500, "fault")
    assert "secret" not in str(found)


@pytest.fixture
def document(riverstone: Clinic, app: Flask) -> dict[str, Any]:
    """The description of the API, as it is served."""
    found: dict[str, Any] = kit.visit(riverstone).get("/api/v1/openapi.json").get_json()
    return found


def test_the_description_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    schemathesis.openapi.from_dict(document).validate()
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_call_is_described_with_its_refusals_as_problems(app: Flask, document: dict[str, Any]) -> None:
    rules = {
        rule.rule.replace("<uuid:", "<")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
    }
    described = {path.replace("{", "<").replace("}", ">") for path in document["paths"]}
    assert described == {rule for rule in rules if not rule.endswith("openapi.json")}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["security"] == [{"token": []}], path
            refusals = {s: r["content"] for s, r in operation["responses"].items() if int(s) >= 400}
            assert {"401", "403", "404", "422", "429", "503"} <= set(refusals)
            for content in refusals.values():
                schema = content["application/problem+json"]["schema"]
                assert (list(content), schema["$ref"][-8:]) == (["application/problem+json"], "/Problem")


# `positive_data_acceptance` is left out: what fits its schema may still be a time that cannot be booked (422).
def test_every_call_behaves_as_described(riverstone: Clinic, app: Flask) -> None:
    headers = {"Authorization": f"Bearer {kit.token_for(riverstone)}", "Host": riverstone.host}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, headers=headers)
    called = set()
    for result in schema.get_all_operations():
        operation = result.ok()
        for case in schemathesis_cases(operation):
            case.call_and_validate(headers=headers, checks=AS_DESCRIBED)
            called.add(operation.path)
    assert called == set(schema.raw_schema["paths"])


def schemathesis_cases(operation: Any, count: int = 4) -> list[Any]:
    """Return some cases of *operation*, good and bad."""
    from hypothesis import HealthCheck, Phase, given, settings

    cases: list[Any] = []
    strategies = operation.as_strategy()

    @settings(
        max_examples=count, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck)
    )
    @given(strategies)
    def collect(case: Any) -> None:
        cases.append(case)

    collect()
    return cases


def test_a_token_s_role_decides(riverstone: Clinic) -> None:
    made = create_app(Settings(secret_key=kit.SECRET_KEY, dev=True, https=False))
    made.get("/api/v1/review", doc_ui=False)(permit(Permission.REVIEW_READ)(lambda: {}))
    for role, status in ((Role.CLINICAL_ADMIN, 200), (Role.FRONT_DESK, 403)):
        headers = {"Authorization": f"Bearer {kit.token_for(riverstone, role)}"}
        response = Browser(made, riverstone.host).get("/api/v1/review", headers=headers)
        assert response.status_code == status
    assert problem(response)["code"] == "not_allowed"
