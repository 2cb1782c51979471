"""The kinds of value: what each takes, and the sentence it refuses with."""

import datetime
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from saas.provisioning import schema, schema_places, schema_practice, schema_types
from saas.provisioning.schema_practice import Weekday

SPAN = {"opens": "9:00", "closes": "17:00"}
ROW = {"location": "here", "weekdays": ["monday"], "starts": "9:00", "ends": "17:00"}


def refused(kind: Any, value: object) -> str:
    """Return the message of the first error, which must be one of ours."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    error = caught.value.errors()[0]
    return f"{error['msg']}; expected {error.get('ctx', {}).get('expected', '')}"


def person(**changes: object) -> Mapping[str, object]:
    return {
        "slug": "ada",
        "given_name": "Ada",
        "family_name": "Quill",
        "email": "ada@clinic.example",
        "roles": ["practitioner"],
        **changes,
    }


@pytest.mark.parametrize(
    ("text", "hour", "minute"), [("9:30", 9, 30), ("09:30", 9, 30), ("0:00", 0, 0), ("23:59", 23, 59)]
)
def test_wall_times_are_read(text: str, hour: int, minute: int) -> None:
    assert TypeAdapter(schema_places.WallTime).validate_python(text) == datetime.time(hour, minute)


@pytest.mark.parametrize(
    "text", ["930", "24:30", "24:00", "9:60", "9:3", "9:30:00", " 9:30", "٩:٣٠", "9.30", "", "34200", "-9:30"]
)
def test_other_times_are_refused(text: str) -> None:
    assert f"'{text}' is not a time of day; expected hours and minutes" in refused(
        schema_places.WallTime, text
    )


@given(st.times())
def test_a_wall_time_survives_being_written(time: datetime.time) -> None:
    whole = time.replace(second=0, microsecond=0)
    assert TypeAdapter(schema_places.WallTime).validate_python(schema_practice.clock(whole)) == whole


@pytest.mark.parametrize(
    "text", ["20261225", "2026-W01-1", "2026-02-30", "1798156800", "25.12.2026", "2026-1-1"]
)
def test_other_dates_are_refused(text: str) -> None:
    assert f"'{text}' is not a date" in refused(schema_places.Day, text)


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (schema_types.Slug, "New York", "is not a slug"),
        (schema_types.Slug, "new--york", "is not a slug"),
        (schema_types.Slug, "-york", "is not a slug"),
        (schema_types.Slug, "7th", "is not a slug"),
        (schema_types.Slug, "york\n", "is not a slug"),
        (schema_types.Slug, "a" * 64, "at most 63"),
        (schema_types.Name, "", "is blank"),
        (schema_types.Name, "   ", "is blank"),
        (schema_types.Name, "\u200b\u2060", "is blank"),
        (schema_types.Name, "–", "is blank"),
        (schema_types.Language, "xx", "is not a language"),
        (schema_types.Language, "English", "is not a language"),
        (schema_types.Currency, "usd", "is not a currency"),
        (schema_types.Currency, "USX", "is not a currency"),
        (schema_types.Email, "desk@", "is not an e-mail address"),
        (schema_types.Email, "desk", "expected an address such as"),
        (schema_places.Phone, "602 555 0123", "is not a phone number"),
        (schema_places.Phone, "+1 602 555 01", "is not a phone number"),
        (schema_places.Phone, "+1 602 555 0123 ext. 4", "is not a phone number"),
        (schema_places.Country, "USA", "is not a country"),
        (schema_places.TimeZone, "EST", "is not a time zone"),
        (schema_places.TimeZone, "America/Gotham", "is not a time zone"),
        (schema_places.TimeZone, "../../etc/passwd", "is not a time zone"),
        (schema_places.Jurisdiction, "AZ", "is not a jurisdiction"),
        (schema_places.Jurisdiction, "US-XX", "a state in the form 'US-AZ'"),
        (schema_types.Accent, "teal", "is not a colour"),
        (schema_types.Accent, "#fff", "is not a colour"),
    ],
)
def test_values_are_refused_with_a_reason(kind: Any, text: str, said: str) -> None:
    assert said in refused(kind, text)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (schema_types.Name, "NO", "NO"),
        (schema_types.Name, "007", "007"),
        (schema_types.Language, "no", "no"),
        (schema_types.Language, "pt-BR", "pt-BR"),
        (schema_places.Country, "NO", "NO"),
        (schema_places.Phone, "+1 (602) 555-0123", "+16025550123"),
        (schema_types.Email, "desk@CLINIC.example", "desk@clinic.example"),
        (schema_types.Accent, "#1F6F78", "#1f6f78"),
        (schema_places.Jurisdiction, "US-NJ", "US-NJ"),
    ],
)
def test_values_are_taken(kind: Any, text: str, value: str) -> None:
    assert TypeAdapter(kind).validate_python(text) == value


@pytest.mark.parametrize(("colour", "ratio"), [("#000000", 21.0), ("#ffffff", 1.0), ("#777777", 4.48)])
def test_contrast_is_that_of_wcag(colour: str, ratio: float) -> None:
    assert schema_types.white_contrast(colour) == pytest.approx(ratio, abs=0.005)


def test_an_accent_on_which_white_cannot_be_read_is_refused() -> None:
    said = refused(schema_types.Accent, "#777777")
    assert (
        said == "white text on #777777 has a contrast of 4.47; expected a darker colour, contrast 4.5 or more"
    )


@given(st.integers(0, 0xFFFFFF))
def test_every_accent_that_passes_carries_white_text(number: int) -> None:
    colour = f"#{number:06x}"
    try:
        taken = TypeAdapter(schema_types.Accent).validate_python(colour)
    except ValidationError:
        assert schema_types.white_contrast(colour) < 4.5
    else:
        assert schema_types.white_contrast(taken) >= 4.5


def test_weekdays_count_from_monday() -> None:
    assert [day.number for day in Weekday] == list(range(7))
    assert Weekday("wednesday").number == datetime.date(2026, 11, 25).weekday()


def test_opening_hours_come_in_order() -> None:
    late, early = {"opens": "14:00", "closes": "18:00"}, {"opens": "9:00", "closes": "13:00"}
    hours = schema_practice.OpeningHours.model_validate({"friday": [late, early]})
    assert [str(span) for span in hours.on(Weekday.FRIDAY)] == ["9:00–13:00", "14:00–18:00"]
    assert hours.on(Weekday.SUNDAY) == ()


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (schema_practice.OpeningSpan, {**SPAN, "closes": "9:00"}, "9:00 is not after opens, 9:00"),
        (schema_practice.WorkingHours, {**ROW, "ends": "8:00"}, "8:00 is not after starts, 9:00"),
        (schema_practice.WorkingHours, {**ROW, "weekdays": ["monday"] * 2}, "'monday' is listed twice"),
        (schema_practice.OpeningHours, {"monday": [SPAN, SPAN]}, "9:00–17:00 and 9:00–17:00 overlap"),
        (schema_practice.Room, {"slug": "a", "name": "A", "kind": "physio"}, "unknown value 'physio'"),
        (schema_practice.Device, {"slug": "a", "name": "A", "kind": "laser"}, "one of 'microneedling_pen'"),
        (schema_practice.Person, person(roles=["boss"]), "unknown value 'boss'"),
        (schema_practice.Person, person(professions=["pt"]), "unknown value 'pt'"),
        (schema_practice.Person, person(is_practitioner="true"), "a practitioner has no profession"),
    ],
)
def test_parts_are_refused_with_a_reason(kind: Any, value: object, said: str) -> None:
    assert said in refused(kind, value)


def test_a_configuration_is_frozen() -> None:
    entity = schema.LegalEntity(slug="one", name="One LLC", currency="USD")
    with pytest.raises(ValidationError, match="frozen"):
        entity.name = "Two LLC"  # type: ignore[misc]
