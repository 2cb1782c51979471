"""Every room that keeps something pointing at the configuration has its part of the impact, or says why not."""

from collections.abc import Collection, Iterable

from sqlalchemy import Column, MetaData, Table, Uuid

from saas.db.base import Base, reference
from saas.provisioning import impacts
from tests.conventions.source import expect_none, files, import_all

# What owners configure, and the resources that stand for people, rooms and devices in the calendar.
CONFIGURATION = {
    "devices", "legal_entities", "locations", "offering_versions", "offerings", "people", "resources", "rooms",
}  # fmt: skip


def pointing(tables: Iterable[tuple[str, Table]]) -> dict[str, list[str]]:
    """Return the tables of each room that point at the configuration; *tables* stand with their rooms."""
    found: dict[str, list[str]] = {}
    for room, table in tables:
        if any(key.column.table.name in CONFIGURATION for key in table.foreign_keys):
            found.setdefault(room, []).append(table.name)
    return found


def left_out(
    found: dict[str, list[str]], parts: Collection[str], exceptions: Collection[str], modules: Collection[str]
) -> list[str]:
    """Return what has neither a part nor an exception, or both, or a part that is nowhere, or not listed."""
    declared = {*parts, *exceptions}
    return [
        *(f"{room}: no part for {', '.join(names)}" for room, names in found.items() if room not in declared),
        *(f"{room}: a part and an exception" for room in set(parts) & set(exceptions)),
        *(f"{room}: an exception for nothing" for room in set(exceptions) - found.keys()),
        *(f"{room}: an impact that is not in PARTS" for room in set(modules) - set(parts)),
        *(f"{room}: a part, and no module impact" for room in set(parts) - set(modules)),
    ]


def mapped() -> list[tuple[str, Table]]:
    import_all("models")
    return [
        (one.class_.__module__.split(".")[1], one.local_table)
        for one in Base.registry.mappers if isinstance(one.local_table, Table)
    ]  # fmt: skip


def modules() -> set[str]:
    return {source.room for source in files("saas") if source.module.split(".")[2:] == ["impact"]}


def test_every_room_that_points_at_the_configuration_tells_its_part() -> None:
    expect_none(left_out(pointing(mapped()), impacts.PARTS, impacts.NO_PART, modules()))
    assert all(impacts.NO_PART.values())


def test_planted_rooms_without_a_part_are_found() -> None:
    metadata = MetaData()

    def table(name: str, *columns: str) -> Table:
        made = Table(name, metadata, *(Column(one, Uuid()) for one in ("tenant_id", "id", *columns)))
        for one in columns:
            made.append_constraint(reference(one, one.removesuffix("_id") + "s"))
        return made

    table("locations"), table("patients")
    found = pointing([
        ("packages", table("sales", "location_id")), ("messaging", table("messages", "patient_id")),
    ])  # fmt: skip
    assert found == {"packages": ["sales"]}
    assert left_out(found, [], [], []) == ["packages: no part for sales"]
    assert not left_out(found, ["packages"], [], ["packages"])
    assert not left_out(found, [], ["packages"], [])
    assert left_out(found, ["packages"], ["packages"], ["packages"]) == ["packages: a part and an exception"]
    assert left_out({}, [], ["packages"], []) == ["packages: an exception for nothing"]
    assert left_out(found, ["packages"], [], ["packages", "intake"]) == [
        "intake: an impact that is not in PARTS"
    ]
    assert left_out(found, ["packages"], [], []) == ["packages: a part, and no module impact"]
