"""`saas config apply`: everything or nothing, and every fault at once."""

import shutil
from pathlib import Path

import pytest

from saas.catalogue import offerings
from saas.db import session
from saas.db.settings import Urls
from saas.identity import users
from saas.identity.roles import Role
from saas.kernel import ids, resources
from saas.kernel.actors import Actor, ActorKind
from saas.provisioning import changing, differing
from saas.provisioning.drafting import Draft
from saas.tenancy import tenants
from tests.cli.conftest import Saas

NOTE = "  note: no tax rate for {} in US-NY: such lines are for review"


@pytest.fixture
def clinic(tmp_path: Path, saas: Saas) -> Path:
    """A copy of the demo's small clinic under a name of its own, whose group exists and is empty."""
    slug = f"c{ids.new().hex}"
    folder = tmp_path / slug
    shutil.copytree(resources.path("tenants") / "elm", folder)
    change(folder / "clinic.yaml", "slug: elm\n", f"slug: {slug}\n")
    saas("tenant", "create", slug, "--name", "Larch", "--host", f"{slug}.example")
    return folder


def change(file: Path, old: str, new: str) -> int:
    """Replace *old* once; return the line it stands in."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def test_it_applies_once_and_then_changes_nothing(saas: Saas, clinic: Path) -> None:
    first = saas("config", "apply", str(clinic))
    assert first.status == 0, first.err
    assert "  location/new-york" in first.lines
    assert first.lines[-1].startswith("Applied as version ")
    assert saas("config", "apply", str(clinic)).lines == [NOTE.format("aesthetic"), "No changes."]


def test_a_price_without_a_tax_rate_is_noted_each_time(saas: Saas, clinic: Path) -> None:
    (clinic / "taxes.yaml").unlink()
    notes = [NOTE.format(purpose) for purpose in ("aesthetic", "therapeutic")]
    assert set(notes) <= set(saas("config", "apply", str(clinic)).lines)
    assert saas("config", "apply", str(clinic)).lines == [*notes, "No changes."]


def test_what_replaces_a_page_s_change_is_said(saas: Saas, clinic: Path, urls: Urls) -> None:
    saas("config", "apply", str(clinic))
    save_on_a_page(urls, clinic.name, "97.00")
    said = saas("config", "apply", str(clinic)).lines
    assert "  offering/dry-needling" in said
    [note] = [line for line in said if "saved on a page" in line]
    assert note.startswith("  note: offering/dry-needling replaces what Linh Castellanos saved on a page (")
    assert "price for everybody: 97.00 → " in note


def save_on_a_page(urls: Urls, slug: str, price: str) -> None:
    """Change what dry needling costs as its owner's page does."""
    session.connect(urls.app, pool_size=1)
    with session.scope():
        version = tenants.enter_by_slug(slug).config_version
        [owner] = [user for user, held in users.list_all() if Role.OWNER in held]
        seen = offerings.get("dry-needling", version)
        draft = Draft(amounts={(None,) * len(differing.SCOPE): price})
        changing.save("dry-needling", seen.version_id, draft, Actor(ActorKind.USER, owner.id))
    session.dispose()


def test_what_a_folder_no_longer_names_is_archived(saas: Saas, clinic: Path) -> None:
    saas("config", "apply", str(clinic))
    (clinic / "people" / "gideon-markowitz.yaml").unlink()
    assert "  person/gideon-markowitz (archived)" in saas("config", "apply", str(clinic)).lines


def test_every_fault_is_named_with_file_and_line_and_nothing_is_applied(saas: Saas, clinic: Path) -> None:
    location, person = clinic / "locations" / "new-york.yaml", clinic / "people" / "linh-castellanos.yaml"
    zone = change(location, "America/New_York", "America/New_Yrok")
    role = change(person, "roles: [owner, practitioner]", "roles: [owner, practicioner]")
    key = change(person, "titles:", "title:")
    ended = saas("config", "apply", str(clinic))
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("saas: The configuration has 3 problems; nothing was applied.")
    for place, meant in (
        (f"locations/new-york.yaml:{zone}:", "America/New_York"),
        (f"people/linh-castellanos.yaml:{role}:", "practitioner"),
        (f"people/linh-castellanos.yaml:{key}:", "titles"),
    ):
        [line] = [line for line in ended.err.splitlines() if line.startswith(place)]
        assert f"did you mean '{meant}'?" in line
    assert "active\t" in saas("tenant", "list").out
    assert "Elm Acupuncture" not in [
        line.split("\t")[3] for line in saas("tenant", "list").lines if line.startswith(clinic.name)
    ]


def test_a_group_that_is_not_there_yet_is_said(saas: Saas, clinic: Path) -> None:
    change(clinic / "clinic.yaml", f"slug: {clinic.name}\n", "slug: nowhere\n")
    ended = saas("config", "apply", str(clinic))
    assert ended.status == 1
    assert "no active clinic group nowhere" in ended.err


def test_a_folder_that_is_not_there_is_a_usage_error(saas: Saas, tmp_path: Path) -> None:
    assert saas("config", "apply", str(tmp_path / "none")).status == 2


def test_a_plan_is_shown_then_applied_and_then_there_is_nothing_to_do(
    saas: Saas, clinic: Path, tmp_path: Path
) -> None:
    saas("config", "apply", str(clinic))
    assert saas("config", "plan", str(clinic)).lines[-1] == "No changes."
    change(clinic / "people" / "gideon-markowitz.yaml", "given_name: Gideon", "given_name: Gil")
    shown = saas("config", "plan", str(clinic), "--out", str(tmp_path / "plan.json"), "--detailed-exitcode")
    assert shown.status == 2
    said = [line for line in shown.lines if "note:" not in line]
    assert said[:2] == ["  ~ person/gideon-markowitz", "      given_name: Gideon → Gil"]
    assert "Plan: 1 updated." in said
    applied = saas("config", "apply", str(clinic), "--plan", str(tmp_path / "plan.json"))
    assert (applied.status, applied.lines[0]) == (0, "  person/gideon-markowitz")
    again = saas("config", "apply", str(clinic), "--plan", str(tmp_path / "plan.json"))
    assert again.status == 1
    assert "The clinic is no longer as it was when the plan was made." in again.err


def test_an_export_plans_to_nothing_and_a_rollback_restores_it(
    saas: Saas, clinic: Path, tmp_path: Path
) -> None:
    version = saas("config", "apply", str(clinic)).lines[-1].removeprefix("Applied as version ").strip(".")
    first = exported(saas, clinic.name, tmp_path / "first")
    assert saas("config", "plan", str(tmp_path / "first")).lines[-1] == "No changes."
    (clinic / "people" / "gideon-markowitz.yaml").unlink()
    saas("config", "apply", str(clinic))
    assert exported(saas, clinic.name, tmp_path / "second") != first
    assert saas("config", "rollback", "--tenant", clinic.name, version, "--dry-run").lines[0] == (
        "  ^ person/gideon-markowitz"
    )
    assert saas("config", "rollback", "--tenant", clinic.name, version).status == 0
    assert exported(saas, clinic.name, tmp_path / "second") == first
    versions = saas("config", "history", "--tenant", clinic.name).lines
    assert f"\trollback to {version}\t" in versions[0]
    assert versions[-1].startswith(f"{version}\t")


def exported(saas: Saas, slug: str, folder: Path) -> dict[str, bytes]:
    """Export and return every file's bytes."""
    assert saas("config", "export", "--tenant", slug, str(folder)).status == 0
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.yaml")}


def test_an_export_goes_nowhere_else(saas: Saas, clinic: Path, tmp_path: Path) -> None:
    saas("config", "apply", str(clinic))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("x")
    ended = saas("config", "export", "--tenant", clinic.name, str(tmp_path / "mine"))
    assert (ended.status, [path.name for path in (tmp_path / "mine").iterdir()]) == (1, ["notes.txt"])
    assert "holds files that no export wrote" in ended.err
    junk = saas("config", "apply", str(clinic), "--plan", str(tmp_path / "mine" / "notes.txt"))
    assert (junk.status, "is no plan file" in junk.err) == (1, True)
