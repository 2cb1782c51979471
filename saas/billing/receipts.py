"""What a receipt says: who was charged what by whom, what was paid with what, what went back, what is due.

Gathered from what is kept; never from what an offering or a policy says today. A receipt belongs to its
patient and tenant: for anybody else there is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from saas.billing import bills, quotes, visits
from saas.billing.bills import Standing
from saas.billing.models import Bill
from saas.billing.quotes import Frozen
from saas.billing.quoting import QuoteLine
from saas.billing.takings import Taking
from saas.billing.visits import Visit
from saas.kernel.errors import NotFound
from saas.kernel.money import Money
from saas.patients import records
from saas.practice import places
from saas.scheduling import appointments


class Kind(StrEnum):
    """What the receipt is of: a deposit before the visit, the visit's bill, or a visit that was called off."""

    DEPOSIT = "deposit"
    BILL = "bill"
    CANCELLATION = "cancellation"


@dataclass(frozen=True)
class Issuer:
    """The legal entity, with the address and telephone number of the location."""

    name: str
    place: str
    address: tuple[str, ...]
    phone: str


@dataclass(frozen=True)
class Receipt:
    """All that a receipt says. `number` is the bill's; `reference` tells receipts without one apart.

    Days are those of the location. `lines` are empty where the visit was called off: then `total` is the
    fee that was kept.
    """

    kind: Kind
    number: int | None
    reference: str
    issued_on: date
    issuer: Issuer
    patient: str
    wall_start: datetime
    zone: str
    lines: Sequence[QuoteLine]
    net: Money
    tax: Money
    total: Money
    takings: tuple[Taking, ...]
    refunded: Money
    due: Money

    @property
    def file_name(self) -> str:
        """The name it is saved under; it names nobody."""
        return f"receipt-{self.number or self.reference.lower()}.pdf"

    def day(self, instant: datetime) -> date:
        """Return the day that it is at the location at *instant*."""
        return instant.astimezone(ZoneInfo(self.zone)).date()


def of_visit(appointment_id: UUID, patient_id: UUID | None = None) -> Receipt:
    """Return the receipt of the visit, as it stands.

    With *patient_id*, to that patient alone. NotFound where it is another's, where nothing is charged, or
    where nothing was paid or billed yet.
    """
    visit = visits.of(appointments.get(appointment_id))
    if patient_id not in (None, visit.patient_id):
        raise NotFound
    quoted, stands = quotes.find(appointment_id), bills.standing(appointment_id)
    if quoted is None or stands is None or not (stands.takings or stands.is_issued):
        raise NotFound
    return _receipt(visit, quoted, stands, bills.find(appointment_id))


def _receipt(visit: Visit, quoted: Frozen, stands: Standing, bill: Bill | None) -> Receipt:
    nothing = Money.zero(quoted.currency)
    charged = not stands.is_off or stands.is_issued
    at = bill.issued_at if bill else stands.takings[-1].at
    return Receipt(
        kind=_kind(stands), number=stands.number, reference=visit.appointment_id.hex[-8:].upper(),
        issued_on=visit.today(at), issuer=_issuer(quoted), patient=records.get(visit.patient_id).name,
        wall_start=visit.wall_start, zone=visit.zone,
        lines=quoted.lines if charged else (), net=quoted.net if charged else stands.kept,
        tax=stands.total - quoted.net if charged else nothing, total=stands.total if charged else stands.kept,
        takings=stands.takings, refunded=stands.refunded, due=stands.due,
    )  # fmt: skip


def _kind(stands: Standing) -> Kind:
    if stands.is_issued:
        return Kind.BILL
    return Kind.CANCELLATION if stands.is_off else Kind.DEPOSIT


def _issuer(quoted: Frozen) -> Issuer:
    place = places.get_by_id(quoted.location_id)
    name = places.entity_names()[quoted.legal_entity_id]
    return Issuer(name, place.name, tuple(places.address_lines(place)), place.phone)
