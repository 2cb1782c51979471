"""What the API's tests share: a clinic of their own to book in, and a program with a token."""

import functools
import itertools
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from werkzeug.test import TestResponse

from saas.db import session
from saas.identity.roles import Role
from tests.journeys import kit
from tests.journeys.kit import Clinic

ANN = {
    "given_name": "Ann", "family_name": "Lee", "email": "ann.lee@mail.example", "phone": "+1 602 555 0123",
}  # fmt: skip
_numbers = itertools.count(1)


@dataclass
class Program:
    """Something that calls the API with a token."""

    clinic: Clinic
    token: str

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> TestResponse:
        return self.send("GET", path, query_string=_spelled(query), headers=headers or {})

    def post(self, path: str, key: str | None = None, **body: Any) -> TestResponse:
        return self._write("POST", path, key, body)

    def patch(self, path: str, key: str | None = None, **body: Any) -> TestResponse:
        return self._write("PATCH", path, key, body)

    def delete(self, path: str) -> TestResponse:
        return self.send("DELETE", path)

    def _write(self, method: str, path: str, key: str | None, body: dict[str, Any]) -> TestResponse:
        headers = {"Idempotency-Key": key} if key is not None else {}
        return self.send(method, path, json=body, headers=headers)

    def send(
        self, method: str, path: str, headers: dict[str, str] | None = None, **options: Any
    ) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        client = kit.application().test_client()
        return client.open(
            f"/api/v1{path}", method=method, base_url=f"http://{self.clinic.host}", headers=headers, **options
        )

    def slots(
        self, offering: str = "first-consultation", location: str = "phoenix", **query: Any
    ) -> list[dict[str, Any]]:
        """Return the free starts of the coming days."""
        answer = self.get("/availability", offering=offering, location=location, **query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json["slots"]  # type: ignore[index]
        return found

    def hold(self, slot: dict[str, Any], offering: str = "first-consultation", **more: Any) -> TestResponse:
        body = {"offering": offering, "location": slot["location"], "starts_at": slot["starts_at"],
                "practitioner": slot["practitioner"], **more}  # fmt: skip
        return self.post("/holds", **body)

    def book(
        self, offering: str = "first-consultation", location: str = "phoenix", **details: str
    ) -> dict[str, Any]:
        """Book the first free time; return the visit."""
        hold_id = self.hold(self.slots(offering, location, days=21)[0], offering).json["id"]  # type: ignore[index]
        said = {**ANN, "email": f"ann{next(_numbers)}@mail.example", **details}
        assert self.patch(f"/holds/{hold_id}", patient=said, terms=True).json["needs"] == []  # type: ignore[index]
        answer = self.post(f"/holds/{hold_id}/confirm")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json  # type: ignore[assignment]
        return found


@functools.cache
def clinics_to_book_in(url: str) -> dict[str, Clinic]:
    """Apply both clinics to the database at *url* once more, for tests that book in them."""
    session.connect(url, pool_size=1)
    try:
        return {slug: kit.open_clinic(slug) for slug in ("riverstone", "elm")}
    finally:
        session.dispose()


def program(clinic: Clinic, role: Role = Role.OWNER) -> Program:
    """Return a program with a token of its own."""
    return Program(clinic, kit.token_for(clinic, role))


def refused(answer: TestResponse, status: int, code: str) -> list[str]:
    """Require a refusal with its code; return the codes of its reasons."""
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), answer.text
    body = json.loads(answer.text)
    assert body["code"] == code, body
    return [reason["code"] for reason in body.get("reasons", [])]


def later(text: str, **by: int) -> str:
    """Return a time of the API moved on."""
    return (datetime.fromisoformat(text) + timedelta(**by)).isoformat()


def _spelled(query: dict[str, Any]) -> dict[str, str | list[str]]:
    return {name.rstrip("_"): _value(value) for name, value in query.items()}


def _value(value: Any) -> str | list[str]:
    if isinstance(value, list):
        return [str(one) for one in value]
    return value.isoformat() if isinstance(value, date) else str(value)
