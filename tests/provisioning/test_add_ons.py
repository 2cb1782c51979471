"""Add-ons in a folder: what is read, and the sentence and the place of each fault."""

from uuid import UUID

import pytest

from saas.catalogue import composing, offerings
from saas.catalogue.adding import AddOnRefused
from saas.catalogue.contents import AddOn, JoinMode, SegmentKind
from saas.kernel.errors import NotFound
from saas.practice import snapshot
from saas.provisioning import reading
from tests.ground import within
from tests.provisioning import aspen
from tests.provisioning.test_applying import apply, without
from tests.provisioning.test_reading import TENANTS

VISIT = (
    aspen.VISIT
    + """\
locations: [phoenix, york]
segments:
  - {kind: prep, minutes: 10}
  - {kind: processing, minutes: 30}
  - {kind: hands_on, minutes: 20}
  - {kind: finish, minutes: 10}
add_ons:
  - {offering: draw, mode: parallel, with: processing, excludes: [talk]}
  - {offering: talk, mode: serial, before: finish}
max_add_ons: 2
"""
)
DRAW = """\
slug: draw
kind: add_on
name: {en: Blood draw}
summary: {en: A little blood}
category: consultation
procedures: [prp_draw]
locations: [york]
segments:
  - {kind: hands_on, minutes: 5, roles: [phlebotomist]}
  - {kind: processing, minutes: 15}
"""
TALK = """\
slug: talk
kind: add_on
name: {en: Talk}
summary: {en: A talk}
category: consultation
procedures: [consultation]
locations: [phoenix, york]
segments: [{kind: hands_on, minutes: 15}]
"""
DREW = aspen.CLEO.replace("cleo", "drew").replace("is_practitioner: yes\n", "is_practitioner: yes\n"
                                                  "max_concurrent_patients: 3\n")  # fmt: skip
STAFF = {
    "people/ada.yaml": aspen.ADA + aspen.MAY_CONSULT,
    "people/cleo.yaml": aspen.CLEO, "people/drew.yaml": DREW,
}  # fmt: skip
ADDED = {
    **STAFF,
    "offerings/visit.yaml": VISIT, "offerings/draw.yaml": DRAW, "offerings/talk.yaml": TALK,
}  # fmt: skip


def said_of(file: str, old: str, new: str) -> list[str]:
    """Return what is said once *old* of a good file is *new*."""
    assert old in ADDED[file]
    return aspen.problems({**ADDED, file: ADDED[file].replace(old, new, 1)})


def test_they_are_read_with_where_they_go(committed: UUID) -> None:
    applied = apply(committed, {**aspen.GOOD, **ADDED})
    with within(committed):
        visit = offerings.get("visit", applied.version)
        assert visit.add_ons == (
            AddOn("draw", JoinMode.PARALLEL, None, SegmentKind.PROCESSING, None, ("talk",)),
            AddOn("talk", JoinMode.SERIAL, SegmentKind.FINISH, None, None, ("draw",)),
        )
        both = offerings.add_ons_of(visit, "york", applied.version)
        assert [one.slug for one in both] == ["draw", "talk"]
        assert composing.of_offering(visit, both[:1]).needs[1].procedures == ("prp_draw",)
        practice = snapshot.read(applied.version)
        most = {slug: practice.practitioner(slug).max_concurrent_patients for slug in ("cleo", "drew")}
        assert most == {"cleo": 1, "drew": 3}
    assert apply(committed, {**aspen.GOOD, **ADDED}).changed == []


def test_an_add_on_is_never_booked_by_itself_and_only_where_it_is_offered(committed: UUID) -> None:
    version = apply(committed, {**aspen.GOOD, **ADDED}).version
    with within(committed):
        visit = offerings.get("visit", version)
        assert set(offerings.list_current(version)) == {"visit"}
        assert set(offerings.list_add_ons(version)) == {"draw", "talk"}
        with pytest.raises(NotFound):
            offerings.get("draw", version)
        assert [one.slug for one in offerings.get_add_ons(visit, ["talk"], "phoenix", version)] == ["talk"]
        for slugs, place in ((["draw"], "phoenix"), (["draw", "talk"], "york"), (["visit"], "york")):
            with pytest.raises(AddOnRefused):
                offerings.get_add_ons(visit, slugs, place, version)


def test_an_archived_add_on_is_not_to_be_had_and_its_version_is_kept(committed: UUID) -> None:
    before = apply(committed, {**aspen.GOOD, **ADDED}).version
    with within(committed):
        held = offerings.list_add_ons(before)["draw"].version_id
    dropped = VISIT.replace("  - {offering: draw, mode: parallel, with: processing, excludes: [talk]}\n", "")
    files = {**aspen.GOOD, **without(ADDED, "offerings/draw.yaml"), "offerings/visit.yaml": dropped}
    applied = apply(committed, files)
    assert "offering/draw" in applied.archived
    with within(committed):
        assert set(offerings.list_add_ons(applied.version)) == {"talk"}
        assert offerings.get_version(held).segments[0].roles == ("phlebotomist",)


VISIT_FAULTS = [
    ("offering: draw", "offering: drew", "there is no add-on 'drew'; did you mean 'draw'?"),
    ("offering: draw", "offering: zzz", "there is no add-on 'zzz'; expected one of 'draw', 'talk'"),
    ("offering: draw", "offering: talk", "'talk' is already added in line 13; expected each add-on once"),
    ("offering: draw", "offering: visit", "the add-ons go in a circle: visit → visit"),
    ("[talk]", "[tall]", "'tall' is not among these add-ons; did you mean 'talk'?"),
    ("[talk]", "[draw]", "'draw' excludes itself"),
    ("mode: parallel", "mode: paralell", "unknown value 'paralell'; expected one of"),
    ("mode: serial, before", "mode: serial, with", "a serial add-on goes with no segment; expected 'before'"),
    ("parallel, with", "parallel, before", "only a serial add-on comes before a segment; expected 'with'"),
    ("with: processing", "wiht: processing", "unknown key 'wiht'; did you mean 'with'?"),
    ("max_add_ons: 2", "max_add_ons: 0", "is too little; expected 1 or more"),
    ("kind: finish, minutes: 10", "kind: finish, minutes: 0", "is too little; expected 1 or more"),
    ("30}", "30, roles: [practitioner]}", "the practitioner is free while something is processing"),
    ("10}", "10, parallel: true}", "the first segment has none before it to be parallel to"),
    ("10}", "10, procedures: [prp_draw]}", "'prp_draw' is not among the offering's procedures"),
    ("[consultation]", "[consultation, prp_draw]", "nobody at 'phoenix' may fill the role 'practitioner'"),
    ("kind: finish", "kind: hands_on", "talk joins at the one segment of kind finish, and there are 0"),
    ("before: finish", "before: turnaround", "with talk, talk joins at the one segment of kind turnaround"),
    ("20}", "20, roles: [practitioner, helper]}", "and 'helper' need different people, and at 'phoenix' only 'ada'"),
    ("20}\n", "20}\n  - {kind: prep, minutes: 5, parallel: true}\n", "practitioner would be needed twice at once"),
    ("with: processing", "with: processing, rest_before: finish", "draw has nothing that follows a processing"),
    ("parallel, with: processing", "inside, with: prep", "draw can be inside a processing segment only"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sentence"), VISIT_FAULTS)
def test_a_fault_of_the_visit_is_said_where_it_stands(old: str, new: str, sentence: str) -> None:
    said = said_of("offerings/visit.yaml", old, new)
    assert any(one.startswith("offerings/visit.yaml:") and sentence in one for one in said), said


ADD_ON_FAULTS = [
    ("offerings/talk.yaml", "kind: add_on\n", "", "'talk' is booked by itself; expected an offering of kind 'add_on'"),
    ("offerings/talk.yaml", "[phoenix, york]", "[phoenix, yorck]", "there is no location 'yorck'"),
    ("offerings/talk.yaml", "kind: add_on", "kind: addon", "unknown value 'addon'"),
    ("offerings/talk.yaml", "kind: add_on", "kind: add_on\nlead_minutes: 60",
     "lead_minutes: an add-on has none of its own, the visit's holds"),
    ("offerings/talk.yaml", "kind: add_on", "kind: add_on\nadd_ons: [{offering: draw, mode: serial}]",
     "add_ons: an add-on has none of its own"),
    ("offerings/talk.yaml", "minutes: 15}", "minutes: 15, devices: [centrifuge]}",
     "phoenix has no device of kind 'centrifuge'; expected a device of that kind there, or other locations"),
    ("offerings/draw.yaml", "[prp_draw]", "[prp_draw, prp_process]", "'phlebotomist' (prp_draw, prp_process)"),
    ("offerings/draw.yaml", "  - {kind: hands_on, minutes: 5, roles: [phlebotomist]}\n", "",
     "nobody does 'prp_draw' in any segment; expected a segment with it, and with a role"),
    ("people/drew.yaml", "patients: 3", "patients: 0", "is too little; expected 1 or more"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "sentence"), ADD_ON_FAULTS)
def test_a_fault_of_an_add_on_is_said(file: str, old: str, new: str, sentence: str) -> None:
    said = said_of(file, old, new)
    assert any(sentence in one for one in said), said


def test_one_person_cannot_fill_two_roles() -> None:
    [said] = aspen.problems({**ADDED, "people/drew.yaml": None})
    assert said == (
        "offerings/visit.yaml:13:5  add_ons[0]: with draw, the roles 'practitioner' and 'phlebotomist' need different "
        "people, and at 'york' only 'cleo' may fill them; expected people who work there and may, or other locations"
    )


def test_a_circle_of_several_is_said_once() -> None:
    talk = TALK.replace("kind: add_on\n", "") + "add_ons: [{offering: visit, mode: serial}]\n"
    said = [one for one in aspen.problems({**ADDED, "offerings/talk.yaml": talk}) if "circle" in one]
    assert said == [
        "offerings/talk.yaml:8:10  add_ons: the add-ons go in a circle: talk → visit → talk; expected an end of it"
    ]


def test_a_place_in_common_is_needed() -> None:
    said = said_of("offerings/visit.yaml", "locations: [phoenix, york]", "locations: [phoenix]")
    assert len(said) == 1
    assert "'draw' is offered at none of these locations; expected one of 'phoenix'" in said[0]


def test_what_fails_is_said_once_with_the_fewest_add_ons() -> None:
    free = VISIT.replace(", excludes: [talk]", "").replace("draw, mode: parallel", "draw, mode: inside")
    long = DRAW.replace("minutes: 15", "minutes: 45")
    said = aspen.problems({**ADDED, "offerings/visit.yaml": free, "offerings/draw.yaml": long})
    assert [one.partition("; ")[0] for one in said] == [
        "offerings/visit.yaml:13:5  add_ons[0]: with draw, draw takes 50 minutes and does not fit into 30"
    ]


def test_only_a_pair_that_cannot_be_is_named_as_a_pair() -> None:
    free = VISIT.replace(", excludes: [talk]", "").replace("mode: serial, before: finish", "mode: inside")
    talk = TALK.replace("minutes: 15", "minutes: 15, roles: [phlebotomist]").replace(
        "[phoenix, york]", "[york]"
    )
    [said] = aspen.problems({**ADDED, "offerings/visit.yaml": free, "offerings/talk.yaml": talk})
    assert "add_ons[1]: with draw and talk, phlebotomist would be needed twice at once" in said


def test_a_person_s_broken_file_hides_who_may_fill_a_role() -> None:
    said = aspen.problems({**ADDED, "people/drew.yaml": "["})
    assert [one.partition(":")[0] for one in said] == ["people/drew.yaml"]


def test_the_demo_s_plasma_takes_three_acts_of_two_people() -> None:
    riverstone = reading.read_folder(TENANTS / "riverstone")
    plasma = next(one for one in riverstone.offerings if one.slug == "prp")
    assert [act.value for act in plasma.procedures] == ["prp_draw", "prp_process", "prp_administer"]
    may = {p.slug: {row.procedure.value for row in p.may_perform} for p in riverstone.people}
    assert may["desta-alemayehu"] == {"prp_draw"}
    assert may["marcus-whitehorse"] >= {"prp_draw", "prp_process"}
    assert may["teodora-blagoeva"] >= {act.value for act in plasma.procedures}
