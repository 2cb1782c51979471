"""How much one visitor, one address and all visitors of a clinic may hold; and the proof beyond that."""

import base64
import json
from typing import Any

import altcha
import psycopg
import pytest

from saas.booking import visitors
from saas.db.settings import Urls
from tests.booking import patients
from tests.booking.patients import Page, Visitor
from tests.journeys.kit import Clinic, fresh_address

CALL = "/book/discovery-call"


def solved(page: Page) -> dict[str, str]:
    """Do what the page's script does: find the counter, and add the proof to the form."""
    box = page.tree.xpath("//*[@data-challenge]")[0]
    challenge = json.loads(box.get("data-challenge"))
    solution = altcha.solve_challenge(altcha.Challenge.from_dict(challenge))
    assert solution is not None
    answer = {
        "challenge": challenge,
        "solution": {"counter": solution.counter, "derivedKey": solution.derived_key},
    }
    return {"altcha": base64.b64encode(json.dumps(answer).encode()).decode()}


def hold_often(elm: Clinic, address: str, times: int = 3) -> None:
    for number in range(times):
        assert Visitor(elm, address=address).hold(CALL, number).status == 200


def test_a_fourth_hold_from_one_address_wants_a_proof(elm: Clinic, database: Urls) -> None:
    address = fresh_address()
    hold_often(elm, address)
    fourth = Visitor(elm, address=address)
    page = fourth.hold(CALL)
    assert page.status == 422
    assert "we check that a person is asking" in page.text
    assert "Please call us on +1 212-555-0170" in page.text
    assert patients.count(database.superuser, elm, "appointments") == 3
    assert fourth.press(page.slots()[0], **solved(page)).path.startswith("/book/holds/")


def test_a_proof_is_good_once(elm: Clinic) -> None:
    address = fresh_address()
    hold_often(elm, address)
    fourth = Visitor(elm, address=address)
    page = fourth.hold(CALL)
    proof = solved(page)
    assert fourth.press(page.slots()[0], **proof).status == 200
    again = Visitor(elm, address=address)
    refused = again.press(again.look(CALL).slots()[0], **proof)
    assert refused.status == 422
    respelled = base64.b64encode(base64.b64decode(proof["altcha"]) + b" ").decode()
    assert again.press(again.look(CALL).slots()[0], altcha=respelled).status == 422


@pytest.mark.parametrize("proof", ["nonsense", "e30=", "eyJjaGFsbGVuZ2UiOiAxfQ==", "x" * 10_000])
def test_a_proof_that_is_none_proves_nothing(elm: Clinic, proof: str) -> None:
    address = fresh_address()
    hold_often(elm, address)
    visitor = Visitor(elm, address=address)
    assert visitor.press(visitor.look(CALL).slots()[0], altcha=proof).status == 422


def test_a_proof_made_with_another_key_proves_nothing(elm: Clinic) -> None:
    made = visitors.challenge(b"another key", patients.NOW)
    solution = altcha.solve_challenge(altcha.Challenge.from_dict(made))
    assert solution is not None
    answer: dict[str, Any] = {
        "challenge": made,
        "solution": {"counter": solution.counter, "derivedKey": solution.derived_key},
    }
    address = fresh_address()
    hold_often(elm, address)
    visitor = Visitor(elm, address=address)
    proof = base64.b64encode(json.dumps(answer).encode()).decode()
    assert visitor.press(visitor.look(CALL).slots()[0], altcha=proof).status == 422


def test_a_refused_time_is_not_counted(elm: Clinic) -> None:
    address = fresh_address()
    visitor = Visitor(elm, address=address)
    page = visitor.look(CALL)
    Visitor(elm).hold(CALL)
    for _ in range(4):
        assert visitor.press(page.slots()[0]).status == 409
    assert visitor.hold(CALL).status == 200


def test_other_addresses_are_not_held_back(elm: Clinic) -> None:
    hold_often(elm, fresh_address())
    assert Visitor(elm).hold(CALL).path.startswith("/book/holds/")


def test_an_ipv6_customer_is_one_address() -> None:
    assert visitors.network("2001:db8:1:2:3::4") == visitors.network("2001:db8:1:2:ffff::1")
    assert visitors.network("2001:db8:1:3::4") != visitors.network("2001:db8:1:2::4")
    assert visitors.network("10.0.0.1") != visitors.network("10.0.0.2")


def test_beyond_a_clinics_share_everyone_is_asked(elm: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitors, "SHARE_OF_A_CLINIC", 2)
    Visitor(elm).hold(CALL, 0)
    Visitor(elm).hold(CALL, 1)
    third = Visitor(elm)
    page = third.hold(CALL, 2)
    assert page.status == 422
    assert third.press(page.slots()[0], **solved(page)).path.startswith("/book/holds/")


def test_a_hold_that_ran_out_is_no_part_of_the_share(
    elm: Clinic, database: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitors, "SHARE_OF_A_CLINIC", 1)
    Visitor(elm).hold(CALL)
    patients.lapse(database.superuser, elm)
    assert Visitor(elm).hold(CALL).path.startswith("/book/holds/")


def test_a_proof_keeps_what_was_typed_for_a_lapsed_time(elm: Clinic, database: Urls) -> None:
    address = fresh_address()
    visitor = Visitor(elm, address=address)
    about = visitor.hold(CALL)
    hold_often(elm, address, 2)
    patients.lapse(database.superuser, elm)
    page = visitor.press(visitor.tell(about, given_name="Zoë").slots()[5])
    assert page.status == 422
    assert page.value("given_name") == "Zoë"
    assert visitor.press(page.slots()[5], **solved(page)).value("given_name") == "Zoë"


def test_a_made_up_cookie_is_replaced(elm: Clinic, database: Urls) -> None:
    visitor = Visitor(elm)
    visitor.take_cookie("needlepoint_visitor", "short")
    visitor.hold(CALL)
    assert len(visitor.cookie("needlepoint_visitor") or "") >= visitors.SHORTEST_SECRET
    with psycopg.connect(database.superuser) as connection:
        kept = connection.execute(
            "SELECT holder_digest FROM appointments WHERE tenant_id = %s", [elm.id]
        ).fetchone()
    assert kept == (visitors.digest(visitor.cookie("needlepoint_visitor")),)
