"""What differs between two versions, as the journal keeps it and as the command line says it."""

from typing import Any

from saas.provisioning import differing

BASE: dict[str, Any] = {
    "summary": {"en": "A visit"},
    "segments": [
        {"kind": "prep", "minutes": 10, "name": {"en": "Consent"}},
        {"kind": "finish", "minutes": 5},
    ],
    "prices": [{"amount": "90.00"}, {"amount": "99.00", "tier": "senior"}],
}


def said(**changed: Any) -> list[str]:
    return [differing.in_words(one) for one in differing.differences(BASE, {**BASE, **changed})]


def test_nothing_differs_from_itself() -> None:
    assert said() == []


def test_a_price_is_told_by_whom_it_is_for_and_not_by_its_place() -> None:
    assert said(prices=list(reversed(BASE["prices"]))) == []
    dated = {"amount": "95.00", "tier": "senior", "since": "2027-01-01"}
    assert said(prices=[BASE["prices"][0], dated]) == [
        "price for senior: 99.00 → none", "price for senior from 2027-01-01: none → 95.00",
    ]  # fmt: skip
    assert said(prices=[{"amount": "91.00"}, BASE["prices"][1]]) == ["price for everybody: 90.00 → 91.00"]


def test_minutes_are_told_by_their_part() -> None:
    longer = [{**BASE["segments"][0], "minutes": 20}, BASE["segments"][1]]
    [one] = differing.differences(BASE, {**BASE, "segments": longer})
    assert (one["name"], one["before"], one["after"]) == ({"en": "Consent"}, 10, 20)
    assert differing.in_words(one) == "minutes of part 1: 10 → 20"


def test_everything_else_is_named_alone() -> None:
    assert said(segments=BASE["segments"][:1], summary={"en": "Another"}, online=False) == [
        "segments",
        "summary",
    ]
    assert said(deposit={"percent": "25"}) == ["deposit"]
