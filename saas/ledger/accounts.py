"""Open and find accounts. An account comes into being with the first posting that names it."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert

from saas.db import session
from saas.kernel import ids
from saas.kernel.errors import NotFound
from saas.ledger.chart import Kind, Ref
from saas.ledger.models import Account, Balance
from saas.ledger.rules import Side

# An account as a posting names it: the legal entity, the currency, and the account within these books.
Key = tuple[UUID, str, Ref]


def get(account_id: UUID) -> Account:
    """Return the account; NotFound."""
    found = session.current().scalar(select(Account).where(Account.id == account_id))
    if found is None:
        raise NotFound
    return found


def balance(legal_entity_id: UUID, currency: str, ref: Ref) -> int:
    """Return what a guarded account holds now, in minor units; 0 where it was never posted to."""
    query = select(Balance.balance_minor).join_from(
        Account, Balance, (Balance.tenant_id == Account.tenant_id) & (Balance.id == Account.id)
    )
    found = session.current().scalar(query.where(_KEY.in_([_columns((legal_entity_id, currency, ref))])))
    return found or 0


def ensure(keys: Iterable[Key]) -> dict[Key, Side]:
    """Return the accounts for *keys*, opening those that are not there yet."""
    wanted = set(keys)
    found = find(wanted)
    if missing := wanted - found.keys():
        _open(sorted(missing))
        found |= find(missing)
    return found


def find(keys: Iterable[Key]) -> dict[Key, Side]:
    """Return those of the accounts for *keys* that are there."""
    wanted = {_columns(key): key for key in keys}
    rows = session.current().scalars(select(Account).where(_KEY.in_(list(wanted))))
    return {wanted[row.legal_entity_id, row.currency, row.code, row.subject_id]: _side(row) for row in rows}


def sides(account_ids: Collection[UUID]) -> dict[UUID, Side]:
    """Return what the rules need of accounts, by id."""
    rows = session.current().scalars(select(Account).where(Account.id.in_(account_ids)))
    return {row.id: _side(row) for row in rows}


_Columns = tuple[UUID, str, str, UUID]
_KEY = tuple_(Account.legal_entity_id, Account.currency, Account.code, Account.subject_id)


def _columns(key: Key) -> _Columns:
    legal_entity_id, currency, ref = key
    return legal_entity_id, currency, ref.code.value, ref.about(legal_entity_id)


def _open(keys: list[Key]) -> None:
    """Insert accounts in the order given, the same everywhere, so that two who open them never wait in
    a circle; who comes second waits, and finds them.
    """
    current = session.current()
    made = current.execute(
        insert(Account).on_conflict_do_nothing().returning(Account.id, Account.guarded),
        [_row(current.tenant_id, key) for key in keys],
    )
    guarded = [
        {"tenant_id": current.tenant_id, "id": row.id, "balance_minor": 0} for row in made if row.guarded
    ]
    if guarded:
        current.execute(insert(Balance), guarded)


def _row(tenant_id: UUID, key: Key) -> dict[str, object]:
    legal_entity_id, currency, ref = key
    return {
        "tenant_id": tenant_id, "id": ids.new(), "legal_entity_id": legal_entity_id, "currency": currency,
        "code": ref.code.value, "subject_id": ref.about(legal_entity_id), "kind": ref.definition.kind.value,
        "guarded": ref.definition.guarded, "location_id": ref.location_id(),
    }  # fmt: skip


def _side(row: Account) -> Side:
    return Side(row.id, Kind(row.kind), row.guarded)
