"""Wrong keys and values are named with their place and what was probably meant."""

import pytest

from tests.provisioning import aspen


def test_an_unknown_key_is_refused_with_the_nearest_name() -> None:
    said = aspen.edited("locations/phoenix.yaml", "    - opens: 9:00", "    - opens_at: 9:00")
    assert said == [
        "locations/phoenix.yaml:11:7  opening_hours.tuesday[0]: the key 'opens' is missing",
        "locations/phoenix.yaml:11:7  opening_hours.tuesday[0]: unknown key 'opens_at'; "
        "did you mean 'opens'?",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("titles: PT", "tittles: PT", ":4:1  unknown key 'tittles'; did you mean 'titles'?"),
        (
            "titles: PT",
            "zzzz: PT",
            ":4:1  unknown key 'zzzz'; expected one of 'slug', 'id', 'was', 'given_name'",
        ),
        ("given_name: Ada\n", "", ":1:1  the key 'given_name' is missing"),
        ("given_name: Ada", "given_name: ''", ":2:13  given_name: is blank; expected text with"),
        ("given_name: Ada", "given_name:", ":2:12  given_name: is blank"),
        ("given_name: Ada", "given_name: [Ada]", "given_name: a list does not belong here; expected"),
        ("[owner,", "[ownr,", ":7:9  roles[0]: unknown value 'ownr'; expected one of 'owner'"),
        ("[owner, practitioner]", "[]", "roles: the list is too short; expected at least 1"),
        ("[owner, practitioner]", "owner", "roles: 'owner' does not belong here; expected a list"),
        ("practitioner: yes", "practitioner: perhaps", "'perhaps' is neither yes nor no; expected 'true'"),
        ("starts: 9:30", "starts: 930", ":10:62  hours[0].starts: '930' is not a time of day"),
        ("[monday, tuesday]", "[monday, tusday]", "unknown value 'tusday'; expected one of 'monday'"),
        ("titles: PT", "bio: {xx: Hm}\ntitles: PT", ":4:7  bio.xx: 'xx' is not a language"),
        ("titles: PT", "bio: {en: ''}\ntitles: PT", ":4:11  bio.en: is blank"),
        ("titles: PT", "bio: Hm\ntitles: PT", "bio: 'Hm' does not belong here; expected a mapping"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    assert any(said in one for one in aspen.edited("people/ada.yaml", old, new))


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "locations/phoenix.yaml",
            "America/Phoenix",
            "America/Phenix",
            "5:12  time_zone: 'America/Phenix' is",
        ),
        ("locations/phoenix.yaml", "America/Phoenix", "America/Phenix", "did you mean 'America/Phoenix'?"),
        ("locations/phoenix.yaml", "US-AZ", "US-A", "6:15  jurisdiction: 'US-A' is not a jurisdiction"),
        ("locations/phoenix.yaml", "microneedling_pen", "micro_pen", "did you mean 'microneedling_pen'?"),
        ("locations/phoenix.yaml", "aspen-llc", "aspen-lc", "3:15  legal_entity: there is no legal entity"),
        ("locations/phoenix.yaml", "aspen-llc", "aspen-lc", "did you mean 'aspen-llc'?"),
        (
            "people/ada.yaml",
            "location: phoenix",
            "location: phenix",
            "there is no location 'phenix'; did you",
        ),
        ("clinic.yaml", "#1f6f78", "#cfe8e8", "5:9  accent: white text on #cfe8e8 has a contrast of 1.2"),
        ("clinic.yaml", "{en: Needles and patience}", "{es: Agujas}", "the clinic does not speak 'es'"),
        ("clinic.yaml", "{en: Needles and patience}", "{es: Agujas}", "no text in 'en', the clinic's first"),
    ],
)
def test_what_is_unknown_is_named(file: str, old: str, new: str, said: str) -> None:
    assert any(said in one for one in aspen.edited(file, old, new))
