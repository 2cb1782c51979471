"""Money: whole minor units of one currency. Nothing here loses a cent, and rounding has this one owner:
half up, away from zero, once per line.

Two currencies never meet in one sum or comparison. What is shared out adds up to what there was.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from babel.numbers import get_currency_precision

from saas.kernel.errors import Invalid
from saas.kernel.text import N_

_CODE = re.compile(r"[A-Z]{3}")
_MOST_DIGITS = 12
Exact = int | Decimal | Fraction


class CurrencyMismatch(Invalid):
    """Two currencies met where one was expected."""

    code = "currency_mismatch"
    sentence = N_("%(found)s is not %(expected)s: these amounts are in two currencies.")


class AmountRefused(Invalid):
    """The text or number is no amount of the currency."""

    code = "amount_refused"
    sentence = N_("This is not an amount that can be paid in %(currency)s.")


@dataclass(frozen=True)
class Money:
    """An amount in the minor units of an ISO 4217 currency: `Money(2550, "USD")` is 25.50 dollars."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are whole, and {self.minor!r} is not")
        if not _CODE.fullmatch(self.currency):
            raise ValueError(f"{self.currency!r} is no currency")

    @classmethod
    def zero(cls, currency: str) -> "Money":
        """Return nothing of *currency*."""
        return cls(0, currency)

    @classmethod
    def from_major(cls, amount: str | int | Decimal, currency: str) -> "Money":
        """Return *amount*, written as people write it ("25.50"). AmountRefused where it is finer than a coin."""
        if isinstance(amount, float):
            raise TypeError(f"an amount is exact, and {amount!r} is not")
        try:
            number = Decimal(amount)
        except ArithmeticError as error:
            raise AmountRefused(currency=currency) from error
        if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
            raise AmountRefused(currency=currency)
        minor = Fraction(number) * 10 ** exponent(currency)
        if minor.denominator != 1:
            raise AmountRefused(currency=currency)
        return cls(minor.numerator, currency)

    @classmethod
    def total(cls, amounts: Iterable["Money"], currency: str) -> "Money":
        """Return the sum of *amounts*, nothing where there are none. CurrencyMismatch."""
        return sum(amounts, start=cls.zero(currency))

    @property
    def major(self) -> Decimal:
        """The amount in whole units, for showing."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        return f"{self.major:,f} {self.currency}"

    def __bool__(self) -> bool:
        return self.minor != 0

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.minor * times, self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __abs__(self) -> "Money":
        return Money(abs(self.minor), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other)

    def split(self, parts: int) -> tuple["Money", ...]:
        """Share into *parts* that differ by one minor unit at most, the larger last: 333.33, 333.33, 333.34."""
        if parts < 1:
            raise ValueError("there is no sharing among nobody")
        return self.allocate([1] * parts)

    def allocate(self, weights: Sequence[int]) -> tuple["Money", ...]:
        """Share in proportion to *weights*, to the last cent; a weight of zero gets nothing.

        What rounding down leaves goes, a unit each, where it cut most; between equals, to the later.
        A negative amount is shared as its mirror.
        """
        if any(weight < 0 for weight in weights) or not any(weights):
            raise ValueError("weights are whole, not negative and not all zero")
        if self.minor < 0:
            return tuple(-share for share in (-self).allocate(weights))
        everything = sum(weights)
        shares = [divmod(self.minor * weight, everything) for weight in weights]
        left = self.minor - sum(share for share, _cut in shares)
        by_cut = sorted(range(len(shares)), key=lambda place: (shares[place][1], place), reverse=True)
        lucky = set(by_cut[:left])
        return tuple(Money(share + (n in lucky), self.currency) for n, (share, _cut) in enumerate(shares))

    def percent(self, rate: Exact) -> "Money":
        """Return *rate* per cent of it, rounded half up: `Decimal("8.6")` of 25.00 is 2.15."""
        if isinstance(rate, bool) or not isinstance(rate, Exact):
            raise TypeError(f"a rate is exact, and {rate!r} is not")
        hundredth = Fraction(rate) * abs(self.minor)
        rounded = int(Fraction(hundredth, 100) + Fraction(1, 2))
        return Money(-rounded if self.minor * rate < 0 else rounded, self.currency)

    def _same(self, other: "Money") -> int:
        if not isinstance(other, Money):
            raise TypeError(f"{other!r} is no money")
        if other.currency != self.currency:
            raise CurrencyMismatch(found=other.currency, expected=self.currency)
        return other.minor


def exponent(currency: str) -> int:
    """Return how many decimal places *currency* has: USD 2, JPY 0, KWD 3."""
    return get_currency_precision(currency)
