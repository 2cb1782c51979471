"""The receipt over HTTP: for those who may, noted; for strangers, nothing."""

from uuid import UUID

import pytest
from sqlalchemy import select

from saas.catalogue.models import OfferingVersion
from saas.db import session
from saas.db.settings import Urls
from saas.identity.roles import Role
from saas.journal.models import AuditEntry
from saas.kernel import ids
from saas.practice import places
from tests.billing import pdf, visiting
from tests.ground import within
from tests.journeys import kit
from tests.journeys.kit import Clinic
from tests.ledger.books import Books


@pytest.fixture(scope="module")
def made(urls: Urls) -> tuple[Clinic, UUID]:
    """A clinic of its own with a visit whose deposit is paid."""
    session.connect(urls.app, pool_size=2)
    hired = kit.open_clinic("riverstone")
    with within(hired.id):
        place = next(one for one in places.list_locations() if one.slug == "phoenix")
        version = session.current().scalars(select(OfferingVersion.id).limit(1)).one()
        clinic = visiting.Clinic(hired.id, Books(place.legal_entity_id, place.id), version)
        visit = clinic.visit()
        clinic.pay_deposit(visit, 6_000)
    session.dispose()
    return hired, visit.appointment_id


@pytest.fixture
def river(made: tuple[Clinic, UUID], database: Urls) -> Clinic:
    return made[0]


@pytest.fixture
def path(made: tuple[Clinic, UUID]) -> str:
    return f"/staff/appointments/{made[1]}/receipt.pdf"


def opened(clinic: Clinic, visit: str) -> int:
    """Return how often the audit trail says that a visit's receipt was opened."""
    with within(clinic.id) as current:
        entries = current.scalars(select(AuditEntry).where(AuditEntry.action == "receipt.opened"))
        return sum(visit in entry.subject_ids for entry in entries)


def test_the_desk_opens_a_receipt_and_the_trail_knows(river: Clinic, path: str) -> None:
    desk, visit = kit.log_in_as(river, Role.FRONT_DESK), path.split("/")[3]
    before = opened(river, visit)
    answer = desk.get(path)
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Riverstone Arizona LLC" in pdf.words(answer.data)
    assert opened(river, visit) == before + 1


def test_a_stranger_finds_nothing(river: Clinic, elm: Clinic, path: str) -> None:
    assert kit.log_in_as(elm, Role.OWNER).get(path).status_code == 404
    other = f"/staff/appointments/{ids.new()}/receipt.pdf"
    assert kit.log_in_as(river, Role.OWNER).get(other).status_code == 404
    assert kit.log_in_as(river, Role.PRACTITIONER).get(path).status_code == 403
    assert kit.Browser(kit.application(), river.host).get(path).status_code == 302
