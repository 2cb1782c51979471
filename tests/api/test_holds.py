"""From a free time to a certain visit, as a program does it; and every way it is refused."""

import itertools

from saas.identity.roles import Role
from saas.kernel import ids
from tests.api.kit import ANN, Program, later, program, refused
from tests.journeys.kit import Clinic


def test_a_free_time_is_held_completed_and_confirmed(caller: Program) -> None:
    slot = caller.slots()[0]
    held = caller.hold(slot)
    assert held.status_code == 201
    body = held.json
    assert (body["state"], body["needs"]) == ("held", ["patient", "terms"])
    assert (body["starts_at"], body["ends_at"]) == (slot["starts_at"], slot["ends_at"])
    assert (body["location"], body["practitioner"]) == ("phoenix", slot["practitioner"])
    path = f"/holds/{body['id']}"
    refused(caller.post(f"{path}/confirm"), 409, "needs_open")
    assert caller.patch(path, patient=ANN).json["needs"] == ["terms"]
    assert caller.patch(path, terms=True).json["needs"] == []
    visit = caller.post(f"{path}/confirm").json
    assert (visit["state"], visit["id"], visit["source"]) == ("confirmed", body["id"], "api")
    assert visit["starts_at"] == slot["starts_at"]
    assert caller.get(f"/appointments/{body['id']}").json == visit


def test_what_is_held_is_no_longer_offered(caller: Program) -> None:
    slot = caller.slots()[3]
    assert caller.hold(slot).status_code == 201
    assert slot not in caller.slots()
    refused(caller.hold(slot), 409, "slot_taken")


def test_a_released_time_is_offered_again(caller: Program) -> None:
    slot = caller.slots()[5]
    path = f"/holds/{caller.hold(slot).json['id']}"
    assert caller.get(f"{path}/questions").json == {"questions": [], "version": 1}
    assert caller.delete(path).status_code == caller.delete(path).status_code == 204
    assert slot in caller.slots()
    refused(caller.patch(path, terms=True), 409, "hold_lapsed")
    assert caller.get(path).json["state"] == "released"


def test_a_program_may_hold_many_times_at_once(caller: Program) -> None:
    slots = caller.slots("discovery-call", "hoboken")
    one, other = slots[0], slots[-1]
    held = [caller.hold(slot, "discovery-call") for slot in (one, other)]
    assert [h.status_code for h in held] == [201, 201]
    assert [caller.get(f"/holds/{h.json['id']}").json["state"] for h in held] == ["held", "held"]


def test_a_hold_is_its_tokens_alone(caller: Program, riverstone: Clinic, elm: Clinic) -> None:
    hold_id = caller.hold(caller.slots()[7]).json["id"]
    nobodys = program(riverstone).get(f"/holds/{ids.new()}")
    for stranger in (program(riverstone), program(elm)):
        for answer in (
            stranger.get(f"/holds/{hold_id}"), stranger.get(f"/holds/{hold_id}/questions"),
            stranger.patch(f"/holds/{hold_id}", terms=True), stranger.post(f"/holds/{hold_id}/confirm"),
            stranger.delete(f"/holds/{hold_id}"),
        ):  # fmt: skip
            assert (answer.status_code, answer.data) == (404, nobodys.data)
    assert caller.get(f"/holds/{hold_id}").json["state"] == "held"


def test_times_that_cannot_be_are_refused_with_the_reason(caller: Program) -> None:
    slot = caller.slots(days=14)[-1]
    for starts_at, code in (
        ("2020-01-07T10:00:00-07:00", "past"), (later(slot["starts_at"], minutes=7), "off_grid"),
        (later(slot["starts_at"], days=301), "horizon"), (later(slot["starts_at"], hours=12), "closed"),
    ):  # fmt: skip
        answer = caller.hold({**slot, "starts_at": starts_at})
        assert refused(answer, 422, "not_bookable") == [code]


def test_whoever_may_not_do_it_is_not_eligible(caller: Program) -> None:
    slot = {**caller.slots()[0], "practitioner": "marcus-whitehorse"}
    assert refused(caller.hold(slot), 422, "not_eligible") == ["practitioner_not_permitted"]


def test_what_is_not_there_is_not_found(caller: Program) -> None:
    slot = caller.slots()[0]
    for change in ({"location": "atlantis"}, {"practitioner": "nobody"}):
        refused(caller.hold({**slot, **change}), 404, "not_found")
    refused(caller.hold(slot, "massage"), 404, "not_found")
    refused(caller.hold(slot, patient=str(ids.new())), 404, "not_found")
    refused(caller.get("/holds/7"), 404, "not_found")


def test_input_that_is_no_request_is_refused(caller: Program) -> None:
    slot = caller.slots()[0]
    for change in ({"starts_at": "2026-11-10T10:00:00"}, {"starts_at": "0001-01-01T00:00:00+14:00"},
                   {"starts_at": 7}, {"location": None}):  # fmt: skip
        refused(caller.hold({**slot, **change}), 422, "invalid")
    refused(caller.hold(slot, colour="blue"), 422, "invalid")
    refused(caller.hold(slot, add_ons=["prp"] * 9), 422, "invalid")


def test_details_are_refused_field_by_field(caller: Program) -> None:
    path = f"/holds/{caller.hold(caller.slots()[9]).json['id']}"
    bad = {**ANN, "family_name": "e" * 10_000, "email": "ann", "birth_date": "2190-01-01"}
    assert refused(caller.patch(path, patient=bad), 422, "details_refused") == [
        "family_name_too_long", "email_invalid", "birth_date_future",
    ]  # fmt: skip
    assert (
        caller.patch(path, patient={**ANN, "given_name": "李", "family_name": "Þórsdóttir"}).status_code
        == 200
    )


def test_a_known_patient_is_not_in_two_places(caller: Program) -> None:
    patient = caller.post("/patients", **ANN).json["id"]
    slots = caller.slots("discovery-call", "phoenix")
    slot, other = next((a, b) for a, b in itertools.pairwise(slots) if a["starts_at"] == b["starts_at"])
    assert caller.hold(slot, "discovery-call", patient=patient).json["needs"] == ["terms"]
    refused(caller.hold(other, "discovery-call", patient=patient), 409, "patient_busy")
    free = caller.slots("discovery-call", "phoenix", patient=patient)
    assert slot["starts_at"] not in {s["starts_at"] for s in free}


def test_who_only_looks_does_not_hold(riverstone: Clinic) -> None:
    looker = program(riverstone, Role.PRACTITIONER)
    refused(looker.hold(looker.slots()[0]), 403, "not_allowed")


def test_a_variant_is_searched_held_and_told(caller: Program) -> None:
    offered = next(o for o in caller.get("/offerings").json["offerings"] if o["slug"] == "micro-needling")
    assert [(one["slug"], one["duration_minutes"], one["price"]["amount_minor"]) for one in offered["variants"]] == [
        ("face", 95, 29500), ("face-and-neck", 110, 39500),
    ]  # fmt: skip
    query = {"location": "phoenix", "offering": "micro-needling", "variant": "face-and-neck", "days": 14}
    slot = caller.get("/availability", **query).json["slots"][-1]
    wanted = {"location": "phoenix", "offering": "micro-needling", "starts_at": slot["starts_at"]}
    refused(caller.post("/holds", **wanted, variant="body"), 422, "variant_refused")
    held = caller.post("/holds", **wanted, practitioner=slot["practitioner"], variant="face-and-neck").json
    assert (held["variant"], held["ends_at"]) == ("face-and-neck", slot["ends_at"])
    assert held["lines"][0]["name"] == "Micro-needling · Face and neck"
