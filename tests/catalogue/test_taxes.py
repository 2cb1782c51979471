"""Tax rates: the one in force on the day, none where nobody stated one, and zero only where somebody did."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from saas.catalogue import taxes
from saas.catalogue.taxes import Rate
from saas.db import session, versioned
from saas.kernel.money import Money


def row(percent: str, since: str, purpose: str = "aesthetic", source: str = "A statute") -> dict[str, object]:
    return {
        "jurisdiction": "US-AZ", "purpose": purpose, "percent": Decimal(percent),
        "valid_from": date.fromisoformat(since), "source": source,
    }  # fmt: skip


def percent(on: str, purpose: str = "aesthetic", where: str = "US-AZ") -> Decimal | None:
    versioned.forget()
    found = taxes.find(where, purpose, date.fromisoformat(on), 1)
    return found.percent if found else None


@pytest.mark.usefixtures("tenant")
def test_the_latest_rate_that_has_begun_is_in_force() -> None:
    assert taxes.put_all(
        [row("8.6", "2026-01-01"), row("9.1", "2027-07-01"), row("0", "2026-01-01", "therapeutic")]
    )
    assert percent("2025-12-31") is None
    assert [percent("2026-01-01"), percent("2027-06-30")] == [Decimal("8.6"), Decimal("8.6")]
    assert percent("2027-07-01") == Decimal("9.1")
    assert percent("2026-06-01", "therapeutic") == 0
    assert percent("2026-06-01", where="US-NY") is None


@pytest.mark.usefixtures("tenant")
def test_the_file_as_a_whole_replaces_what_was_stated() -> None:
    assert taxes.put_all([row("8.6", "2026-01-01")])
    assert not taxes.put_all([row("8.60", "2026-01-01")])
    assert taxes.put_all([row("9.1", "2026-01-01")])
    assert percent("2026-01-01") == Decimal("9.1")
    assert taxes.put_all([])
    assert percent("2026-01-01") is None


@pytest.mark.parametrize(
    "wrong", [row("-0.1", "2026-01-01"), row("100.1", "2026-01-01"), row("1", "2026-01-01", source="")]
)
def test_postgresql_refuses_what_is_no_rate(tenant: UUID, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), session.current().begin_nested():
        taxes.put_all([wrong])


@given(st.integers(0, 10**9), st.decimals(0, 100, places=3))
def test_tax_is_rounded_half_up_and_once(minor: int, rate: Decimal) -> None:
    tax = taxes.of(Money(minor, "USD"), Rate(rate, "A statute", date(2026, 1, 1)))
    assert abs(tax.minor - Decimal(minor) * rate / 100) <= Decimal("0.5")
    assert taxes.of(Money(25, "USD"), Rate(Decimal(2), "A statute", date(2026, 1, 1))) == Money(1, "USD")
