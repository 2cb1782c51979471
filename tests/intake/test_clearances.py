"""An examination is noted as the rules count it, ended once, and never altered."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from saas.db import session
from saas.intake import clearances, rules
from saas.intake.clearances import ClearanceRefused, EndedAlready, Said
from saas.intake.models import ClearanceRow
from saas.intake.rules import Basis, EndReason, Result
from saas.kernel import clock, ids, resources
from saas.kernel.actors import SYSTEM
from saas.kernel.errors import NotFound
from saas.patients import records
from saas.patients.records import Details
from saas.practice import snapshot
from saas.provisioning import applying, reading

TODAY = clock.now().date()


@pytest.fixture
def version(tenant: UUID) -> int:
    return applying.apply(reading.read_folder(resources.path("tenants") / "riverstone"), SYSTEM).version


@pytest.fixture
def ann(version: int) -> UUID:
    details = Details("Ann", "Okafor", "ann@example.com", "602 555 0123")
    return records.add(details, SYSTEM, TODAY, provisional=False).id


@pytest.fixture
def said(version: int) -> Said:
    """Kwabena examined for dry needling yesterday, at Phoenix."""
    practice = snapshot.read(version)
    person, place = practice.practitioner("kwabena-asante"), practice.place("phoenix")
    day = TODAY - timedelta(days=1)
    return Said(("dry_needling",), person, "PT", place, day, Result.CLEARED)


def record(ann: UUID, said: Said, version: int) -> ClearanceRow:
    return clearances.record(ann, said, version, SYSTEM, clock.now())


def refused(ann: UUID, said: Said, version: int) -> list[str]:
    with pytest.raises(ClearanceRefused) as caught:
        record(ann, said, version)
    return [reason.code for reason in caught.value.reasons]


def test_a_therapist_s_own_examination_holds_with_its_plan_of_care(
    ann: UUID, said: Said, version: int
) -> None:
    row = record(ann, said, version)
    assert (row.valid_until, row.basis, row.licence) == (None, Basis.PLAN_OF_CARE, "US-AZ PT-EX-31880")


def test_where_the_rule_has_months_it_holds_that_long_or_as_the_clinic_says_less(
    ann: UUID, said: Said, version: int
) -> None:
    nurse = snapshot.read(version).practitioner("teodora-blagoeva")
    skin = replace(said, procedures=("microneedling", "prp"), examiner=nurse, profession="NP")
    until = rules.months_after(said.examined_on, 12)
    assert (record(ann, skin, version).valid_until, record(ann, skin, version).basis) == (
        until,
        "clinic_policy",
    )
    sooner = until - timedelta(days=90)
    assert record(ann, replace(skin, until=sooner), version).valid_until == sooner
    assert refused(ann, replace(skin, until=until + timedelta(days=1)), version) == ["valid_until"] * 2


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"procedures": ()}, ["procedures"]),
        ({"procedures": ("bungee",)}, ["procedures"]),
        ({"examined_on": TODAY + timedelta(days=2)}, ["examined_on"]),
        ({"result": Result.CONDITIONAL}, ["conditions"]),
        ({"conditions": "Not the neck"}, ["conditions"]),
        ({"until": TODAY - timedelta(days=9)}, ["valid_until"]),
        ({"telehealth": True}, ["by_telehealth"]),
        ({"procedures": ("microneedling",)}, ["by_others"]),
        ({"profession": "MD"}, ["profession", "licence_missing"]),
        ({"examined_on": date(2010, 1, 4)}, ["licence_not_begun"]),
    ],
)
def test_what_would_not_count_is_not_noted(
    ann: UUID, said: Said, version: int, change: dict[str, object], codes: list[str]
) -> None:
    assert refused(ann, replace(said, **change), version) == codes  # type: ignore[arg-type]
    assert clearances.list_for(ann) == []


def test_it_ends_once_with_a_reason(ann: UUID, said: Said, version: int) -> None:
    row = record(ann, said, version)
    clearances.end(row.id, EndReason.NEW_MEDICATION, " Anticoagulant ", SYSTEM, clock.now())
    with pytest.raises(EndedAlready):
        clearances.end(row.id, EndReason.MISTAKE, "", SYSTEM, clock.now())
    with pytest.raises(NotFound):
        clearances.end(ids.new(), EndReason.MISTAKE, "", SYSTEM, clock.now())
    [kept] = clearances.list_for(ann)
    assert kept.end is not None
    assert (kept.end.reason, kept.end.note) == ("new_medication", "Anticoagulant")


@pytest.mark.parametrize("table", ["clearances", "clearance_ends"])
@pytest.mark.parametrize("order", ["UPDATE {} SET actor_kind = 'x'", "DELETE FROM {}"])
def test_what_is_noted_stays(tenant: UUID, table: str, order: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.current().execute(text(order.format(table)))
