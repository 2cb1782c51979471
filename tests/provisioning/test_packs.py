"""A later version of the rules: shown with what it changes for whom, and in force only once it was applied."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from saas.credentials import attesting
from saas.db import session
from saas.identity.roles import Role
from saas.journal.models import Event
from saas.kernel.actors import SYSTEM
from saas.provisioning import applying, standing
from saas.scheduling import appointments
from saas.tenancy import tenants
from tests.booking import clinic as clinics
from tests.booking.clinic import NOW, at
from tests.booking.patients import Page
from tests.credentials import second_pack
from tests.ground import within
from tests.journeys.kit import Clinic
from tests.provisioning import worldly
from tests.provisioning.drafting_pages import PRACTICE, Editor, editor

FILE = "attestations.yaml"


@pytest.fixture(autouse=True)
def _second(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    with second_pack.installed(monkeypatch, tmp_path, second_pack.text()):
        yield


@pytest.fixture
def adopting(practice: Clinic) -> Iterator[Clinic]:
    """A clinic that may rely on the second version, and does not when it is no longer installed."""
    yield practice
    with within(practice.id):
        applying.apply(practice.configuration, SYSTEM)


def relied_on(clinic: Clinic) -> str:
    with within(clinic.id):
        return attesting.word(tenants.config_version(clinic.id)).pack


def planned(at: Editor) -> Page:
    page = at.look("/rules")
    return at.post(f"{PRACTICE}/plan", {"draft": page.value("draft"), "back": f"{PRACTICE}/rules"})


def test_a_booked_visit_that_another_version_touches_is_told_with_what_changed_and_what_lapses(
    tenant: UUID,
) -> None:
    clinic = clinics.set_up_composed(tenant)
    row = clinic.hold_with(at(10), "plasma")
    appointments.confirm(row, SYSTEM, NOW)
    before = worldly.stands(clinic)
    after = replace(before, word=replace(before.word, pack=second_pack.NAME))
    found = worldly.told(before, after)
    unsafe = [one for one in found if one.is_unsafe]
    assert {one.reason.params["procedure"] for one in unsafe} == {"prp_draw", "prp_administer"}
    assert {one.reason.params["why"].code for one in unsafe} == {"attested_earlier"}
    assert all(one.subjects == (row.id,) for one in unsafe)
    said = [str(one.reason) for one in found]
    assert "Relied on would be us-sample@2 in place of us-sample@1." in said
    assert "US-NY.prp, version 1 → 2: to be attested anew." in said
    assert (
        "US-NY.dry_needling, version 1, ends; the rule of the country holds in its place, if there is one."
        in said
    )
    assert "Attested in an earlier version, so for review until somebody attests it anew: US-NY.prp." in said
    assert any(one.startswith("Rules of places where you are not differ as well: US-AZ.") for one in said)


def test_the_page_shows_what_differs_and_a_plan_with_a_reason_puts_it_in_force(adopting: Clinic) -> None:
    practice, owner = adopting, editor(adopting)
    page = owner.look("/rules")
    assert "You rely on us-sample, version 1." in page.text
    assert "Version 2 of these rules is installed" in page.text
    assert "2 rules that you attested would have to be attested anew." in page.text
    assert relied_on(practice) == "us-sample@1"
    plan = planned(owner)
    assert "US-AZ.dry_needling, version 1 → 2: performers[PT].training.hours.total: 24 → 30." in plan.text
    assert "could no longer perform at Riverstone Phoenix: dry_needling." in plan.text
    assert owner.apply(plan, reason="The new rules were read").status == 200
    assert relied_on(practice) == "us-sample@2"
    with within(practice.id):
        assert standing.read().files[FILE]["pack"] == "us-sample@2"
        events = select(Event.data).where(Event.kind == "rule_pack.adopted").order_by(Event.id)
        told = session.current().scalars(events).all()
        assert told[-1] == {"before": "us-sample@1", "after": "us-sample@2"}
    after = owner.look("/rules").text
    assert "an earlier version attested" in after
    assert "is installed" not in after


def test_who_may_not_change_the_practice_sees_what_differs_and_no_button(practice: Clinic) -> None:
    page = editor(practice, Role.PRACTITIONER).look("/rules")
    assert page.status in (200, 403)
    assert not page.tree.xpath("//input[@name='draft']")
