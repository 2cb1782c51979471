"""Whom an offering is for, intervals, courses and the least of add-ons: each fault has its sentence."""

import pytest

from tests.provisioning import aspen
from tests.provisioning.test_price_checks import SENIOR

VISIT = (
    aspen.VISIT
    + """\
locations: [phoenix]
segments: [{kind: hands_on, minutes: 60}]
patients: {only: new, min_age: 18, max_age: 70}
intervals:
  - {days: 28}
  - {days: 14, offering: visit}
  - {days: 14, procedure: microneedling}
course: {min_sessions: 3, max_sessions: 6, min_weeks: 4, max_weeks: 6}
"""
)
FAULTS = [
    (
        "only: new",
        "only: knew",
        "unknown value 'knew'; expected one of 'new', 'returning'; did you mean 'new'?",
    ),
    ("max_age: 70", "max_age: 17", "17 is less than the min_age, 18; expected 18 or more"),
    ("min_age: 18", "min_age: -1", "is too little; expected 0 or more"),
    ("{days: 28}", "{days: 0}", "is too little; expected 1 or more"),
    ("offering: visit", "offering: visits", "there is no offering 'visits'; did you mean 'visit'?"),
    ("14, procedure", "14, offering: visit, procedure", "names an offering and a procedure"),
    ("procedure: microneedling", "procedure: needling", "unknown value 'needling'"),
    ("max_sessions: 6", "max_sessions: 2", "max_sessions is less than min_sessions; expected 3 or more"),
    ("min_weeks: 4, ", "", "says only one of min_weeks and max_weeks; expected both, or neither"),
    ("max_weeks: 6", "max_weeks: 3", "max_weeks is less than min_weeks; expected 4 or more"),
    ("course:", "min_add_ons: 1\ncourse:", "1 have to be added, and at most 0 can be"),
]


@pytest.mark.parametrize(("old", "new", "said"), FAULTS)
def test_each_fault_is_said(old: str, new: str, said: str) -> None:
    assert old in VISIT
    found = aspen.problems({"people/ada.yaml": SENIOR, "offerings/visit.yaml": VISIT.replace(old, new, 1)})
    assert len(found) == 1
    assert said in found[0], found
