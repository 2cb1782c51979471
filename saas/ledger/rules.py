"""What a posting does to the accounts it touches, decided without looking anything up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from saas.kernel.money import Money
from saas.ledger.chart import Kind, Ref
from saas.ledger.refusals import NotPostable


@dataclass(frozen=True)
class Line:
    """An amount that one account is debited with and another credited, in the books of one legal entity.

    `location_id` says where it was earned or spent, for reports by location.
    """

    legal_entity_id: UUID
    debit: Ref
    credit: Ref
    amount: Money
    location_id: UUID | None = None


@dataclass(frozen=True)
class Side:
    """What the rules need of an account: its id, its kind, and whether it is guarded."""

    id: UUID
    kind: Kind
    guarded: bool


@dataclass(frozen=True)
class Move:
    """A line whose accounts are known by id."""

    legal_entity_id: UUID
    currency: str
    debit_id: UUID
    credit_id: UUID
    amount_minor: int
    location_id: UUID | None

    def mirrored(self) -> "Move":
        """Return the move that takes this one back."""
        return Move(
            self.legal_entity_id,
            self.currency,
            self.credit_id,
            self.debit_id,
            self.amount_minor,
            self.location_id,
        )


def require_postable(lines: Sequence[Line]) -> None:
    """Raise NotPostable where *lines* are no entry."""
    if not lines or any(line.amount.minor <= 0 or line.debit == line.credit for line in lines):
        raise NotPostable


def in_its_direction(kind: Kind, debit_minor: int, credit_minor: int) -> int:
    """Return what debits and credits come to in the direction in which the account grows."""
    return debit_minor - credit_minor if kind.grows_by_debit else credit_minor - debit_minor


def guarded_changes(moves: Iterable[Move], sides: Mapping[UUID, Side]) -> dict[UUID, int]:
    """Return by how much each guarded account changes in all, in its own direction; by account id."""
    changes: dict[UUID, int] = {}
    for move in moves:
        for account_id, debit, credit in (
            (move.debit_id, move.amount_minor, 0),
            (move.credit_id, 0, move.amount_minor),
        ):
            side = sides[account_id]
            if side.guarded:
                changes[side.id] = changes.get(side.id, 0) + in_its_direction(side.kind, debit, credit)
    return dict(sorted(changes.items()))
