"""The test cards, and what becomes of each. A number that is not among them is not a card here."""

import re
from dataclasses import dataclass
from enum import StrEnum

# Numbers that Stripe publishes for testing: https://docs.stripe.com/testing
GOOD, DECLINED = "4242424242424242", "4000000000000002"
SECURED, DISPUTED = "4000002500003155", "4000000000000259"


class Fate(StrEnum):
    """What the bank of a card answers."""

    PAID = "paid"
    DECLINED = "declined"
    SECURED = "secured"
    DISPUTED = "disputed"


FATES = {
    GOOD: Fate.PAID,
    DECLINED: Fate.DECLINED,
    SECURED: Fate.SECURED,
    DISPUTED: Fate.DISPUTED,
}


@dataclass(frozen=True)
class Card:
    """A card as it was typed, once it is known to be one."""

    number: str
    month: int
    year: int

    @property
    def fate(self) -> Fate:
        """What the bank will answer."""
        return FATES[self.number]


def read(number: str, expiry: str, cvc: str, today: tuple[int, int]) -> Card | str:
    """Return the card, or the name of the field that is wrong; *today* is year and month."""
    digits = re.sub(r"[\s-]", "", number)
    if digits not in FATES:
        return "number"
    match = re.fullmatch(r"\s*(0[1-9]|1[0-2])\s*/\s*(\d\d)\s*", expiry)
    if match is None or (2000 + int(match[2]), int(match[1])) < today:
        return "expiry"
    if not re.fullmatch(r"\d{3,4}", cvc.strip()):
        return "cvc"
    return Card(digits, int(match[1]), 2000 + int(match[2]))
