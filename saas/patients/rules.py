"""What a name, a birth date, an address and a phone number must be. Pure."""

import unicodedata
from datetime import date

import email_validator
import phonenumbers

from saas.kernel.errors import Reason
from saas.kernel.text import N_

NAME_LONGEST = 80
OLDEST_YEARS = 120


def name_key(name: str) -> str:
    """Return the form of a name that equals itself however it was typed: folded, accents off."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c) and not c.isspace())


def clean_name(text: str) -> str:
    """Return a name without control characters and doubled spaces; any script is a script."""
    visible = "".join(c if unicodedata.category(c)[0] != "C" or c in "\u200d\u200c" else " " for c in text)
    return " ".join(unicodedata.normalize("NFC", visible).split())


def check_name(field: str, text: str) -> Reason | None:
    """Say what is wrong with a name, or None."""
    if not text:
        return Reason(f"{field}_missing", N_("Please tell us the name."))
    if len(text) > NAME_LONGEST:
        return Reason(
            f"{field}_too_long", N_("A name has at most %(most)d characters."), {"most": NAME_LONGEST}
        )
    if not any(unicodedata.category(c)[0] == "L" for c in text):
        return Reason(f"{field}_unreadable", N_("A name has at least one letter."))
    return None


def check_birth_date(born: date | None, today: date) -> Reason | None:
    """Say what is wrong with a birth date, or None."""
    if born is None:
        return None
    if born > today:
        return Reason("birth_date_future", N_("A date of birth cannot lie in the future."))
    if today.year - born.year > OLDEST_YEARS:
        return Reason("birth_date_too_old", N_("Please check the year of birth."))
    return None


def read_email(text: str) -> str | None:
    """Return the address in its normal form, in lower case, or None where it is none."""
    try:
        found = email_validator.validate_email(text.strip(), check_deliverability=False)
    except email_validator.EmailNotValidError:
        return None
    return found.normalized.lower()


def read_phone(text: str, region: str) -> str | None:
    """Return a phone number as E.164 (`+16025550123`), read as one dials it in *region*, or None."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
