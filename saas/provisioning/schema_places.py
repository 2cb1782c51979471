"""The kinds of value that place something in the world and in time: country, zone, wall time, day.

Nothing guesses: `930` is no time and `20261225` no date. A value that already has its type passes,
so that a configuration can also be built in code.
"""

import datetime
import functools
import re
import zoneinfo
from typing import Annotated, TypeVar

import phonenumbers
from pydantic import AfterValidator, BeforeValidator, PlainSerializer, ValidationInfo

from saas.provisioning.problems import nearest, quoted
from saas.provisioning.schema_types import refusal

FIRST_YEAR, LAST_YEAR = 1900, 2199
Near = TypeVar("Near", bound=datetime.date)

_COUNTRY = re.compile(r"[A-Z]{2}")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([01]?[0-9]|2[0-3]):([0-5][0-9])")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

# The states, the District and the territories that license health professions, as ISO 3166-2.
_STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY "
    "NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI"
)
JURISDICTIONS = frozenset(f"US-{state}" for state in _STATES.split())


def _country(text: str) -> str:
    if not _COUNTRY.fullmatch(text):
        raise refusal(f"{quoted(text)} is not a country", "a two-letter code such as 'US'")
    return text


def _phone(text: str) -> str:
    expected = "the international form, such as '+1 602 555 0123'"
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        raise refusal(f"{quoted(text)} is not a phone number", expected) from None
    if number.extension or not phonenumbers.is_possible_number(number):
        raise refusal(f"{quoted(text)} is not a phone number", expected)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@functools.cache
def time_zones() -> frozenset[str]:
    """Return the zones a place on earth can have: `Area/City` names of the IANA database."""
    elsewhere = ("Etc/", "posix/", "right/")
    names = zoneinfo.available_timezones()
    return frozenset(name for name in names if "/" in name and not name.startswith(elsewhere))


def _time_zone(text: str) -> str:
    if text not in time_zones():
        near = nearest(text, time_zones())
        raise refusal(f"{quoted(text)} is not a time zone", "a name such as 'America/New_York'", near)
    return text


def _jurisdiction(text: str) -> str:
    if text not in JURISDICTIONS:
        near = nearest(text, JURISDICTIONS)
        raise refusal(f"{quoted(text)} is not a jurisdiction", "a state in the form 'US-AZ'", near)
    return text


def _wall_time(raw: object) -> object:
    if isinstance(raw, datetime.time):
        return raw
    found = _TIME.fullmatch(raw) if isinstance(raw, str) else None
    if not found:
        raise refusal(f"{quoted(raw)} is not a time of day", "hours and minutes such as '9:30'")
    return datetime.time(int(found[1]), int(found[2]))


def _moment(raw: object) -> object:
    if isinstance(raw, datetime.datetime):
        return raw
    if isinstance(raw, str) and (found := _MOMENT.fullmatch(raw)):
        try:
            moment = datetime.datetime.fromisoformat(f"{found[1]}T{int(found[2]):02d}:{found[3]}")
        except ValueError:
            pass
        else:
            return _require_near(raw, moment)
    expected = "a day and a time on the location's clock such as '2026-12-01T08:00'"
    raise refusal(f"{quoted(raw)} is not a day with a time", expected)


def _date(raw: object) -> object:
    if isinstance(raw, datetime.date):
        return raw
    if isinstance(raw, str) and _DATE.fullmatch(raw):
        try:
            day = datetime.date.fromisoformat(raw)
        except ValueError:
            pass
        else:
            return _require_near(raw, day)
    raise refusal(f"{quoted(raw)} is not a date", "a day of the calendar such as '2026-12-25'")


def _require_near(raw: str, day: Near) -> Near:
    """Refuse what is far from the present: it is a slip of the pen, and the calendar has ends."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise refusal(f"{quoted(raw)} is far from the present", f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    return day


def require_not_before(
    later: datetime.date | None, info: ValidationInfo, first: str, written: str = ""
) -> datetime.date | None:
    """Return *later* where it is not before the day under the key *first*, which a file calls *written*."""
    earlier = info.data.get(first)
    if earlier is not None and later is not None and later < earlier:
        raise refusal(f"{later} is before {written or first}, {earlier}", "the same day or a later one")
    return later


Country = Annotated[str, AfterValidator(_country)]
Phone = Annotated[str, AfterValidator(_phone)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Jurisdiction = Annotated[str, AfterValidator(_jurisdiction)]
WallTime = Annotated[
    datetime.time, BeforeValidator(_wall_time),
    PlainSerializer(lambda time: f"{time:%H:%M}", return_type=str, when_used="json"),
]  # fmt: skip
Day = Annotated[datetime.date, BeforeValidator(_date)]
WallMoment = Annotated[
    datetime.datetime, BeforeValidator(_moment),
    PlainSerializer(lambda moment: f"{moment:%Y-%m-%dT%H:%M}", return_type=str, when_used="json"),
]  # fmt: skip
