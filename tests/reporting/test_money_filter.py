"""Amounts on a page: as the visitor's language and the currency write them."""

import pytest
from flask import Flask
from flask_babel import force_locale

from saas.kernel.money import Money
from saas.web import render


@pytest.mark.parametrize(
    ("minor", "currency", "language", "style", "expected"),
    [
        (123_456, "USD", "en", "full", "$1,234.56"), (-5, "USD", "en", "full", "-$0.05"),
        (123_456, "JPY", "en", "full", "¥123,456"), (1_234, "KWD", "en", "plain", "1.234"),
        (123_456, "EUR", "de", "full", "1.234,56\xa0€"), (123_456, "USD", "de", "plain", "1.234,56"),
        (0, "USD", "en", "plain", "0.00"), (10**14 + 1, "USD", "en", "plain", "1,000,000,000,000.01"),
    ],
)  # fmt: skip
def test_an_amount_is_written_as_its_reader_writes_it(
    app: Flask, minor: int, currency: str, language: str, style: str, expected: str
) -> None:
    with app.test_request_context(), force_locale(language):
        assert render.money(Money(minor, currency), style) == expected
