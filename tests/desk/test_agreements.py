"""Agreements on a page of the patient's: agreed for a reason, seen, ended; by who may."""

from saas.catalogue import agreements
from saas.identity.roles import Role
from tests.desk.desk import Desk
from tests.ground import within


def test_a_price_is_agreed_seen_and_ended(desk: Desk) -> None:
    browser, path = desk.browser(Role.MANAGER), f"/staff/patients/{desk.ann}/agreements"
    assert "Agreements with this patient" in browser.get(f"/staff/appointments/{desk.visit}").text
    typed = {
        "offering": "first-consultation",
        "currency": "USD",
        "since": desk.day.isoformat(),
        "reason": "Staff",
    }
    assert browser.post(path, **typed, amount="").status_code == 422
    assert browser.post(path, **typed, amount="12.345").status_code == 422
    assert browser.post(path, **typed, amount="60.00").status_code == 303
    assert browser.post(path, **typed, amount="70.00").status_code == 409
    page = browser.get(path).text
    assert "$60.00" in page
    assert "Own price: First consultation" in page
    with within(desk.clinic.id):
        [made] = [row for row in agreements.list_for(desk.ann) if row.amount_minor == 6_000]
    assert browser.post(f"/staff/agreements/{made.id}/end").status_code == 303
    assert f"/staff/appointments/{desk.visit}" in browser.get(f"{path}?visit={desk.visit}").text
    assert "ended" in browser.get(path).text or "in force" not in browser.get(path).text


def test_the_front_desk_agrees_nothing(desk: Desk) -> None:
    browser = desk.browser(Role.FRONT_DESK)
    assert browser.get(f"/staff/patients/{desk.ann}/agreements").status_code in (403, 404)
    assert "Agreements with this patient" not in browser.get(f"/staff/appointments/{desk.visit}").text
