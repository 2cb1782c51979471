"""Set a receipt as PDF, by typst. Everything that is said reaches the template as JSON and is shown as
text: nothing of it is ever read as markup. The same receipt gives the same bytes, as accessible PDF/UA-1.

Set in Inter, Noto Sans Arabic and Kosugi from our built assets, headings in Libertinus Serif, which typst
carries itself. A script that none of them has falls to a font of the machine, if there is one.
"""

import functools
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import structlog
import typst
from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_percent

from saas.billing.quoting import QuoteLine
from saas.billing.receipts import Kind, Receipt
from saas.billing.takings import ONLINE, Back, Taking
from saas.kernel import resources
from saas.kernel.money import Money
from saas.kernel.text import N_

log = structlog.get_logger()

FONTS = resources.PACKAGE / "static" / "dist" / "print"
# Every word of the page; the caller hands them back translated, under the same names.
WORDS = {
    "title_deposit": N_("Receipt for a deposit"),
    "title_bill": N_("Receipt"),
    "title_owed": N_("Bill"),
    "title_cancellation": N_("Receipt for a cancelled visit"),
    "number": N_("No."),
    "reference": N_("Reference"),
    "patient": N_("For"),
    "visit": N_("Visit"),
    "treatment": N_("Treatment"),
    "amount": N_("Amount"),
    "tax": N_("Tax"),
    "tax_of": N_("plus %(rate)s tax"),
    "tax_review": N_("tax to be confirmed"),
    "net": N_("Before tax"),
    "total": N_("Total"),
    "fee": N_("Cancellation fee"),
    "payments": N_("Payments"),
    "cash": N_("Cash"),
    "card_terminal": N_("Card, at the desk"),
    "card_online": N_("Card, online"),
    "card": N_("%(brand)s ending in %(last4)s"),
    "refund": N_("Refund to %(tender)s"),
    "due": N_("Due"),
    "due_later": N_("To be paid at the visit"),
    "settled": N_("Nothing is due."),
    "page": N_("Page"),
}
BRANDS = {
    "amex": "American Express", "diners": "Diners Club", "discover": "Discover", "jcb": "JCB",
    "mastercard": "Mastercard", "unionpay": "UnionPay", "visa": "Visa",
}  # fmt: skip


def render(receipt: Receipt, words: Mapping[str, str], language: str) -> bytes:
    """Return the receipt as PDF; *words* are WORDS in *language*."""
    data = json.dumps(content(receipt, words, language), ensure_ascii=False, sort_keys=True)
    on = receipt.issued_on
    try:
        return _compile(data, on, pdf_standards="ua-1")
    except typst.TypstError:
        # a letter that no font has is not accessible, and drawn as a box; anything else fails again
        log.warning("no font on this machine has all letters of a receipt")
        return _compile(data, on)


def content(receipt: Receipt, words: Mapping[str, str], language: str) -> dict[str, Any]:
    """Return every text of the page, as it stands there."""
    page = _Page(receipt, words, Locale.parse(language.replace("-", "_")))
    said, issuer = page.words, receipt.issuer
    number = (
        f"{said['number']} {receipt.number}" if receipt.number else f"{said['reference']} {receipt.reference}"
    )
    return {
        "language": page.locale.language, "title": page.title(), "number": number,
        "date": page.day(receipt.issued_on), "issuer": issuer.name, "address": [*issuer.address, issuer.phone],
        "facts": [[said["patient"], receipt.patient], [said["visit"], page.visit()]],
        "heads": [said["treatment"], said["amount"]], "lines": page.lines(), "sums": page.sums(),
        "payments_title": said["payments"], "payments": page.payments(), "due": page.due(), "page": said["page"],
    }  # fmt: skip


def _compile(data: str, on: date, **options: Any) -> bytes:
    template, at = resources.path("templates") / "billing" / "receipt.typ", datetime.combine(on, time(), UTC)
    made: bytes = typst.compile(
        template, root=template.parent, font_paths=_fonts(), format="pdf", sys_inputs={"data": data},
        timestamp=int(at.timestamp()), **options,
    )  # fmt: skip
    return made


@functools.cache
def _fonts() -> typst.Fonts:
    """Find the fonts, once in a process."""
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=[str(FONTS)])


class _Page:
    """Writes amounts, days and payments as the page's language does."""

    def __init__(self, receipt: Receipt, words: Mapping[str, str], locale: Locale) -> None:
        self.receipt, self.words, self.locale = receipt, words, locale

    def title(self) -> str:
        owed = self.receipt.kind is Kind.BILL and self.receipt.due
        return self.words["title_owed" if owed else f"title_{self.receipt.kind}"]

    def money(self, amount: Money) -> str:
        return format_currency(amount.major, amount.currency, locale=self.locale).replace("-", "\u2212")

    def day(self, on: date) -> str:
        return format_date(on, "long", locale=self.locale)

    def visit(self) -> str:
        start = self.receipt.wall_start
        parts = (
            format_date(start, "full", locale=self.locale),
            format_time(start, "short", locale=self.locale),
            self.receipt.issuer.place,
        )
        return " · ".join(parts).replace("\u202f", "\u00a0")

    def lines(self) -> list[list[str]]:
        """Return description, remark and amount of each line; the fee alone where the visit was called off."""
        if self.receipt.kind is Kind.CANCELLATION:
            return [[self.words["fee"], "", self.money(self.receipt.total)]]
        return [
            [self.name(line.description), self.remark(line), self.money(line.net)] for line in self.receipt.lines
        ]  # fmt: skip

    def name(self, by_language: Mapping[str, str]) -> str:
        return by_language.get(self.locale.language) or next(iter(by_language.values()), "")

    def remark(self, line: QuoteLine) -> str:
        if line.tax_percent is None:
            return self.words["tax_review"]
        if not line.tax_percent:
            return ""
        rate = format_percent(line.tax_percent / 100, locale=self.locale, decimal_quantization=False)
        return self.words["tax_of"] % {"rate": rate}

    def sums(self) -> list[list[str]]:
        """Return what the lines come to; the total stands last."""
        receipt, parts = self.receipt, []
        if receipt.tax:
            parts = [(self.words["net"], receipt.net), (self.words["tax"], receipt.tax)]
        return [[word, self.money(sum_)] for word, sum_ in (*parts, (self.words["total"], receipt.total))]

    def payments(self) -> list[list[str]]:
        """Return day, tender and amount of each payment, its refunds below it."""
        rows = []
        for taking in self.receipt.takings:
            rows.append([self.paid_on(taking.at), self.tender(taking), self.money(taking.amount)])
            rows += [self.refund(taking, back) for back in taking.back]
        return rows

    def refund(self, taking: Taking, back: Back) -> list[str]:
        words = self.words["refund"] % {"tender": self.tender(taking)}
        return [self.paid_on(back.at), words, self.money(-back.amount)]

    def paid_on(self, at: datetime) -> str:
        return format_date(self.receipt.day(at), "medium", locale=self.locale)

    def tender(self, taking: Taking) -> str:
        if taking.tender == ONLINE and taking.card_last4:
            brand = BRANDS.get(taking.card_brand or "", (taking.card_brand or "").capitalize())
            return self.words["card"] % {"brand": brand, "last4": taking.card_last4}
        return self.words[taking.tender]

    def due(self) -> list[str]:
        """Return what is due, or that nothing is."""
        if not self.receipt.due:
            return [self.words["settled"], ""]
        word = self.words["due_later" if self.receipt.kind is Kind.DEPOSIT else "due"]
        return [word, self.money(self.receipt.due)]
