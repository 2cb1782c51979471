"""Who is who: a new slug keeps identity by id or by `was`, two slugs swap, and what is gone comes back as itself."""

from uuid import UUID

import pytest
from sqlalchemy import select

from saas.catalogue import composing, offerings
from saas.kernel.actors import SYSTEM
from saas.provisioning import applying, standing
from saas.provisioning.applying import Terms
from saas.provisioning.problems import ConfigurationInvalid
from saas.tenancy import tenants
from tests.ground import within
from tests.provisioning import aspen
from tests.provisioning import test_add_ons as added
from tests.provisioning import test_price_checks as priced
from tests.provisioning.test_applying import BO, TWO, apply, without

DI = BO.replace("slug: bo", "slug: di").replace("bo@", "di@").replace("given_name: Bo", "given_name: Di")


def id_of(tenant_id: UUID, kind: str, slug: str) -> UUID:
    """Return the id of what is in use under *slug*."""
    table = standing.KINDS[kind]
    with within(tenant_id) as current:
        query = select(table.id).where(table.slug == slug, table.archived_at.is_(None))
        found: UUID = current.scalars(query).one()
        return found


def said_when_applied(tenant_id: UUID, files: dict[str, str]) -> list[str]:
    with pytest.raises(ConfigurationInvalid) as caught:
        apply(tenant_id, files)
    return [str(problem) for problem in caught.value.problems]


def renamed(before: str, after: str, *, was: str = "") -> dict[str, str]:
    """Return the clinic in which *before* goes by another slug."""
    text = TWO[f"people/{before}.yaml"].replace(f"slug: {before}\n", f"slug: {after}\n{was}", 1)
    return {**without(TWO, f"people/{before}.yaml"), f"people/{after}.yaml": text}


def test_a_person_keeps_identity_by_the_slug_they_had(committed: UUID) -> None:
    apply(committed, TWO)
    bo = id_of(committed, "person", "bo")
    after = renamed("bo", "robert", was="was: bo\n")
    applied = apply(committed, after)
    assert (applied.changed, applied.archived) == (["person/robert"], [])
    assert id_of(committed, "person", "robert") == bo
    assert apply(committed, after).changed == []


def test_without_a_word_another_slug_is_another_thing(committed: UUID) -> None:
    apply(committed, TWO)
    bo = id_of(committed, "person", "bo")
    applied = apply(committed, renamed("bo", "robert"))
    assert (applied.changed, applied.archived) == (["person/robert"], ["person/bo"])
    assert id_of(committed, "person", "robert") != bo


def test_two_may_swap_their_slugs_by_their_ids(committed: UUID) -> None:
    three = {**TWO, "people/di.yaml": DI}
    apply(committed, three)
    bo, di = (id_of(committed, "person", slug) for slug in ("bo", "di"))
    swapped = {
        **three,
        "people/bo.yaml": DI.replace("slug: di", f"slug: bo\nid: {di}"),
        "people/di.yaml": BO.replace("slug: bo", f"slug: di\nid: {bo}"),
    }
    assert apply(committed, swapped).changed == ["person/bo", "person/di"]
    assert [id_of(committed, "person", slug) for slug in ("bo", "di")] == [di, bo]
    assert apply(committed, swapped).changed == []


def test_a_slug_passes_on_and_who_had_it_comes_back_under_another(committed: UUID) -> None:
    apply(committed, TWO)
    bo = id_of(committed, "person", "bo")
    with_heir = {**TWO, "people/bo.yaml": DI.replace("slug: di", f"slug: bo\nid: {UUID(int=7)}")}
    # An id that nobody has is no reason to be somebody else: the slug is in use.
    assert apply(committed, with_heir).archived == []
    assert id_of(committed, "person", "bo") == bo
    apply(committed, without(TWO, "people/bo.yaml"))
    fresh = {**TWO, "people/robert.yaml": BO.replace("slug: bo", f"slug: robert\nid: {bo}")}
    applied = apply(committed, {**without(fresh, "people/bo.yaml")})
    assert applied.changed == ["person/robert"]
    assert id_of(committed, "person", "robert") == bo


def test_a_room_keeps_identity_within_its_location_and_a_device_may_move(committed: UUID) -> None:
    apply(committed, TWO)
    room, pen = id_of(committed, "room", "one"), id_of(committed, "device", "pen")
    phoenix = TWO["locations/phoenix.yaml"].replace("{slug: one,", "{slug: first, was: one,")
    assert apply(committed, {**TWO, "locations/phoenix.yaml": phoenix}).changed == ["room/phoenix/first"]
    assert id_of(committed, "room", "first") == room
    kept, pens = phoenix.split("devices:\n")
    york = TWO["locations/york.yaml"] + "devices:\n" + pens.replace("{slug: pen,", f"{{slug: pen, id: {pen},")
    moved = {**TWO, "locations/phoenix.yaml": kept, "locations/york.yaml": york}
    assert apply(committed, moved).changed == ["device/york/pen"]
    assert id_of(committed, "device", "pen") == pen


def test_an_earlier_slug_that_names_nothing_is_a_problem_with_its_line(committed: UUID) -> None:
    apply(committed, TWO)
    assert said_when_applied(committed, renamed("bo", "robert", was="was: bob\n")) == [
        "people/robert.yaml:2:6  was: there is no person 'bob' that this could have been; did you mean 'bo'?"
    ]


def test_an_id_of_something_else_is_a_problem_with_its_line(committed: UUID) -> None:
    apply(committed, TWO)
    york = id_of(committed, "location", "york")
    files = {**TWO, "people/bo.yaml": BO.replace("slug: bo", f"slug: bo\nid: {york}")}
    assert said_when_applied(committed, files) == [
        "people/bo.yaml:2:5  id: the id is that of a location; expected the id of a person, or none"
    ]


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ("id: 7", "id: '7' is not an id; expected an id as"),
        (
            "was: ada",
            "was: the person 'ada' is still there; expected an earlier slug; to swap two, give both",
        ),
        ("was: bo", "was: is its own slug; expected an earlier slug"),
    ],
)
def test_a_claim_that_cannot_hold_is_refused(extra: str, said: str) -> None:
    [problem] = aspen.problems({"people/bo.yaml": BO.replace("slug: bo", f"slug: bo\n{extra}")})
    assert problem.startswith("people/bo.yaml:2:")
    assert said in problem


def test_two_documents_claim_one_id_or_one_earlier_slug() -> None:
    text = f"id: {UUID(int=9)}\nwas: cy\n"
    claims = {"people/bo.yaml": BO + text, "people/di.yaml": DI + text}
    assert aspen.problems(claims) == [
        "people/di.yaml:6:5  id: the id '00000000-0000-0000-0000-000000000009' is claimed already in "
        "people/bo.yaml, person 'bo'; expected an id of its own, or none",
        "people/di.yaml:7:6  was: 'bo' says already that it was 'cy'; expected one heir",
    ]


def test_what_places_that_swapped_their_slugs_offer_is_said_anew_and_was_said_of_those_it_meant(
    committed: UUID,
) -> None:
    files = {**TWO, **priced.files(priced.VISIT + priced.PRICES)}
    apply(committed, files)
    phoenix, york = (id_of(committed, "location", slug) for slug in ("phoenix", "york"))
    with within(committed):
        before = standing.current_versions()["visit"]
    swapped = {
        **files,
        "locations/phoenix.yaml": files["locations/york.yaml"].replace(
            "slug: york", f"slug: phoenix\nid: {york}"
        ),
        "locations/york.yaml": files["locations/phoenix.yaml"].replace(
            "slug: phoenix", f"slug: york\nid: {phoenix}"
        ),
    }
    apply(committed, swapped)
    with within(committed):
        after = standing.current_versions()["visit"]
        assert (after.content, after.id != before.id) == (before.content, True)
        was, now = (offerings.get_version(one.id) for one in (before, after))
        assert [(one.locations[0], one.prices[1].location) for one in (was, now)] == [
            ("york", "york"), ("phoenix", "phoenix")
        ]  # fmt: skip
    assert apply(committed, swapped).version == 0


def test_a_version_tells_an_archived_add_on_from_another_that_has_its_slug_now(committed: UUID) -> None:
    before = apply(committed, {**aspen.GOOD, **added.ADDED})
    with within(committed):
        visit = offerings.get("visit", before.version).version_id
        held = {slug: one.version_id for slug, one in offerings.list_add_ons(before.version).items()}
    plain = added.VISIT.partition("add_ons:")[0]
    heir = added.TALK.replace("slug: talk\n", "slug: draw\nwas: talk\n")
    files = {**aspen.GOOD, **added.STAFF, "offerings/visit.yaml": plain}
    apply(committed, {**files, "offerings/talk.yaml": added.TALK})
    apply(committed, {**files, "offerings/draw.yaml": heir})
    with within(committed):
        was = offerings.get_versions([visit, *held.values()])
        draw, talk = (was[held[slug]] for slug in ("draw", "talk"))
        assert talk.slug == "draw"
        assert [one.offering for one in was[visit].add_ons] == [draw.slug, talk.slug]
        assert was[visit].add_ons[1].excludes == (draw.slug,)
        assert composing.of_offering(was[visit], [draw]).needs[1].procedures == ("prp_draw",)
        assert composing.of_offering(was[visit], [talk]).minutes == 85
        applying.roll_back(before.version, SYSTEM, Terms(reason="back"))
        now = offerings.list_add_ons(tenants.config_version(committed))
        assert {slug: one.id for slug, one in now.items()} == {"draw": draw.id, "talk": talk.id}
