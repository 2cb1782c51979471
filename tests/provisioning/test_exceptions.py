"""Exceptions, turns of weeks and maintenance in files: what is refused, and what is applied and read back."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas.practice import snapshot
from saas.practice.hours import Roster, Row
from saas.provisioning import hours_checks, reading, schema_practice, standing
from saas.provisioning.schema_practice import Weekday
from tests.ground import within
from tests.provisioning import aspen
from tests.provisioning.test_applying import apply

CLOSED = "exceptions:\n  - {from: 2026-12-21, until: 2026-12-22, reason: {en: inventory}}\n"
SHORT = "exceptions:\n  - {from: 2026-12-21, hours: [{opens: 9:00, closes: '13:00'}]}\n"
ROW = "location: phoenix, weekdays: [monday], starts: 9:30, ends: '17:30'"


def place(more: str) -> list[str]:
    return [
        one.partition("  ")[2] for one in aspen.problems({"locations/phoenix.yaml": aspen.PHOENIX + more})
    ]


def person(rows: str, more: str = "") -> list[str]:
    text = f"{aspen.ADA.partition('hours:')[0]}hours: [{rows}]\n{more}"
    return [one.partition("  ")[2] for one in aspen.problems({"people/ada.yaml": text})]


def pen(service: str) -> list[str]:
    said = aspen.PHOENIX.replace("serial: 007}", f"serial: 007, maintenance: [{{{service}}}]}}")
    return [one.partition("  ")[2] for one in aspen.problems({"locations/phoenix.yaml": said})]


@pytest.mark.parametrize(("more", "said"), [
    (CLOSED.replace("until: 2026-12-22", "until: 2026-12-20"),
     "exceptions[0].until: 2026-12-20 is before from, 2026-12-21; expected the same day or a later one"),
    (CLOSED.replace("until: 2026-12-22", "until: 2027-12-22"),
     "exceptions[0].until: 2026-12-21 to 2027-12-22 is too long; expected at most 366 days"),
    (CLOSED + "  - {from: 2026-12-22}\n",
     "exceptions: two exceptions are about 2026-12-22; expected one exception for a day"),
    ("closures: [2026-12-21]\n" + CLOSED,
     "exceptions: 2026-12-21 is among the closures too; expected one of the two"),
    (SHORT.replace("'13:00'", "8:00"),
     "exceptions[0].hours[0].closes: 8:00 is not after opens, 9:00; expected a later time of the same day"),
    (CLOSED.replace("{en:", "{fr:"),
     "exceptions[0].reason.fr: the clinic does not speak 'fr'; expected one of 'en', 'no'"),
])  # fmt: skip
def test_an_exception_of_a_place_that_cannot_be_is_refused(more: str, said: str) -> None:
    assert said in place(more)


@pytest.mark.parametrize(("rows", "said"), [
    (f"{{{ROW}, every: 2}}", "hours[0]: says 'every' and not from which week; "
     "expected 'week_of', the Monday of a week in which it holds"),
    (f"{{{ROW}, week_of: 2026-11-02}}",
     "hours[0]: says 'week_of' and not every how many weeks; expected 'every', 2 or more"),
    (f"{{{ROW}, every: 2, week_of: 2026-11-04}}",
     "hours[0].week_of: 2026-11-04 is not a Monday; did you mean '2026-11-02'?"),
    (f"{{{ROW}, every: 13, week_of: 2026-11-02}}",
     "hours[0].every: '13' is no number of weeks; expected 2 for every second week, at most 12"),
    (f"{{{ROW}, from: 2026-11-03, until: 2026-11-02}}",
     "hours[0].until: 2026-11-02 is before from, 2026-11-03; expected the same day or a later one"),
])  # fmt: skip
def test_a_row_that_takes_turns_wrongly_is_refused(rows: str, said: str) -> None:
    found = person(rows)
    assert any(one.startswith(said.partition(";")[0]) for one in found), found


def test_rows_that_never_meet_in_one_week_do_not_overlap() -> None:
    odd, even = (f"{{{ROW}, every: 2, week_of: {day}}}" for day in ("2026-11-02", "2026-11-09"))
    text = f"{aspen.ADA.partition('hours:')[0]}hours: [{odd}, {even}]\n"
    contents = {name: one.encode() for name, one in {**aspen.GOOD, "people/ada.yaml": text}.items()}
    assert len(reading.read_files(contents).people[0].hours) == 2
    third = f"{{{ROW}, every: 3, week_of: 2026-11-02}}"
    assert "overlaps" in person(f"{odd}, {third}")[0]


EXCEPTION = "exceptions:\n  - {location: phoenix, from: 2026-12-21, hours: [{starts: 9:00, ends: '12:00'}]}\n"


@pytest.mark.parametrize(("more", "said"), [
    (EXCEPTION.replace("9:00", "8:00"), "is outside the opening hours; expected hours within 9:00–17:30"),
    (EXCEPTION.replace("12-21", "12-20"), "is outside the opening hours; expected a day when it is open"),
    (EXCEPTION.replace("phoenix", "fenix"), "there is no location 'fenix'"),
    (EXCEPTION.replace("phoenix", "york").replace("9:00", "11:30"), "overlaps the hours at phoenix"),
])  # fmt: skip
def test_an_exception_of_somebody_that_cannot_be_is_refused(more: str, said: str) -> None:
    found = person(f"{{{ROW}}}", more)
    assert any(said in one for one in found), found


@pytest.mark.parametrize(("service", "said"), [
    ("starts: 2026-12-01T08:00, ends: 2026-12-01T08:00",
     "2026-12-01T08:00 is not after starts, 2026-12-01T08:00; expected a later time"),
    ("starts: 2026-12-01, ends: 2026-12-01T08:00", "'2026-12-01' is not a day with a time"),
    ("starts: 2026-02-30T08:00, ends: 2026-12-01T08:00", "'2026-02-30T08:00' is not a day with a time"),
    ("starts: 2026-12-01T08:00, ends: 2026-12-01T09:00, reason: ' '", "is blank"),
])  # fmt: skip
def test_maintenance_that_cannot_be_is_refused(service: str, said: str) -> None:
    found = pen(service)
    assert any(said in one for one in found), found


def test_maintenance_at_a_time_that_the_clocks_skip_is_refused() -> None:
    unit = "rooms: [{slug: one, name: One, kind: physiotherapy, maintenance: ["
    unit += "{starts: 2026-03-08T02:30, ends: 2026-03-08T12:00}]}]\n"
    [said] = aspen.problems({"locations/york.yaml": aspen.YORK + unit})
    assert "one: the clocks of America/New_York skip 2026-03-08 02:30" in said


@st.composite
def rows(draw: st.DrawFn) -> Row:
    every = draw(st.integers(1, 4))
    monday = date(2026, 11, 2) + timedelta(weeks=draw(st.integers(-3, 3)))
    days = st.none() | st.dates(date(2026, 10, 1), date(2027, 2, 1))
    since, until = draw(days), draw(days)
    if since and until and until < since:
        since, until = until, since
    return Row(0, time(9), time(12), every, monday if every > 1 else None, since, until)


@given(rows(), rows())
def test_rows_meet_exactly_where_some_day_has_both(one: Row, other: Row) -> None:
    shifts = [_shift(row) for row in (one, other)]
    days = [date(2026, 7, 6) + timedelta(weeks=n) for n in range(60)]
    both = any(Roster((one,)).on(day) and Roster((other,)).on(day) for day in days)
    assert hours_checks._may_meet(*shifts) == both


def _shift(row: Row) -> hours_checks._Shift:
    said = {"location": "york", "weekdays": ["monday"], "starts": row.starts, "ends": row.ends, "every": row.every,
            "week_of": row.week_of, "from": row.since, "until": row.until}  # fmt: skip
    hours = schema_practice.WorkingHours.model_validate(said)
    return hours_checks._Shift(("hours", 0), Weekday.MONDAY, hours)


def test_a_moment_is_read_with_a_space_too_and_written_in_one_way() -> None:
    device = {"slug": "pen", "name": "Pen", "kind": "centrifuge", "maintenance": [
        {"starts": "2026-12-01 8:00", "ends": "2026-12-01T17:00"}]}  # fmt: skip
    found = schema_practice.Device.model_validate(device)
    assert found.maintenance[0].starts == datetime.fromisoformat("2026-12-01T08:00")
    assert found.model_dump(mode="json", exclude_defaults=True)["maintenance"] == [
        {"starts": "2026-12-01T08:00", "ends": "2026-12-01T17:00"}
    ]


def changed_clinic() -> dict[str, str]:
    """Return the good files with one of each."""
    service = (
        "serial: 007, maintenance: [{starts: 2026-12-01T08:00, ends: 2026-12-01T17:00, reason: Filter}]}"
    )
    phoenix = (
        aspen.PHOENIX.replace("serial: 007}", service)
        + CLOSED
        + SHORT.replace("12-21", "12-24").partition("\n")[2]
    )
    turns = f"{{{ROW}, every: 2, week_of: 2026-11-02, from: 2026-11-01, until: 2027-06-30}}"
    ada = f"{aspen.ADA.partition('hours:')[0]}hours: [{turns}]\n{EXCEPTION.replace('12-21', '12-24')}"
    return {**aspen.GOOD, "locations/phoenix.yaml": phoenix, "people/ada.yaml": ada}


def test_what_is_different_is_applied_read_back_and_taken_back(committed: UUID) -> None:
    files = changed_clinic()
    apply(committed, aspen.GOOD)
    applied = apply(committed, files)
    assert applied.changed == ["device/phoenix/pen", "location/phoenix", "person/ada"]
    assert apply(committed, files).changed == []
    with within(committed):
        practice = snapshot.read(applied.version)
        phoenix, ada = practice.place("phoenix"), practice.practitioner("ada")
        assert phoenix.closed_for(date(2026, 12, 22)) == "inventory"
        christmas = date(2026, 12, 24)
        assert phoenix.opening.on(christmas) == ((time(9), time(13)),)
        assert ada.working_on(phoenix.id, christmas) == ((time(9), time(12)),)
        mondays = (date(2026, 11, 2) + timedelta(weeks=n) for n in range(3))
        assert [bool(ada.working_on(phoenix.id, day)) for day in mondays] == [True, False, True]
        assert [one.reason for unit in practice.devices for one in unit.services] == ["Filter"]
    assert apply(committed, aspen.GOOD).changed == applied.changed
    with within(committed):
        assert standing.read().files["people/ada.yaml"].keys().isdisjoint({"exceptions"})
