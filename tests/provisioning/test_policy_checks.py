"""`policies.yaml`: read as written, and each fault has its own sentence where it stands."""

import pytest

from saas.catalogue.terms import Kind
from saas.provisioning import reading
from saas.provisioning.schema import Configuration
from tests.provisioning import aspen
from tests.provisioning.test_price_checks import PRICES, TWO_CURRENCIES, VISIT, files

OTHER = VISIT.replace("slug: visit", "slug: other").replace(
    "[phoenix, york]", "[york]\npatients: {only: new}"
)
ADDED = VISIT.replace("slug: visit", "slug: added\nkind: add_on").replace("consultation\n", "aesthetics\n", 1)
POLICIES = """\
deposit:
  - percent: 20
  - {location: york, amount: 50.00}
  - {offering: other, first_visit: true, none: true}
cancellation:
  - {category: consultation, free_until_hours: 24, fee_percent: 50}
no_show:
  - fee_percent: 100
late_arrival:
  - {grace_minutes: 10, no_show_after_minutes: 20, text: {en: We may shorten the visit.}}
reschedule:
  - {until_hours: 12, most_times: 2}
"""


def texts(policies: str, **more: str) -> dict[str, str]:
    own = {"offerings/other.yaml": OTHER, "offerings/added.yaml": ADDED, "policies.yaml": policies}
    return files(VISIT + PRICES, **{**own, **more})


def said_of(old: str, new: str, **more: str) -> list[str]:
    """Return what is said once *old* of the good policies is *new*."""
    assert old in POLICIES
    return aspen.problems(texts(POLICIES.replace(old, new, 1), **more))


def read(policies: str) -> Configuration:
    whole = {**aspen.GOOD, **texts(policies)}
    return reading.read_files({name: text.encode() for name, text in whole.items()})


def test_rules_become_values_and_say_no_more_than_was_written() -> None:
    written = read(POLICIES).policies.written()
    assert written[Kind.DEPOSIT] == [
        {"percent": "20"}, {"location": "york", "amount": "50.00"},
        {"offering": "other", "first_visit": True, "none": True},
    ]  # fmt: skip
    assert written[Kind.LATE_ARRIVAL][0]["text"] == {"en": "We may shorten the visit."}
    assert written[Kind.RESCHEDULE] == [{"until_hours": 12, "most_times": 2}]


FAULTS = [
    ("percent: 20", "percent: 120", "'120' is not a share"),
    ("percent: 20", "percent: 20\n    none: true", "says 'percent' and 'none'; expected exactly one of"),
    ("percent: 20", "none: false", "says 'none: false'"),
    ("amount: 50.00", "amount: 50.005", "50.005 is finer than a coin of USD"),
    ("location: york", "location: yrk", "there is no location 'yrk'; did you mean 'york'?"),
    ("offering: other", "offering: othr", "there is no offering 'othr'; did you mean 'other'?"),
    ("offering: other", "offering: other, category: aesthetics", "names an offering and a category"),
    ("offering: other", "offering: added", "'added' is an add-on, and goes by the policies of its visit"),
    ("offering: other", "offering: other, location: phoenix", "'other' is not offered at 'phoenix'"),
    ("first_visit: true", "first_visit: false", "'other' is for new patients only, so it is nobody's later visit"),
    ("category: consultation", "category: aesthetics", "nothing that is booked is 'aesthetics'"),
    ("category: consultation", "category: consultation, frist_visit: true", "unknown key 'frist_visit'"),
    ("category: consultation", "offering: visit", "offerings/visit.yaml has a 'cancellation' of its own"),
    ("free_until_hours: 24", "free_until_hours: -1", "-1 hours is negative; expected a whole number of hours"),
    ("free_until_hours: 24, ", "", "says what is due and not from when on"),
    ("fee_percent: 100", "fee_percent: 100\n  - fee: 5.00", "a second rule for the same, first in line 8"),
    ("fee_percent: 100", "fee: 0", "an amount of nothing"),
    ("grace_minutes: 10", "grace_minutes: -10", "-10 minutes is negative"),
    ("no_show_after_minutes: 20", "no_show_after_minutes: 5", "a no-show after 5 minutes, within its grace"),
    ("{en: We may", "{de: Ja, en: We may", "the clinic does not speak 'de'"),
    ("{en: We may", "{no: We may", "no text in 'en', the clinic's first language"),
    ("{until_hours: 12, most_times: 2}", "{location: york}", "says nothing; expected 'until_hours' or 'most_times'"),
    ("most_times: 2", "most_times: 51", "51 times is out of bounds; expected a whole number of times, from 0 to 50"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sentence"), FAULTS)
def test_a_fault_is_said_where_it_stands(old: str, new: str, sentence: str) -> None:
    said = said_of(old, new)
    assert all(one.startswith("policies.yaml:") for one in said)
    assert any(sentence in one for one in said)


def test_an_amount_is_of_one_currency() -> None:
    said = said_of("- percent: 20", "- amount: 20.00", **TWO_CURRENCIES)
    assert any("20.00 would be in EUR and in USD, the currencies of its locations" in one for one in said)
    assert not any("50.00 would be" in one for one in said)


def test_a_clinic_needs_no_policies() -> None:
    whole = {name: text for name, text in texts("").items() if name != "policies.yaml"}
    found = reading.read_files({name: text.encode() for name, text in {**aspen.GOOD, **whole}.items()})
    assert not any(found.policies.written().values())
