"""What is agreed with one patient: a price of their own for an offering, or that they pay no deposit.

An agreement holds for visits from one day to another; it is ended, never altered or deleted. What was promised
before it, or while it held, stays promised.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from saas.catalogue.models import AgreementRow
from saas.catalogue.pricing import AgreedPrice
from saas.db import session
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import ids
from saas.kernel.actors import Actor
from saas.kernel.errors import Conflict, Invalid, NotFound
from saas.kernel.money import Money
from saas.kernel.text import N_


class AgreementRefused(Invalid):
    """An agreement without a reason, that ends before it begins, or on an amount of nothing."""

    code = "agreement_refused"
    sentence = N_("Please say why this is agreed.")


class AgreedAlready(Conflict):
    """Something is agreed for some of the same days; two answers to one question would be none."""

    code = "agreed_already"
    sentence = N_("Something is agreed for these days already. End that first.")


@dataclass(frozen=True)
class Said:
    """What is to be agreed: a price for an offering, or, without both, that no deposit is paid.

    It holds for visits from the day *since* to the day before *until*; None: without end.
    """

    since: date
    reason: str
    offering_id: UUID | None = None
    amount: Money | None = None
    until: date | None = None


@dataclass(frozen=True)
class Agreed:
    """What is agreed with a patient, as values."""

    prices: tuple[AgreedPrice, ...] = ()
    no_deposit: tuple[tuple[date, date | None], ...] = ()

    def pays_no_deposit(self, on: date) -> bool:
        """Whether no deposit is paid for a visit on *on*."""
        return any(since <= on and (until is None or on < until) for since, until in self.no_deposit)


def agree(patient_id: UUID, said: Said, actor: Actor) -> AgreementRow:
    """Agree *said* with the patient. AgreementRefused, AgreedAlready."""
    _require_sound(said)
    rows = list_for(patient_id, lock=True)
    if any(_is_same(row, said) and _overlaps(row, said) for row in rows):
        raise AgreedAlready
    made = AgreementRow(
        id=ids.new(), patient_id=patient_id, offering_id=said.offering_id,
        amount_minor=said.amount.minor if said.amount else None,
        currency=said.amount.currency if said.amount else None, starts_on=said.since, ends_on=said.until,
        reason=said.reason.strip(), actor_kind=actor.kind, actor_id=actor.id,
    )  # fmt: skip
    session.current().add(made)
    session.current().flush()
    book.tell(EventKind.AGREEMENT_MADE, made.id, actor, patient_id=str(patient_id))
    return made


def end(agreement_id: UUID, on: date, actor: Actor) -> AgreementRow:
    """Let an agreement hold for visits before *on* only; one that ends sooner does so still. NotFound."""
    query = select(AgreementRow).where(AgreementRow.id == agreement_id).with_for_update()
    row = session.current().scalar(query)
    if row is None:
        raise NotFound
    if row.ends_on is None or row.ends_on > on:
        row.ends_on = max(on, row.starts_on)
        book.tell(EventKind.AGREEMENT_ENDED, row.id, actor, patient_id=str(row.patient_id))
    return row


def list_for(patient_id: UUID, *, lock: bool = False) -> list[AgreementRow]:
    """Return what was ever agreed with the patient, the newest first."""
    query = select(AgreementRow).where(AgreementRow.patient_id == patient_id).order_by(AgreementRow.id.desc())
    return list(session.current().scalars(query.with_for_update() if lock else query))


def of(patient_id: UUID) -> Agreed:
    """Return what is agreed with the patient."""
    rows = list_for(patient_id)
    prices = tuple(
        AgreedPrice(row.offering_id, Money(row.amount_minor, row.currency), row.starts_on, row.ends_on)
        for row in rows
        if row.offering_id is not None and row.amount_minor is not None and row.currency is not None
    )
    return Agreed(prices, tuple((row.starts_on, row.ends_on) for row in rows if row.offering_id is None))


def _require_sound(said: Said) -> None:
    if not said.reason.strip():
        raise AgreementRefused
    if said.until is not None and said.until <= said.since:
        raise AgreementRefused(N_("It ends before it begins."))
    if said.amount is not None and said.amount <= Money.zero(said.amount.currency):
        raise AgreementRefused(N_("An agreed price is more than nothing."))


def _is_same(row: AgreementRow, said: Said) -> bool:
    currency = said.amount.currency if said.amount else None
    return (row.offering_id, row.currency) == (said.offering_id, currency)


def _overlaps(row: AgreementRow, said: Said) -> bool:
    return (said.until is None or row.starts_on < said.until) and (
        row.ends_on is None or said.since < row.ends_on
    )
