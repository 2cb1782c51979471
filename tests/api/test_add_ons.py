"""Visits with add-ons as programs book them: listed, searched, held, priced, moved and drawn."""

from typing import Any

import pytest

from saas.booking import reschedule
from saas.catalogue import offerings
from saas.kernel import clock
from saas.kernel.actors import Actor, ActorKind
from saas.practice import snapshot
from saas.scheduling import appointments
from saas.tenancy import tenants
from tests.api.kit import ANN, Program, refused
from tests.api.test_availability import STATEMENTS, statements
from tests.ground import within

NEEDLING = "micro-needling"


def slots(caller: Program, **query: Any) -> list[dict[str, Any]]:
    return caller.slots(NEEDLING, "phoenix", add_on=["prp"], **query)


def usd(minor: int) -> dict[str, Any]:
    return {"amount_minor": minor, "currency": "USD"}


def test_what_can_be_added_is_listed_with_price_and_minutes(caller: Program) -> None:
    listed = caller.get("/offerings", location="phoenix").json["offerings"]
    needling = next(o for o in listed if o["slug"] == NEEDLING)
    added = {a["slug"]: (a["price"], a["extra_minutes"], a["excludes"]) for a in needling["add_ons"]}
    assert added == {
        "prp": (usd(28000), 15, ["superficial-peel"]), "superficial-peel": (usd(8500), 15, ["prp"]),
    }  # fmt: skip
    assert needling["max_add_ons"] == 2
    at_york = caller.get("/offerings", location="new-york").json["offerings"]
    [needling] = [o for o in at_york if o["slug"] == NEEDLING]
    assert [a["slug"] for a in needling["add_ons"]] == ["superficial-peel"]
    assert [o["add_ons"] for o in listed if o["slug"] == "discovery-call"] == [[]]


def test_each_slot_says_who_does_what(caller: Program) -> None:
    found = slots(caller, days=21)
    assert found
    for slot in found:
        lead, drawer = slot["assignment"]
        assert (lead["role"], drawer["role"]) == ("practitioner", "phlebotomist")
        assert lead["practitioner"] == slot["practitioner"] != drawer["practitioner"]
    alone = {s["starts_at"] for s in caller.slots(NEEDLING, "phoenix", days=21)}
    assert {s["starts_at"] for s in found} < alone


def test_a_composed_search_is_four_statements(caller: Program) -> None:
    slots(caller)
    for days in (1, 30):
        with statements() as sent:
            slots(caller, days=days)
        assert len(sent) <= STATEMENTS, sent


def test_only_places_that_have_the_add_on_are_searched(caller: Program) -> None:
    everywhere = caller.get("/availability", offering=NEEDLING, add_on=["prp"], days=21).json["slots"]
    assert {slot["location"] for slot in everywhere} == {"phoenix"}


def test_a_hold_says_its_add_ons_crew_and_lines(caller: Program) -> None:
    slot = slots(caller, days=21)[0]
    held = caller.hold(slot, NEEDLING, add_ons=["prp"]).json
    assert (held["add_ons"], held["assignment"]) == (["prp"], slot["assignment"])
    assert (held["starts_at"], held["ends_at"]) == (slot["starts_at"], slot["ends_at"])
    assert [line["name"] for line in held["lines"]] == ["Micro-needling · Face", "Platelet-rich plasma"]
    net = sum(line["net"]["amount_minor"] for line in held["lines"])
    tax = sum((line["tax"] or {"amount_minor": 0})["amount_minor"] for line in held["lines"])
    assert held["quote"]["amount_minor"] == net + tax
    assert held["deposit"]["amount_minor"] == -(-net // 4)
    assert caller.get(f"/holds/{held['id']}").json == held
    refused(caller.hold(slot, NEEDLING, add_ons=["prp"]), 409, "slot_taken")
    assert slot not in slots(caller, days=21)


def test_a_plain_hold_has_one_line_and_one_person(caller: Program) -> None:
    held = caller.hold(caller.slots(NEEDLING, "phoenix", days=21)[-1], NEEDLING).json
    assert (held["add_ons"], len(held["lines"]), len(held["assignment"])) == ([], 1, 1)


@pytest.mark.parametrize(("location", "add_ons", "sentence"), [
    ("phoenix", ["massage"], "massage cannot be added to micro-needling."),
    ("new-york", ["prp"], "prp cannot be added to micro-needling."),
    ("phoenix", ["prp", "prp"], "The same add-on cannot be added twice."),
    ("phoenix", ["superficial-peel", "prp"], "prp and superficial-peel do not go together."),
])  # fmt: skip
def test_what_cannot_be_added_is_refused_with_its_sentence(
    caller: Program, location: str, add_ons: list[str], sentence: str
) -> None:
    slot = caller.slots(NEEDLING, location, days=21)[0]
    for answer in (
        caller.hold(slot, NEEDLING, add_ons=add_ons),
        caller.get("/availability", offering=NEEDLING, location=location, add_on=add_ons),
    ):
        refused(answer, 422, "add_on_refused")
        assert answer.json["detail"] == sentence


def confirmed(caller: Program) -> dict[str, Any]:
    """Book a visit with plasma at the desk's own risk, as staff may."""
    held = caller.hold(slots(caller, days=21)[0], NEEDLING, add_ons=["prp"]).json
    caller.patch(f"/holds/{held['id']}", patient={**ANN, "email": "added@mail.example"}, terms=True)
    with within(caller.clinic.id):
        row = appointments.get(held["id"], lock=True)
        appointments.confirm(row, Actor(ActorKind.USER), clock.now())
    return held


def test_a_visit_tells_its_add_ons_and_keeps_them_when_moved(caller: Program) -> None:
    held = confirmed(caller)
    visit = caller.get(f"/appointments/{held['id']}").json
    assert visit["add_ons"] == ["prp"]
    with within(caller.clinic.id):
        offering = reschedule.add_ons_of(appointments.get(held["id"]))
        assert [one.slug for one in offering] == ["prp"]
    later = next(s for s in slots(caller, days=21)[::-1] if s["practitioner"] == held["practitioner"])
    answer = caller.post(
        f"/appointments/{held['id']}/reschedule", starts_at=later["starts_at"], version=visit["version"]
    )
    assert answer.status_code == 200, answer.text
    moved = caller.get(f"/appointments/{held['id']}").json
    assert (moved["add_ons"], moved["ends_at"]) == (["prp"], later["ends_at"])


def test_the_schedule_draws_who_does_what_in_lanes(caller: Program) -> None:
    held = confirmed(caller)
    day = held["starts_at"][:10]
    drawn = caller.get("/schedule", location="phoenix", from_=day).json["resources"]
    lanes = {r["name"]: [c for c in r["claims"] if c["appointment"] == held["id"]] for r in drawn}
    [spun] = lanes["Centrifuge"]
    assert [s["takes"].keys() for s in spun["segments"] if s["add_on"] == "prp"] == [{"centrifuge"}]
    with within(caller.clinic.id):
        practice = snapshot.read(tenants.config_version(caller.clinic.id))
        lead = practice.practitioner(held["practitioner"])
    own = [segment for claim in lanes[lead.name] for segment in claim["segments"]]
    assert {s["kind"] for s in own if s["takes"].get("practitioner") == str(lead.id)} == {
        "prep",
        "hands_on",
        "finish",
    }
    assert not {claim["kind"] for lane in lanes.values() for claim in lane} - {"visit"}


def test_add_ons_are_no_offerings_by_themselves(caller: Program) -> None:
    refused(caller.get("/availability", offering="prp", location="phoenix"), 404, "not_found")
    listed = {o["slug"] for o in caller.get("/offerings").json["offerings"]}
    with within(caller.clinic.id):
        version = tenants.config_version(caller.clinic.id)
        assert listed.isdisjoint(offerings.list_add_ons(version))
