"""A configuration as the rooms understand it is what they read once it is applied."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from saas.catalogue import composing
from saas.credentials import eligibility
from saas.kernel import clock, ids, resources
from saas.practice import snapshot
from saas.provisioning import identifying, impacts, reading, tables, worlds
from saas.provisioning.schema import Configuration
from saas.provisioning.worlds import World
from saas.tenancy import tenants
from tests.ground import within
from tests.journeys.kit import Clinic


def resolved(configuration: Configuration) -> Configuration:
    """Return *configuration* with the ids that its things have in the current session's clinic."""
    return identifying.named(identifying.resolve(configuration, tables.read()))


def alike(world: World) -> dict[str, object]:
    """Return what a world says, but for the order of units and the ids of versions."""
    practice = world.practice
    return {
        "places": practice.places, "by_slug": practice.by_slug, "people": practice.practitioners,
        "rooms": set(practice.rooms), "devices": set(practice.devices), "companies": world.companies,
        "staff": world.staff, "granted": world.granted, "word": world.word, "named": world.named,
        "held": {person: sorted(map(repr, papers)) for person, papers in world.held.items()},
        "offerings": {one.id: replace(one, version_id=one.id) for one in world.offerings.values()},
    }  # fmt: skip


def with_names(renamed: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a clinic with slugs exchanged, in their names too."""
    folder = resources.path("tenants") / "riverstone"
    for path in sorted(folder.rglob("*.yaml")):
        name, text = path.relative_to(folder).as_posix(), path.read_text()
        for old, new in renamed.items():
            name = name.replace(f"/{old}.yaml", f"/{new}.yaml")
            text = re.sub(rf"\b{old}\b(?!\.| St)", new, text)
        for old, new in renamed.items():
            if name.endswith(f"/{new}.yaml"):
                text += f"\nwas: {old}\n"
        yield name, text.encode()


@pytest.mark.parametrize("part", alike(World(snapshot.Practice({}, {}, (), ()))))
def test_a_configuration_is_the_world_that_is_read_once_it_is_applied(practice: Clinic, part: str) -> None:
    with within(practice.id):
        stands = worlds.standing(tenants.config_version(practice.id))
        built = worlds.of(resolved(practice.configuration), worlds.kept_of(stands))
    assert alike(built)[part] == alike(stands)[part]


def test_what_does_not_change_has_no_impact(practice: Clinic) -> None:
    with within(practice.id):
        stands = worlds.standing(tenants.config_version(practice.id))
        built = worlds.of(resolved(practice.configuration), worlds.kept_of(stands))
        assert impacts.of(stands, built, clock.now()) == ()


def test_a_thing_that_is_renamed_is_still_itself(practice: Clinic) -> None:
    """The slugs of a place, a person and an offering change, with all that names them; the ids stay."""
    renamed = {"hoboken": "sinatra-park", "hana-kobayashi": "hana-k", "dry-needling": "needling"}
    with within(practice.id):
        stands = worlds.standing(tenants.config_version(practice.id))
        after = resolved(reading.read_files(dict(with_names(renamed))))
        built = worlds.of(after, worlds.kept_of(stands))
        assert "sinatra-park" in built.practice.by_slug
        assert impacts.of(stands, built, clock.now()) == ()


def test_a_world_answers_who_may_perform_what_as_booking_is_answered(practice: Clinic) -> None:
    with within(practice.id):
        version = tenants.config_version(practice.id)
        world = worlds.standing(version)
        there = world.practice
        needs = {need for one in world.offerings.values() for need in composing.roles(one.segments)}
        for person, place, need in product(there.practitioners.values(), there.places.values(), needs):
            asked = eligibility.question(there, place, person, need)
            assert world.answers.periods(person, place, need) == eligibility.periods(asked, version)


def test_a_thing_without_an_identity_is_not_passed_over(practice: Clinic) -> None:
    with pytest.raises(ValueError, match="has no id"):
        worlds.of(practice.configuration)


def test_absences_and_accounts_stay_whatever_a_configuration_says(practice: Clinic) -> None:
    with within(practice.id):
        known = resolved(practice.configuration)
    [person] = [one.id for one in known.people if one.slug == "hana-kobayashi"]
    assert person
    now, user = clock.now(), ids.new()
    kept = worlds.Kept({person: ((now, now),)}, {person: user})
    built = worlds.of(known, kept)
    assert built.practice.practitioners[person].time_off == ((now, now),)
    assert built.staff[person].user_id == user
    assert worlds.kept_of(built) == kept
