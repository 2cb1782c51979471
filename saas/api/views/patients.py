"""Patients' records. Whoever opens or lists them is written into the audit trail."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from saas.api import describing, idempotency, paging
from saas.api.door import CONFLICT, PATIENTS, Query, blueprint
from saas.api.views.holds import PatientDetails
from saas.journal import book
from saas.kernel import clock
from saas.kernel.permissions import Permission
from saas.patients import records
from saas.patients.models import Patient
from saas.patients.records import Details
from saas.web import edge
from saas.web.access import permit


class PatientPath(BaseModel):
    """Which patient."""

    patient_id: UUID


class PatientQuery(Query):
    """A family name, an e-mail address or a phone number, in full; everyone where left out."""

    q: str | None = Field(None, max_length=200, json_schema_extra={"example": "Lee"})
    cursor: str | None = Field(None, description="The former page's `next`")
    limit: int = Field(50, ge=1, le=200)


class PatientBody(BaseModel):
    """A record. A provisional one is a visitor's own word, matched with nobody yet."""

    id: UUID
    status: str = Field(examples=["active"])
    given_name: str
    family_name: str
    email: str | None
    phone: str | None = Field(examples=["+16025550123"])
    birth_date: date | None
    created_at: datetime


class PatientList(BaseModel):
    """Records; `next` is null on the last page."""

    patients: list[PatientBody]
    next: str | None


@blueprint.get("/patients", tags=[PATIENTS], responses={200: PatientList})
@permit(Permission.PATIENT_READ)
def list_patients(query: PatientQuery) -> Any:
    """Find patients, or page through all of them."""
    if query.q is not None:
        found, more = records.search(query.q, query.limit), None
    else:
        after = paging.decode(query.cursor)[1] if query.cursor else None
        rows = records.page(after, query.limit + 1)
        found = rows[: query.limit]
        more = paging.encode(found[-1].created_at, found[-1].id) if len(rows) > query.limit else None
    _audit("patient.listed", found)
    return {"patients": [_patient(row) for row in found], "next": more}


@blueprint.post("/patients", tags=[PATIENTS], responses={201: PatientBody, **CONFLICT})
@permit(Permission.PATIENT_WRITE)
@idempotency.once
def add_patient(body: PatientDetails) -> Any:
    """Add a record: 422 `details_refused` with a reason for each fault."""
    today = clock.now().date()
    row = records.add(Details(**body.model_dump()), edge.actor(), today, provisional=False)
    _audit("patient.added", [row])
    return _patient(row), 201


@blueprint.get("/patients/<uuid:patient_id>", tags=[PATIENTS], responses={200: PatientBody})
@permit(Permission.PATIENT_READ)
def read_patient(path: PatientPath) -> Any:
    """Open a record."""
    row = records.get(path.patient_id)
    _audit("patient.opened", [row])
    return _patient(row)


def _audit(action: str, rows: list[Patient]) -> None:
    if rows:
        book.audit(action, "patient", [row.id for row in rows], edge.actor(), address=edge.address())


def _patient(row: Patient) -> dict[str, Any]:
    return {
        "id": str(row.id), "status": row.status, "given_name": row.given_name, "family_name": row.family_name,
        "email": row.email, "phone": row.phone, "created_at": describing.instant(row.created_at, UTC),
        "birth_date": row.birth_date.isoformat() if row.birth_date else None,
    }  # fmt: skip
