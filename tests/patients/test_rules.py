"""Names, addresses and numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas.patients import rules


@pytest.mark.parametrize(("typed", "key"), [
    ("Müller", "muller"), ("MULLER ", "muller"), ("de la Cruz", "delacruz"), ("Strauß", "strauss"), ("李", "李"),
])  # fmt: skip
def test_a_name_key_is_the_same_however_it_was_typed(typed: str, key: str) -> None:
    assert rules.name_key(typed) == key


@given(st.text(max_size=60))
def test_cleaning_a_name_twice_is_cleaning_it_once(text: str) -> None:
    once = rules.clean_name(text)
    assert rules.clean_name(once) == once
    assert "\x00" not in once
    assert once == once.strip()


@pytest.mark.parametrize(("typed", "read"), [
    ("602 555 0123", "+16025550123"), ("(602) 555-0123", "+16025550123"), ("+44 20 7946 0018", "+442079460018"),
    ("12", None), ("", None), ("call me", None),
])  # fmt: skip
def test_a_phone_number_reads_as_one_dials_it_there(typed: str, read: str | None) -> None:
    assert rules.read_phone(typed, "US") == read


@pytest.mark.parametrize(("typed", "read"), [
    (" Ann@Mail.Example ", "ann@mail.example"), ("ann@", None), ("a" * 300 + "@mail.example", None), ("", None),
])  # fmt: skip
def test_an_address_reads_in_its_normal_form(typed: str, read: str | None) -> None:
    assert rules.read_email(typed) == read
