"""What a careless or hostile author may write: each fault is told with its place and what belongs there."""

import copy
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from saas.provisioning import reading
from saas.provisioning.problems import ConfigurationInvalid, Problem
from tests.provisioning import aspen, generated
from tests.provisioning import test_add_ons as added

LONG = "9" * 5000
HOURS = "location: phoenix, weekdays: [monday], starts: 9:30, ends: '12:30'"
TURNS = f"hours: [{{{HOURS}, every: 2, week_of: 2026-11-02}}]\nexceptions:\n  - {{location: york, "
PRICED = added.VISIT.partition("add_ons:")[0] + "tax_purpose: x\nprices: "
BO = aspen.ADA.replace("ada", "bo").replace("owner, ", "")
CY = aspen.ADA.replace("ada", "cy").replace("owner, ", "")
ID = "12345678-1234-1234-1234-1234567890ab"
SERVICE = "{starts: 2027-01-04T08:00, ends: 2027-01-04T09:00}"


def ada(more: str) -> dict[str, str]:
    return {"people/ada.yaml": aspen.ADA.partition("hours:")[0] + more}


def pen(said: str) -> dict[str, str]:
    return {"locations/phoenix.yaml": aspen.PHOENIX.replace("serial: 007", said)}


def visit(old: str, new: str) -> dict[str, str]:
    return {**added.ADDED, "offerings/visit.yaml": added.VISIT.replace(old, new, 1)}


def sold(more: str) -> dict[str, str]:
    return {**added.STAFF, "offerings/visit.yaml": PRICED + more}


FAR = "is far from the present; expected a year from 1900 to 2199"
WHOLE = "is not a whole number; expected digits alone"
FAULTS: list[tuple[dict[str, Any], str]] = [
    # days and times
    (ada(f"hours: [{{{HOURS}, from: 9999-12-31}}, {{{HOURS}, from: 9999-12-31}}]"),
     f"hours[0].from: '9999-12-31' {FAR}"),
    (ada(f"hours: [{{{HOURS}, until: 0001-01-01}}]"), f"ada.yaml:9:85  hours[0].until: '0001-01-01' {FAR}"),
    (ada(f"hours: [{{{HOURS}, until: 0000-01-01}}]"), "hours[0].until: '0000-01-01' is not a date"),
    (ada(f"hours: [{{{HOURS}, until: 99999-01-01}}]"), "hours[0].until: '99999-01-01' is not a date"),
    (ada(f"{TURNS}from: 2026-11-16, hours: [{{starts: '12:00', ends: '13:00'}}]}}"), "overlaps the hours at phoenix"),
    (ada(f"hours: [{{{HOURS}, every: {LONG}, week_of: 2026-11-02}}]"), "is no number of weeks; expected 2 for"),
    (pen("maintenance: [{starts: 9999-12-31T00:00, ends: 9999-12-31T23:59}]"), f"'9999-12-31T00:00' {FAR}"),
    (pen("maintenance: [{starts: 2027-01-02T00:00, ends: 2027-01-01T00:00}]"), "is not after starts, 2027-01-02T00:00"),
    (pen(f"maintenance: [{SERVICE}, {SERVICE}]"), "maintenance from 2027-01-04T08:00 is listed twice"),
    # numbers
    (visit("max_add_ons: 2", f"min_add_ons: {LONG}"), WHOLE),
    (visit("max_add_ons: 2", f"max_add_ons: {LONG}\nmin_add_ons: 1"), WHOLE),
    (visit("max_add_ons: 2", f"lead_minutes: {LONG}"),
     f"offerings/visit.yaml:15:15  lead_minutes: '{'9' * 59}…' {WHOLE}"),
    (ada(f"credentials: [{{kind: training, procedure: prp, sessions: {LONG}}}]"), "credentials[0].sessions: '999"),
    (ada("credentials: [{kind: training, procedure: prp, sessions: ²}]"), "sessions: '²' is not a whole number"),
    (ada("credentials: [{kind: training, procedure: prp, sessions: --5}]"), "sessions: '--5' is not a whole number"),
    (ada("credentials: [{kind: training, procedure: prp, sessions: -5}]"), "sessions: -5 is below zero; expected 0"),
    ({"policies.yaml": "reschedule: [{until_hours: -2}]"},
     "policies.yaml:1:28  reschedule[0].until_hours: -2 hours is negative; expected a whole number of hours"),
    ({"attestations.yaml": f"rules: [{{rule: US.prp, version: {LONG}, attested_by: ada, attested_on: 2026-11-01}}]"},
     f"attestations.yaml:1:33  rules[0].version: '{'9' * 59}…' {WHOLE}"),
    (visit("max_add_ons: 2", f"variants: [{{slug: a, name: {{en: A}}, minutes: {{? '{LONG}' : 5}}}}]"),
     "is no part"),
    # money
    (sold("[{amount: 10, from: 2026-06-01}, {amount: 12, from: 2027-06-01}]"),
     "offerings/visit.yaml:13:9  prices: no price holds at 'phoenix' before 2026-06-01; expected a price without"),
    (sold("[{amount: €10}]"), "prices[0].amount: '€10' is not an amount"),
    (sold("[{amount: 10, currency: EUR}]"), "prices[0]: unknown key 'currency'; expected one of 'amount'"),
    ({**sold("[{amount: 10}]"), "locations/york.yaml": aspen.YORK.replace("aspen-llc", "eu"),
      "clinic.yaml": aspen.CLINIC.replace("USD}", "USD}\n  - {slug: eu, name: EU, currency: EUR}")},
     "prices[0].amount: 10 would be in EUR and in USD, the currencies of its locations; expected 'location'"),
    # what is needed and is not there
    (visit("20}", "20, devices: [centrifuge]}"), "segments[2].devices[0]: phoenix has no device of kind 'centrifuge'"),
    (visit("max_add_ons: 2", "intervals: [{days: 7}, {days: 14}]"), "intervals[1]: a second interval to the same"),
    # who is who
    ({"people/bo.yaml": BO.replace("slug: bo", "slug: bo\nwas: ada")},
     "bo.yaml:2:6  was: the person 'ada' is still there"),
    ({"people/bo.yaml": BO + "was: zed\n", "people/cy.yaml": CY + "was: zed\n"}, "'bo' says already that it was 'zed'"),
    ({"people/bo.yaml": f"{BO}id: {ID}\n", "people/cy.yaml": f"{CY}id: {ID.upper()}\n"},
     "is claimed already in people/bo"),
    ({"people/bo.yaml": f"{BO}id: urn:uuid:{ID}\n"}, f"id: 'urn:uuid:{ID}' is not an id"),
    ({"people/ada.yaml": aspen.ADA + "may_perform: [{procedure: consultation}, {procedure: consultation}]"},
     "may_perform: 'consultation' is listed twice alike; expected each once"),
    # names
    ({"people/ada.yaml": aspen.ADA.replace(": Ada", ": " + "a" * 10_000)},
     "given_name: the text is too long; expected"),
    ({"people/ada.yaml": aspen.ADA.replace(": Ada", ': "Ada\\nBcc"')},
     "given_name: breaks into several lines; expected one line"),
    ({"people/ada.yaml": aspen.ADA.replace(": Ada", ": 😀")}, "given_name: is blank; expected text with at least one"),
    ({"people/ada.yaml": aspen.ADA.replace(": Ada", ': "Ada\\u202eadA"')},
     "2:13  given_name: holds the control character U+202E"),
    ({"people/ada.yaml": aspen.ADA.replace("slug: ada", "slug: ..")},
     "1:7  slug: '..' is not the file's name; expected 'ada'"),
    ({"people/...yaml": BO}, "slug: 'bo' is not the file's name; expected a file named 'bo.yaml'"),
    ({"people/Bo.yaml": BO.replace("slug: bo", "slug: Bo")}, "'Bo' is not a slug; expected small letters"),
    # what is no YAML of ours
    ({"people/ada.yaml": aspen.ADA.replace("  - {loc", "\t- {loc")},
     "10:1  is not valid YAML (found character that cannot"),
    ({"people/ada.yaml": aspen.ADA.encode("utf-16-be")}, "1:1  holds the control character U+0000"),
    ({"people/ada.yaml": aspen.ADA.encode("utf-32")}, "1:1  byte 0xff is not UTF-8; expected a file saved as UTF-8"),
    ({"people/ada.yaml": aspen.ADA + "#" * 5_000_000}, "ada.yaml:1:1  is too large; expected at most 256 kB"),
    ({"clinic.yaml": ""}, "clinic.yaml:1:1  is empty; expected a mapping of keys to values"),
    ({"clinic.yaml": "# soon\n"}, "clinic.yaml:1:1  is empty; expected a mapping of keys to values"),
    ({"clinic.yaml": None}, "clinic.yaml  the file is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "said"), FAULTS, ids=[said[-40:] for _, said in FAULTS])
def test_a_fault_is_told_where_it_stands(files: dict[str, Any], said: str) -> None:
    found = aspen.problems(files)
    assert any(said in one for one in found), found
    assert max(map(len, found)) < 600


@pytest.mark.parametrize("said", ["on", "off", "yes", "no", "On", "TRUE", "1", "y"])
def test_a_boolean_of_yaml_1_1_means_what_it_meant_there(said: str) -> None:
    files = {**aspen.GOOD, "people/ada.yaml": aspen.ADA.replace(": yes", f": {said}")}
    read = reading.read_files({name: text.encode() for name, text in files.items()})
    assert read.people[0].is_practitioner is (said.lower() in ("on", "yes", "true", "1", "y"))


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_the_ends_of_lines_of_other_systems_are_read(end: str) -> None:
    said = reading.read_files({name: text.replace("\n", end).encode() for name, text in aspen.GOOD.items()})
    assert said.people[0].given_name == "Ada"


@pytest.mark.parametrize("name", ["ليلى", "😀 Ada", "Ада", "阿達"])
def test_names_of_any_script_are_taken(name: str) -> None:
    files = {**aspen.GOOD, "people/ada.yaml": aspen.ADA.replace(": Ada", f": {name}")}
    read = reading.read_files({file: text.encode() for file, text in files.items()})
    assert read.people[0].given_name == name


@contextmanager
def nobody_special() -> Iterator[Path]:
    """Work as somebody from whom files can be kept, in a folder of their own."""
    folder = Path(tempfile.mkdtemp())
    is_root = os.geteuid() == 0
    folder.chmod(0o755)
    try:
        aspen.write(folder)
        os.seteuid(65534 if is_root else os.geteuid())
        yield folder
    finally:
        os.seteuid(0 if is_root else os.geteuid())
        (folder / "people").chmod(0o755)
        shutil.rmtree(folder)


def test_what_may_not_be_read_is_told() -> None:
    with nobody_special() as folder:
        kept = os.geteuid()
        os.seteuid(os.getuid())
        (folder / "clinic.yaml").chmod(0)
        (folder / "people").chmod(0)
        os.seteuid(kept)
        said = aspen.folder_problems(folder)
    assert said[:2] == [
        "clinic.yaml  cannot be read (Permission denied)",
        "people  cannot be read (Permission denied)",
    ]


NASTY: list[Any] = [
    "", " ", "0", "-1", "1e309", "NaN", "null", "~", "yes", LONG, "²", "٣", "0000-01-01", "0001-01-01", "9999-12-31",
    "9999-12-31T23:59", "2027-03-14T02:30", "1e-999999999", "..", "😀", "\u202eabc", "x" * 10_000, "none", "loc-ash",
    "per-ash", "off-ash", "off-plus", "room-0", "processing", "24:00", "practitioner", "owner", "en", ID, [], {}, ["x"],
    {"en": "x"}, {"a": {"b": ["c"]}}, [[["x"]]], [{}],
]  # fmt: skip


def places(data: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield (*way, key)
        yield from places(value, (*way, key))


@st.composite
def spoiled(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the files of a clinic of which one value is something else, is gone, or is there twice."""
    files = copy.deepcopy(draw(generated.configurations()))
    *way, last = draw(st.sampled_from([(file, *way) for file, data in files.items() for way in places(data)]))
    here: Any = files
    for step in way:
        here = here[step]
    act = draw(st.integers(0, 5))
    if act == 0:
        del here[last]
    elif act == 1 and isinstance(here, list):
        here.append(copy.deepcopy(here[last]))
    else:
        here[last] = draw(st.sampled_from(NASTY))
    return files


@settings(max_examples=5 if settings().max_examples <= 30 else 300, phases=[Phase.explicit, Phase.generate],
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(files=spoiled())
def test_whatever_one_value_becomes_it_is_read_or_refused_with_its_place(files: dict[str, Any]) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        reading.read_files({name: json.dumps(data).encode() for name, data in files.items()})
    except ConfigurationInvalid as error:
        problems = error.problems
    assert all(one.line for one in problems)
    assert not [one for one in problems if "Value error" in one.message or len(one.message) > 300]
