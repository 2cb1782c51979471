"""A receipt says what is kept, to its patient alone, in any script, and never runs what it is given."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import typst

from saas.billing import bills, cancelling, printing, receipts, tills
from saas.billing.receipts import Kind, Receipt
from saas.billing.rules import Tender
from saas.billing.visits import Visit
from saas.catalogue import offerings
from saas.kernel import ids, resources
from saas.kernel.actors import SYSTEM
from saas.kernel.errors import NotFound
from saas.scheduling.states import State
from tests.billing import pdf, visiting
from tests.billing.visiting import NOW, START, Clinic
from tests.ground import make_tenant, within
from tests.ledger.books import usd


def settled(clinic: Clinic) -> Visit:
    """A visit with a deposit that is billed and paid."""
    visit = clinic.visit()
    clinic.pay_deposit(visit, 6_000)
    bills.issue(visit, SYSTEM, NOW)
    tills.take(ids.new(), visit.appointment_id, usd(20_064), Tender.CASH, SYSTEM, NOW)
    return visit


def text(receipt: Receipt, language: str = "en") -> str:
    return (
        pdf.words(printing.render(receipt, printing.WORDS, language)).replace("\u200b", "").replace("  ", " ")
    )


@pytest.fixture
def receipt(clinic: Clinic) -> Receipt:
    return receipts.of_visit(settled(clinic).appointment_id)


def test_it_says_who_was_charged_what_and_how_it_was_paid(receipt: Receipt) -> None:
    said = text(receipt)
    for words in (
        "llc", "Receipt No. 1", "March 16, 2026", "For Ann Lee", "Micro-needling", "plus 8.6% tax", "$240.00",
        "Tax $20.64", "Total $260.64", "Visa ending in 4242 $60.00", "Cash $200.64", "Nothing is due.",
    ):  # fmt: skip
        assert words in said


def test_a_deposit_has_a_receipt_before_there_is_a_bill(clinic: Clinic) -> None:
    visit = clinic.visit()
    with pytest.raises(NotFound):
        receipts.of_visit(visit.appointment_id)
    clinic.pay_deposit(visit, 6_000)
    receipt = receipts.of_visit(visit.appointment_id, visit.patient_id)
    assert (receipt.kind, receipt.number) == (Kind.DEPOSIT, None)
    said = text(receipt)
    assert "Receipt for a deposit" in said
    assert "To be paid at the visit $200.64" in said


def test_what_is_owed_is_a_bill(clinic: Clinic) -> None:
    visit = clinic.visit(visiting.quote(clinic.offering(), rate=None))
    bills.issue(visit, SYSTEM, NOW)
    said = text(receipts.of_visit(visit.appointment_id))
    for words in ("Bill No. 1", "tax to be confirmed", "Due $240.00"):
        assert words in said


def test_a_cancelled_visit_says_the_fee_and_what_went_back(clinic: Clinic) -> None:
    visit = clinic.visit(state=State.CANCELLED)
    clinic.pay_deposit(visit, 20_000)
    cancelling.settle_cancellation(visit, SYSTEM, START - timedelta(hours=3))
    said = text(receipts.of_visit(visit.appointment_id))
    for words in ("Cancellation fee $120.00", "Refund to Visa ending in 4242 −$80.00", "Nothing is due."):
        assert words in said
    assert "Micro-needling" not in said


def test_it_speaks_the_language_of_its_reader(receipt: Receipt) -> None:
    said = text(receipt, "es")
    assert "Microagujas" in said
    assert "16 de marzo de 2026" in said


NAMES = {
    "markup": '#let x = 1 #read("/etc/passwd") *b* _i_ $x$ `c` <l> @r \\ // "',
    "japanese": "山田花子",
    "accents": "Zoë Ångström-Nguyễn",
    "cyrillic": "Дарья Иванова",
    "brackets": "]#panic()[",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_is_set_as_it_is_written(receipt: Receipt, name: str) -> None:
    assert name in text(replace(receipt, patient=name))


def glyphs(name: str) -> set[str]:
    return {letter for letter in name if letter != " "}


@pytest.mark.parametrize("name", ["عائشة الزهراني", "שרה כהן"])
def test_a_name_from_right_to_left_keeps_its_letters(receipt: Receipt, name: str) -> None:
    assert glyphs(name) <= glyphs(text(replace(receipt, patient=name)))


def test_a_letter_that_no_font_has_does_not_stand_in_the_way(receipt: Receipt) -> None:
    made = printing.render(replace(receipt, patient="\U0001f9ff \u1337 \U00011c70"), printing.WORDS, "en")
    assert "Total $260.64" in pdf.words(made)


def test_one_long_word_breaks_and_many_lines_go_on_to_the_next_page(receipt: Receipt) -> None:
    said = text(replace(receipt, patient="W" * 300, lines=[receipt.lines[0]] * 60))
    assert said.count("Micro-needling") == 60
    assert "Page 1 / 4" in said
    lines = [piece for piece in said.split() if set(piece) == {"W"}]
    assert sum(map(len, lines)) >= 300
    assert max(map(len, lines)) < 60


def test_the_same_receipt_gives_the_same_bytes(receipt: Receipt) -> None:
    first, again = (printing.render(receipt, printing.WORDS, "en") for _ in range(2))
    assert first == again
    assert b"pdfuaid" in first


def test_the_fonts_are_ours() -> None:
    families = {font.family for font in typst.Fonts(False, True, [str(printing.FONTS)]).fonts()}
    assert {"Inter", "Noto Sans Arabic", "MotoyaLCedar", "Libertinus Serif"} <= families
    template = (resources.path("templates") / "billing" / "receipt.typ").read_text()
    assert all(f'"{family}"' in template for family in ("Inter", "Noto Sans Arabic", "MotoyaLCedar"))


def test_every_word_of_the_page_comes_from_the_caller(receipt: Receipt) -> None:
    marked = {key: f"¡{sentence}!" for key, sentence in printing.WORDS.items()}
    said = pdf.words(printing.render(receipt, marked, "en"))
    assert said.count("¡") == said.count("!")
    for word in ("Treatment", "Amount", "Total", "Payments", "Cash", "Receipt", "For", "Visit"):
        assert f"¡{word}!" in said


def refused(act: Callable[[], object]) -> None:
    with pytest.raises(NotFound):
        act()


def test_another_patient_finds_no_receipt(clinic: Clinic) -> None:
    mine, other = settled(clinic), clinic.visit()
    assert receipts.of_visit(mine.appointment_id, mine.patient_id).patient == "Ann Lee"
    refused(lambda: receipts.of_visit(mine.appointment_id, other.patient_id))
    refused(lambda: receipts.of_visit(ids.new(), mine.patient_id))


def test_another_tenant_finds_no_receipt(committed: UUID) -> None:
    with within(committed):
        visit = settled(visiting.open_clinic())
    with within(committed):
        assert receipts.of_visit(visit.appointment_id)
    with within(make_tenant()):
        refused(lambda: receipts.of_visit(visit.appointment_id, visit.patient_id))


def test_a_change_of_the_price_list_changes_no_receipt(clinic: Clinic) -> None:
    visit = settled(clinic)
    before = receipts.of_visit(visit.appointment_id)
    offerings.put("micro-needling", {"name": {"en": "Dearer"}})
    assert receipts.of_visit(visit.appointment_id) == before
