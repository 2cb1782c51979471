"""A plan says what would be done, and nothing else is: fields, drift, what moved, reasons, and the way back."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import event

from saas.db import session, versioned
from saas.kernel.actors import SYSTEM, Actor, ActorKind
from saas.provisioning import applying, changing, differing, exporting, planning, reading, recording, standing
from saas.provisioning.applying import PlanMoved, PlanUnsafe, Terms
from saas.provisioning.drafting import Draft
from saas.provisioning.planning import Plan, PlanUnreadable
from saas.provisioning.recording import Kind, UnknownVersion
from tests.ground import within
from tests.provisioning.test_applying import BO, TWO, apply, snapshot, user_of, without
from tests.provisioning.test_applying_prices import PRICED

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
VISIT = "offerings/visit.yaml"
DEARER = {**PRICED, VISIT: PRICED[VISIT].replace("amount: 240", "amount: 250", 1)}
CROWD = {
    f"people/p{n}.yaml": BO.replace("slug: bo", f"slug: p{n}").replace("bo@", f"p{n}@") for n in range(4)
}


def plan(tenant_id: UUID, files: dict[str, str]) -> Plan:
    with within(tenant_id):
        wanted = reading.read_files({name: text.encode() for name, text in files.items()})
        return planning.plan(wanted, NOW)


def apply_on(tenant_id: UUID, files: dict[str, str], terms: Terms) -> applying.Applied:
    with within(tenant_id):
        wanted = reading.read_files({name: text.encode() for name, text in files.items()})
        return applying.apply(wanted, SYSTEM, terms)


def export(tenant_id: UUID) -> dict[str, str]:
    with within(tenant_id):
        return exporting.texts(standing.read().files)


def save_on_a_page(tenant_id: UUID, amount: str) -> None:
    owner = Actor(ActorKind.USER, user_of(tenant_id, "ada"))
    with within(tenant_id):
        visit = changing.find("visit", changing.tenants.config_version(tenant_id))
        stored = standing.content_of(visit.version_id)["prices"][0]
        scope = differing.scope_of(stored)
        changing.save("visit", visit.version_id, Draft(amounts={scope: amount}), owner)


def test_planning_only_reads_and_what_was_applied_plans_to_nothing(committed: UUID) -> None:
    first = plan(committed, PRICED)
    assert {change.what.value for change in first.changes} == {"create", "update"}
    before = snapshot(committed)
    plan(committed, TWO)
    assert snapshot(committed) == before
    apply(committed, PRICED)
    assert plan(committed, PRICED).is_empty
    assert plan(committed, export(committed)).is_empty


def test_a_plan_names_each_field_and_both_values(committed: UUID) -> None:
    apply(committed, PRICED)
    [change] = plan(committed, DEARER).changes
    assert str(change) == "offering/visit"
    assert [str(field) for field in change.fields] == ["prices[everybody].amount: 240 → 250"]


def test_what_was_saved_on_a_page_is_drift_with_a_name_until_files_say_it(committed: UUID) -> None:
    apply(committed, PRICED)
    assert plan(committed, PRICED).drift == ()
    save_on_a_page(committed, "260.00")
    [drift] = plan(committed, PRICED).drift
    assert (drift.by, str(drift.change)) == ("Ada Quill", "offering/visit")
    assert str(drift.change.fields[0]) == "prices[everybody].amount: 240 → 260.00"
    files = export(committed)
    assert plan(committed, files).is_empty
    assert apply(committed, files).version
    assert plan(committed, files).drift == ()
    assert apply(committed, files).version == 0


def test_a_plan_that_was_shown_is_applied_and_no_other(committed: UUID) -> None:
    apply(committed, PRICED)
    shown = plan(committed, DEARER).shown
    assert planning.read_shown(shown.as_json()) == shown
    with pytest.raises(PlanMoved) as files:
        apply_on(committed, TWO, Terms(shown))
    assert [reason.code for reason in files.value.reasons] == ["files_moved"]
    save_on_a_page(committed, "260.00")
    with pytest.raises(PlanMoved) as clinic:
        apply_on(committed, DEARER, Terms(shown))
    assert [reason.code for reason in clinic.value.reasons] == ["clinic_moved"]
    assert apply_on(committed, DEARER, Terms(plan(committed, DEARER).shown)).changed == ["offering/visit"]


@pytest.mark.parametrize("said", [{}, [], None, {"format": 0}, {"format": 1, "tenant": "x"}])
def test_what_is_no_plan_file_is_refused(said: object) -> None:
    with pytest.raises(PlanUnreadable):
        planning.read_shown(said)


def test_archiving_a_large_share_takes_a_reason_which_is_kept(committed: UUID) -> None:
    apply(committed, {**TWO, **CROWD})
    less = without({**TWO, **CROWD}, "people/p0.yaml", "people/p1.yaml", "people/p2.yaml")
    found = plan(committed, less)
    assert [str(one.reason) for one in found.unsafe] == ["3 of 6 would be archived (person)."]
    before = snapshot(committed)
    with pytest.raises(PlanUnsafe) as refused:
        apply(committed, less)
    assert [reason.code for reason in refused.value.reasons] == ["archives_many"]
    assert snapshot(committed) == before
    apply_on(committed, less, Terms(reason="they left together"))
    with within(committed):
        assert recording.history()[0].record.reason == "they left together"


def test_a_rollback_restores_byte_for_byte_what_was_exported(committed: UUID) -> None:
    first = apply(committed, PRICED).version
    before = export(committed)
    ada = user_of(committed, "ada")
    apply(committed, {**DEARER, "people/di.yaml": BO.replace("slug: bo", "slug: di").replace("bo@", "di@")})
    with within(committed):
        applied = applying.roll_back(first, SYSTEM)
    assert (applied.changed, applied.archived) == (["offering/visit"], ["person/di"])
    assert export(committed) == before
    assert user_of(committed, "ada") == ada
    with within(committed):
        assert [one.record.kind for one in recording.history()] == [Kind.ROLLBACK, Kind.FILES, Kind.FILES]
        assert recording.history()[0].record.back_to == first
        with pytest.raises(UnknownVersion):
            applying.roll_back(first + 1000, SYSTEM)


def test_what_differs_costs_statements_and_what_stays_the_same_costs_none(committed: UUID) -> None:
    apply(committed, {**PRICED, **CROWD})
    counted: list[str] = []
    note = lambda _c, _cursor, statement, *_: counted.append(statement)  # noqa: E731 - a listener's shape
    event.listen(session.engine(), "before_cursor_execute", note)
    versioned.forget()
    changes = len(plan(committed, {**DEARER, **CROWD}).changes)
    planned = len(counted)
    counted.clear()
    versioned.forget()
    apply(committed, {**DEARER, **CROWD})
    event.remove(session.engine(), "before_cursor_execute", note)
    assert (changes, planned <= 40, len(counted) <= 40 + 2 * changes) == (1, True, True)


def test_a_plan_for_another_clinic_is_refused(committed: UUID) -> None:
    wanted = plan(committed, TWO).wanted
    assert replace(plan(committed, TWO).shown, before="").moved(plan(committed, TWO).shown) == ["clinic"]
    with pytest.raises(planning.NotThisClinic):
        planning.require_own(wanted, "aspen")
