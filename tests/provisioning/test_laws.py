"""The laws of configuration as code, over generated configurations.

A few examples in the gate, for each goes through the database; many with `make test-all`.
"""

import copy
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from saas.catalogue import offerings, rulebook
from saas.credentials import attesting, supervising
from saas.db import session, versioned
from saas.db.settings import Urls
from saas.identity import staffing
from saas.kernel import clock, ids
from saas.kernel.actors import SYSTEM
from saas.practice import configuring
from saas.provisioning import applying, canonical, exporting, planning, reading, recording, standing
from saas.provisioning.applying import Applied, Terms
from saas.provisioning.comparing import What
from saas.provisioning.planning import Plan
from saas.tenancy import tenants
from tests.desk.test_schedule import statements
from tests.provisioning import generated
from tests.provisioning.generated import Files

ANYWAY = Terms(reason="a law is tested")
STEPS: list[tuple[Any, str]] = [
    (configuring, "bring_legal_entities"), (configuring, "bring_calendars"), (configuring, "bring_maintenance"),
    (staffing, "put_all"), (configuring, "bring_hours"), (supervising, "put_all"), (offerings, "bring"),
    (attesting, "put_policy"), (rulebook, "put_all"), (recording, "record"),
]  # fmt: skip
RENAMED = st.sampled_from(["loc-", "per-", "off-", "llc-", "room-", "pen", "spin"])


def law(**drawn: Any) -> Callable[[Any], Any]:
    """Let a law hold for a few of what is drawn in the gate, and for many in the long run."""

    def hold(test: Any) -> Any:
        checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
        few = min(3, settings().max_examples) if settings().max_examples <= 30 else 150
        return settings(
            max_examples=few, suppress_health_check=checks, phases=[Phase.explicit, Phase.generate]
        )(given(**drawn)(test))

    return hold


@contextmanager
def clinic(slug: str = "") -> Iterator[UUID]:
    """Work in a clinic group that is not there afterwards."""
    with session.engine().connect() as connection, connection.begin() as transaction:
        with session.using(session.make(bind=connection)) as current:
            tenant_id = tenants.create(slug or f"t{ids.new().hex}", "A clinic", SYSTEM)
            current.flush()
            yield tenant_id
        transaction.rollback()


def apply(files: Any) -> Applied:
    return applying.apply(generated.read(files), SYSTEM, ANYWAY)


def plan(files: Any) -> Plan:
    return planning.plan(generated.read(files), clock.now())


def export() -> dict[str, str]:
    return exporting.texts(standing.read().files)


def applied_again(texts: dict[str, str]) -> Applied:
    found = reading.read_files({name: text.encode() for name, text in texts.items()})
    return applying.apply(found, SYSTEM, ANYWAY)


@law(files=generated.configurations())
def test_what_is_applied_plans_to_nothing_and_an_export_is_the_same_everywhere(
    database: Urls, files: Files
) -> None:
    with clinic("drawn"):
        apply(files)
        assert plan(files).changes == ()
        first = export()
        assert applied_again(first).version == 0
    with clinic("drawn"):
        applied_again(first)
        assert export() == first


@law(one=generated.configurations(), other=generated.configurations())
def test_a_rollback_restores_byte_for_byte_and_keeps_every_identity(
    database: Urls, one: Files, other: Files
) -> None:
    with clinic():
        version = apply(one).version
        before = export()
        apply(other)
        assert plan(other).changes == ()
        applying.roll_back(version, SYSTEM, ANYWAY)
        assert export() == before
        assert plan(one).changes == ()


@law(one=generated.configurations(), other=generated.configurations(), step=st.sampled_from(STEPS))
def test_what_fails_midway_leaves_nothing(
    database: Urls, one: Files, other: Files, step: tuple[Any, str]
) -> None:
    with clinic(), pytest.MonkeyPatch.context() as patch:
        apply(one)
        before = (export(), len(recording.history()))
        real = getattr(*step)
        patch.setattr(*step, lambda *args: (real(*args), 1 / 0))
        with pytest.raises(ZeroDivisionError), session.current().begin_nested():
            apply({**other, **unlike(one, other)})
        session.current().expire_all()
        assert (export(), len(recording.history())) == before


def unlike(one: Files, other: Files) -> Files:
    """Return files of *other* that say something else than those of *one*, so that each step has something to do."""
    counts = one.get("attestations.yaml", {}).get("counts_unverified", False)
    return {
        "clinic.yaml": {**other["clinic.yaml"], "name": "Else"},
        "policies.yaml": {"late_arrival": [{"grace_minutes": 16}]},
        "attestations.yaml": {"counts_unverified": not counts}, "taxes.yaml": {"rates": []},
    }  # fmt: skip


@law(files=generated.configurations(), seed=st.integers(0, 2**16))
def test_the_order_of_files_says_nothing(files: Files, seed: int) -> None:
    shuffled = list(files.items())
    random.Random(seed).shuffle(shuffled)
    assert canonical.form(generated.read(dict(shuffled))) == canonical.form(generated.read(files))


@law(files=generated.configurations(), prefix=RENAMED, by_id=st.booleans())
def test_a_new_slug_keeps_identity(database: Urls, files: Files, prefix: str, by_id: bool) -> None:
    slug = next((found for _, found, _ in named(files) if found.startswith(prefix)), None)
    if slug is None:
        return
    with clinic():
        apply(files)
        held = {(file, found): one["id"] for file, found, one in named(standing.read().files)}
        after = renamed(files, slug, lambda file: {"id": held[file, slug]} if by_id else {"was": slug})
        changes = plan(after).changes
        assert {one.thing.slug for one in changes if one.what is What.RENAME} == {f"{slug}-new"}
        assert not [one for one in changes if one.what in (What.CREATE, What.ARCHIVE, What.REVIVE)]
        apply(after)
        again = {(file, found): one["id"] for file, found, one in named(standing.read().files)}
        assert again == {
            (as_file(file, slug), as_new(found, slug)): one for (file, found), one in held.items()
        }
        assert plan(after).changes == ()


def named(files: Files) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Return whatever has an identity: the file in which it stands, its slug, and what is said of it."""
    for file, data in files.items():
        if "/" in file:
            yield file, str(data["slug"]), data
        for key in ("legal_entities", "rooms", "devices"):
            yield from ((file, str(one["slug"]), one) for one in data.get(key, ()))


def renamed(files: Files, slug: str, said: Callable[[str], dict[str, str]]) -> Files:
    """Return *files* in which *slug* has another name wherever it stands; *said* is said of what stands in a file."""
    after = {as_file(file, slug): exchanged(data, slug) for file, data in files.items()}
    for file, data in after.items():
        before = file.replace(f"/{slug}-new.yaml", f"/{slug}.yaml")
        for _, found, one in named({file: data}):
            if found == f"{slug}-new":
                one |= said(before)
    return after


def as_file(file: str, slug: str) -> str:
    return f"{file.removesuffix(f'/{slug}.yaml')}/{slug}-new.yaml" if file.endswith(f"/{slug}.yaml") else file


def as_new(found: str, slug: str) -> str:
    return f"{slug}-new" if found == slug else found


def exchanged(data: Any, slug: str) -> Any:
    if isinstance(data, dict):
        return {key: exchanged(value, slug) for key, value in data.items()}
    if isinstance(data, list):
        return [exchanged(value, slug) for value in data]
    return as_new(data, slug) if isinstance(data, str) else data


@law(files=generated.configurations())
def test_a_rollback_of_a_create_archives_and_the_slug_again_revives(database: Urls, files: Files) -> None:
    place = next(str(data["slug"]) for name, data in files.items() if name.startswith("locations/"))
    extra = generated.anchor("per-zoe", place)
    with clinic():
        version = apply(files).version
        apply({**files, "people/per-zoe.yaml": extra})
        held = standing.read().files["people/per-zoe.yaml"]["id"]
        assert applying.roll_back(version, SYSTEM, ANYWAY).archived == ["person/per-zoe"]
        assert "people/per-zoe.yaml" not in standing.read().files
        [change] = plan({**files, "people/per-zoe.yaml": extra}).changes
        assert (change.what, change.thing.id) == (What.REVIVE, held)


ONE_THING: dict[str, tuple[str, tuple[str | int, ...], Any]] = {
    "clinic": ("clinic.yaml", ("name",), "Else"), "company": ("clinic.yaml", ("legal_entities", 0, "name"), "Else"),
    "location": ("locations/", ("phone",), "+1 602 555 0199"),
    "closures": ("locations/", ("closures",), ["2027-12-24"]),
    "room": ("locations/", ("rooms", 0, "name"), "Else"), "person": ("people/per-", ("given_name",), "Else"),
    "log-in": ("people/per-", ("email",), "else@drawn.example"), "papers": ("people/per-", ("credentials",), []),
    "may": ("people/per-", ("may_perform",), []), "offering": ("offerings/", ("summary", "en"), "Else"),
    "texts": ("offerings/", ("texts", "benefits"), {"en": "Else"}),
    "policies": ("policies.yaml", ("late_arrival",), [{"grace_minutes": 16}]),
    "attestations": ("attestations.yaml", ("restrictions",), [{"note": "Else"}]),
}  # fmt: skip


@law(files=generated.lavish(), what=st.sampled_from(sorted(ONE_THING)))
def test_one_change_takes_at_most_forty_two_statements_and_its_plan_forty(
    database: Urls, files: Files, what: str
) -> None:
    file, (*way, last), value = ONE_THING[what]
    after = copy.deepcopy(files)
    here: Any = next(data for name, data in after.items() if name.startswith(file))
    for step in way:
        here = here[step]
    here[last] = value
    with clinic():
        assert sent_by(files)[2] > 1
        planned, applied, changes = sent_by(after)
        assert (changes, planned <= 40, applied <= 42) == (1, True, True), (planned, applied)


@law(one=generated.configurations(), other=generated.configurations())
def test_a_whole_clinic_takes_a_number_of_statements_that_is_fixed_and_two_for_each_change(
    database: Urls, one: Files, other: Files
) -> None:
    with clinic():
        for files in (one, other):
            planned, applied, changes = sent_by(files)
            assert max(planned, applied) <= 70 + 2 * changes
        assert sent_by(other)[1] <= 40


def sent_by(files: Files) -> tuple[int, int, int]:
    """Apply *files*; return with how many statements they were planned and applied, and how many changes that made."""
    wanted = generated.read(files)
    versioned.forget()
    with statements() as planned:
        changes = len(planning.plan(wanted, clock.now()).changes)
    versioned.forget()
    with statements() as applied:
        applying.apply(wanted, SYSTEM, ANYWAY)
    return len(planned), len(applied), changes
