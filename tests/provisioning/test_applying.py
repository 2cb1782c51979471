"""Applying a configuration: all of it or nothing, twice as good as once, and no one loses who they are."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from saas.db import session
from saas.db.settings import Urls
from saas.identity import logging_in, staffing, users
from saas.identity.logging_in import Attempt, LogInRefused
from saas.identity.users import EmailTaken
from saas.journal.kinds import EventKind
from saas.journal.models import Event
from saas.kernel import clock, ids
from saas.kernel.actors import SYSTEM
from saas.practice import configuring, people, places
from saas.practice.models import Location, Person
from saas.provisioning import applying, reading
from saas.provisioning.applying import Applied
from saas.tenancy import tenants
from tests.ground import within
from tests.journeys.kit import CHEAP_HASH, PASSWORD
from tests.provisioning import aspen

BO = """\
slug: bo
given_name: Bo
family_name: Reed
email: bo@aspen.example
roles: [front_desk]
"""
TWO = {**aspen.GOOD, "people/bo.yaml": BO}


def apply(tenant_id: UUID, files: dict[str, str]) -> Applied:
    """Apply *files* in a transaction that commits."""
    with within(tenant_id):
        return applying.apply(
            reading.read_files({name: text.encode() for name, text in files.items()}), SYSTEM
        )


def without(files: dict[str, str], *names: str) -> dict[str, str]:
    return {name: text for name, text in files.items() if name not in names}


def version(tenant_id: UUID) -> int:
    with session.scope():
        return next(row.config_version for row in tenants.list_all() if row.id == tenant_id)


def user_of(tenant_id: UUID, slug: str) -> UUID:
    with within(tenant_id) as current:
        user_id = current.scalars(select(Person.user_id).where(Person.slug == slug)).one()
        assert user_id is not None
        return user_id


def give_password(tenant_id: UUID, slug: str) -> None:
    user_id = user_of(tenant_id, slug)
    with within(tenant_id):
        users.get(user_id).password_hash = CHEAP_HASH


def comes_in(tenant_id: UUID, email: str) -> bool:
    """Whether the account at *email* opens with PASSWORD."""
    attempt = Attempt(email, PASSWORD, f"test-{ids.new()}", "a test", "")
    try:
        with within(tenant_id):
            return bool(logging_in.log_in(attempt, "a secret", clock.now()))
    except LogInRefused:
        return False


@pytest.fixture
def clinic(committed: UUID) -> UUID:
    """A tenant with the good configuration, in which both people have PASSWORD."""
    apply(committed, TWO)
    for slug in ("ada", "bo"):
        give_password(committed, slug)
    return committed


def test_the_second_time_nothing_changes(committed: UUID) -> None:
    first = apply(committed, TWO)
    assert {"clinic", "location/phoenix", "person/ada", "person/bo"} <= set(first.changed)
    assert first.version == version(committed) == 2
    second = apply(committed, TWO)
    assert (second.changed, second.archived, second.version, version(committed)) == ([], [], 0, 2)


EDITS: list[tuple[str, str, str, str]] = [
    ("clinic.yaml", "name: Aspen\n", "name: Birch\n", "clinic"),
    ("clinic.yaml", "name: Aspen LLC", "name: Birch LLC", "legal_entity/aspen-llc"),
    ("locations/york.yaml", "name: Aspen York", "name: Birch York", "location/york"),
    ("locations/york.yaml", "opens: 8:00, closes: 20:00", "opens: 8:30, closes: 20:00", "location/york"),
    ("locations/phoenix.yaml", "name: NO", "name: YES", "room/phoenix/one"),
    ("locations/phoenix.yaml", "serial: 007", "serial: 008", "device/phoenix/pen"),
    ("people/ada.yaml", "starts: 9:30", "starts: 9:45", "person/ada"),
    ("people/bo.yaml", "roles: [front_desk]", "roles: [manager]", "person/bo"),
    ("people/bo.yaml", "bo@aspen.example", "bo.reed@aspen.example", "person/bo"),
    ("people/bo.yaml", "given_name: Bo", "given_name: Bob", "person/bo"),
]


@pytest.mark.parametrize(("file", "old", "new", "changed"), EDITS)
def test_one_edit_is_one_change_and_raises_the_version(
    clinic: UUID, file: str, old: str, new: str, changed: str
) -> None:
    before = version(clinic)
    applied = apply(clinic, {**TWO, file: TWO[file].replace(old, new, 1)})
    assert (applied.changed, applied.archived) == ([changed], [])
    assert applied.version == version(clinic) == before + 1
    with within(clinic) as current:
        told = current.scalars(select(Event.data).where(Event.kind == EventKind.CONFIGURATION_APPLIED)).all()
    [said] = [one for one in told if one["version"] == before + 1]
    assert (said["changed"], said["archived"], said["source"]) == ([changed], [], "files")
    assert [one["thing"] for one in said["changes"]] == [changed]


def test_a_place_that_is_gone_is_archived_and_comes_back_as_itself(clinic: UUID) -> None:
    with within(clinic) as current:
        york = current.scalars(select(Location.id).where(Location.slug == "york")).one()
    gone = apply(clinic, without(TWO, "locations/york.yaml"))
    assert (gone.changed, gone.archived) == ([], ["location/york"])
    with within(clinic):
        assert [row.slug for row in places.list_locations()] == ["phoenix"]
    assert apply(clinic, TWO).changed == ["location/york"]
    with within(clinic):
        assert york in [row.id for row in places.list_locations()]


def test_a_person_who_left_is_out_and_comes_back_as_themselves(clinic: UUID) -> None:
    bo = user_of(clinic, "bo")
    assert comes_in(clinic, "bo@aspen.example")
    gone = apply(clinic, without(TWO, "people/bo.yaml"))
    assert (gone.changed, gone.archived) == ([], ["person/bo"])
    assert not comes_in(clinic, "bo@aspen.example")
    with within(clinic) as current:
        open_ones = "SELECT count(*) FROM sessions WHERE revoked_at IS NULL AND user_id = %(user)s"
        assert current.connection().exec_driver_sql(open_ones, {"user": bo}).scalar_one() == 0
        assert [row.slug for row in people.list_people()] == ["ada"]
    assert apply(clinic, without(TWO, "people/bo.yaml")).archived == []
    assert apply(clinic, TWO).changed == ["person/bo"]
    assert user_of(clinic, "bo") == bo
    assert comes_in(clinic, "bo@aspen.example")


def test_a_new_address_keeps_the_account(clinic: UUID) -> None:
    bo = user_of(clinic, "bo")
    apply(clinic, {**TWO, "people/bo.yaml": BO.replace("bo@", "Bo.Reed@")})
    assert user_of(clinic, "bo") == bo
    assert (comes_in(clinic, "bo@aspen.example"), comes_in(clinic, "bo.reed@aspen.example")) == (False, True)


def test_two_people_may_swap_their_addresses(clinic: UUID) -> None:
    ada, bo = user_of(clinic, "ada"), user_of(clinic, "bo")
    swapped = {
        **TWO,
        "people/ada.yaml": TWO["people/ada.yaml"].replace("ada@", "bo@"),
        "people/bo.yaml": BO.replace("bo@", "ada@"),
    }
    assert sorted(apply(clinic, swapped).changed) == ["person/ada", "person/bo"]
    with within(clinic):
        assert [users.get(user_id).email for user_id in (ada, bo)] == [
            "bo@aspen.example",
            "ada@aspen.example",
        ]
    assert apply(clinic, swapped).changed == []


def test_an_address_that_passes_on_brings_no_password_with_it(clinic: UUID) -> None:
    bo = user_of(clinic, "bo")
    cy = BO.replace("slug: bo", "slug: cy").replace("given_name: Bo", "given_name: Cy")
    after = {**without(TWO, "people/bo.yaml"), "people/cy.yaml": cy}
    applied = apply(clinic, after)
    assert (applied.changed, applied.archived) == (["person/cy"], ["person/bo"])
    assert user_of(clinic, "cy") != bo
    assert not comes_in(clinic, "bo@aspen.example")
    give_password(clinic, "cy")
    assert comes_in(clinic, "bo@aspen.example")
    back = {**after, "people/bo.yaml": BO.replace("bo@", "bo.reed@")}
    assert apply(clinic, back).changed == ["person/bo"]
    assert user_of(clinic, "bo") == bo
    assert comes_in(clinic, "bo.reed@aspen.example")


def test_an_address_of_an_account_that_nobody_configured_is_refused_to_another(clinic: UUID) -> None:
    with within(clinic):
        users.put("stray@aspen.example", "Stray", [], SYSTEM)
    with pytest.raises(EmailTaken, match=r"stray@aspen\.example"):
        apply(clinic, {**TWO, "people/bo.yaml": BO.replace("bo@", "stray@")})
    assert comes_in(clinic, "bo@aspen.example")


FAULTS: list[tuple[Any, str]] = [
    (configuring, "bring_locations"), (staffing, "put_all"), (configuring, "bring_people"),
    (tenants, "raise_config_version"),
]  # fmt: skip


@pytest.mark.parametrize(("module", "verb"), FAULTS)
def test_what_fails_midway_leaves_nothing(
    clinic: UUID, monkeypatch: pytest.MonkeyPatch, module: Any, verb: str
) -> None:
    real: Callable[..., Any] = getattr(module, verb)

    def fail_after(*args: Any, **values: Any) -> None:
        real(*args, **values)
        raise OSError("the disk is full")

    before = snapshot(clinic)
    changed = {name: text.replace("Aspen", "Birch").replace("Reed", "Rush") for name, text in TWO.items()}
    monkeypatch.setattr(module, verb, fail_after)
    with pytest.raises(OSError, match="disk"):
        apply(clinic, without(changed, "locations/york.yaml"))
    assert snapshot(clinic) == before
    monkeypatch.undo()
    assert "location/york" in apply(clinic, without(changed, "locations/york.yaml")).archived


def snapshot(tenant_id: UUID) -> dict[str, list[Any]]:
    """Return every row that a configuration may touch, of one tenant."""
    tables = ("tenants", "legal_entities", "locations", "opening_hours", "rooms", "devices", "people", "users",
              "user_roles", "working_hours", "events")  # fmt: skip
    rows: dict[str, list[Any]] = {}
    with within(tenant_id) as current:
        for table in tables:
            key = "id" if table == "tenants" else "tenant_id"
            query = f"SELECT to_jsonb(t) FROM {table} t WHERE {key} = %(tenant)s ORDER BY id"
            rows[table] = list(current.connection().exec_driver_sql(query, {"tenant": tenant_id}).scalars())
    return rows


def test_one_clinic_s_configuration_is_no_other_s(clinic: UUID, database: Urls) -> None:
    from tests.ground import make_tenant

    other = make_tenant()
    apply(other, TWO)
    before = snapshot(other)
    apply(clinic, without({**TWO, "clinic.yaml": aspen.CLINIC.replace("Aspen", "Birch")}, "people/bo.yaml"))
    assert snapshot(other) == before


def test_a_configuration_without_an_owner_is_refused() -> None:
    said = aspen.edited("people/ada.yaml", "roles: [owner, practitioner]", "roles: [practitioner]")
    assert said == ["clinic.yaml:1:1  nobody has the role 'owner'; expected at least one person who has it"]
    assert len(aspen.problems({"people/ada.yaml": None})) == 1


def test_a_broken_person_hides_whether_there_is_an_owner() -> None:
    assert [said for said in aspen.problems({"people/ada.yaml": "["}) if "owner" in said] == []
