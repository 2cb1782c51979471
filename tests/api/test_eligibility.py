"""Who may perform what, as programs ask: the demo's own people."""

import pytest

from tests.api.kit import program, refused
from tests.journeys.kit import Clinic


@pytest.mark.parametrize(("slug", "query", "decision", "code"), [
    ("joon-ho-baek", {"offering": "dry-needling", "location": "new-york"}, "allow", None),
    ("hana-kobayashi", {"offering": "dry-needling", "location": "hoboken"}, "allow", None),
    ("hana-kobayashi", {"offering": "dry-needling", "location": "new-york"}, "prohibit", "licence_missing"),
    ("solene-abadie", {"offering": "micro-needling", "location": "phoenix", "depth_mm": "0.5"}, "allow", None),
    ("solene-abadie", {"offering": "micro-needling", "location": "phoenix", "depth_mm": "0.6"}, "prohibit",
     "scope_too_deep"),
    ("nadia-haddad", {"offering": "micro-needling", "location": "new-york"}, "review", "scope_by_case"),
    ("tobias-verhoeven", {"offering": "first-consultation", "location": "hoboken"}, "allow", None),
])  # fmt: skip
def test_whether_somebody_may_is_answered_with_reasons(
    riverstone: Clinic, slug, query, decision, code
) -> None:
    answer = program(riverstone).get(f"/practitioners/{slug}/eligibility", **query)
    assert answer.status_code == 200, answer.text
    assert answer.json["decision"] == decision
    assert [one["code"] for one in answer.json["reasons"]][:1] == ([code] if code else [])
    assert answer.json["pack"] == "us-sample 1"


def test_each_role_of_a_visit_is_answered_by_itself(riverstone: Clinic) -> None:
    query = {"offering": "micro-needling", "location": "phoenix", "add_on": "prp"}
    answer = program(riverstone).get("/practitioners/desta-alemayehu/eligibility", **query).json
    by_role = {
        one["role"]: (one["decision"], [rule["rule"] for rule in one["rules"]]) for one in answer["roles"]
    }
    assert by_role == {
        "practitioner": ("prohibit", ["US-AZ.microneedling", "US-AZ.prp"]),
        "phlebotomist": ("allow", ["US-AZ.prp"]),
    }


def test_nobody_of_that_name_is_not_found(riverstone: Clinic) -> None:
    query = {"offering": "dry-needling", "location": "phoenix"}
    answer = program(riverstone).get("/practitioners/nobody/eligibility", **query)
    refused(answer, 404, "not_found")
