"""Nobody works at two places at once, or where it is closed."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from saas.provisioning import reading
from saas.provisioning.problems import ConfigurationInvalid
from tests.provisioning import aspen


def hours(*rows: str) -> list[str]:
    """Return what is said of a person with these hours: `location weekdays starts ends`."""
    text = aspen.ADA.partition("hours:")[0] + "hours:\n"
    for row in rows:
        place, days, starts, ends = row.split()
        text += f"  - {{location: {place}, weekdays: [{days}], starts: {starts}, ends: '{ends}'}}\n"
    return [one.partition("  ")[2] for one in aspen.problems({"people/ada.yaml": text})]


def test_overlapping_hours_at_one_location_are_refused() -> None:
    assert hours("phoenix monday,tuesday 9:00 13:00", "phoenix tuesday 12:59 15:00") == [
        "hours[1].weekdays[0]: 12:59–15:00 on tuesday at phoenix overlaps 9:00–13:00 on tuesday at phoenix; "
        "expected one place at a time"
    ]


def test_hours_overlap_across_locations_and_clocks() -> None:
    # 9:00 in Phoenix is 11:00 in New York in winter and noon in summer.
    said = hours("york monday 8:00 11:30", "phoenix monday 9:00 12:00")
    assert said == [
        "hours[1].weekdays[0]: 9:00–12:00 on monday at phoenix overlaps 8:00–11:30 on monday at york; "
        "expected one place at a time"
    ]


def test_the_same_wall_time_in_two_zones_is_no_overlap() -> None:
    rows = ("york monday 8:00 11:00", "phoenix monday 9:00 12:00")
    text = aspen.ADA.partition("hours:")[0] + "hours:\n"
    for row in rows:
        place, days, starts, ends = row.split()
        text += f"  - {{location: {place}, weekdays: [{days}], starts: {starts}, ends: '{ends}'}}\n"
    contents = {**aspen.GOOD, "people/ada.yaml": text}
    assert reading.read_files({name: one.encode() for name, one in contents.items()}).people[0].hours


def test_a_long_row_is_compared_with_all_it_covers() -> None:
    said = hours("phoenix monday 9:00 17:00", "phoenix monday 9:30 10:00", "phoenix monday 16:00 17:00")
    assert [one.partition(":")[0] for one in said] == ["hours[1].weekdays[0]", "hours[2].weekdays[0]"]


def test_overlap_is_seen_though_another_row_is_broken() -> None:
    said = hours("phoenix monday 930 10:00", "phoenix monday 9:00 12:00", "phoenix monday 11:00 13:00")
    assert [one.partition(":")[0] for one in said] == ["hours[0].starts", "hours[2].weekdays[0]"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("phoenix tuesday 8:59 12:00", "8:59–12:00 on tuesday at phoenix is outside the opening hours"),
        ("phoenix tuesday 9:00 17:31", "expected hours within 9:00–17:30"),
        ("phoenix sunday 9:00 12:00", "expected a day when it is open"),
    ],
)
def test_hours_outside_opening_hours_are_refused(row: str, said: str) -> None:
    assert said in hours(row)[0]


SLOTS = st.lists(
    st.tuples(st.integers(0, 16), st.integers(1, 6)).map(lambda slot: (slot[0], slot[0] + slot[1])),
    min_size=1,
    max_size=6,
)


@given(SLOTS)
def test_overlaps_are_found_exactly_where_there_are_some(slots: list[tuple[int, int]]) -> None:
    rows = [
        {"location": "york", "weekdays": ["monday"], "starts": f"{a}:00", "ends": f"{b}:00"} for a, b in slots
    ]
    york = aspen.YORK.replace(
        "monday: [{opens: 8:00, closes: 20:00}]", "monday: [{opens: 0:00, closes: 23:00}]"
    )
    files = {**aspen.GOOD, "locations/york.yaml": york}
    files["people/ada.yaml"] = aspen.ADA.partition("hours:")[0] + yaml.safe_dump({"hours": rows})
    clash = any(a < d and c < b for n, (a, b) in enumerate(slots) for c, d in slots[:n])
    contents = {name: text.encode() for name, text in files.items()}
    if clash:
        with pytest.raises(ConfigurationInvalid) as caught:
            reading.read_files(contents)
        assert all("overlaps" in problem.message for problem in caught.value.problems)
    else:
        assert len(reading.read_files(contents).people[0].hours) == len(slots)
