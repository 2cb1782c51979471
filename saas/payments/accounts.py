"""Connected accounts of Stripe: one for each legal entity, and nothing of one clinic in another's."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from saas.db import session
from saas.kernel.errors import Conflict
from saas.kernel.text import N_
from saas.payments.models import StripeAccount

_FIND = "SELECT id FROM stripe_accounts WHERE tenant_id = %(tenant)s AND legal_entity_id = %(entity)s"


class NotConnected(Conflict):
    """The legal entity has no account to be paid on."""

    code = "payments_not_connected"
    sentence = N_("This clinic cannot take payments online yet.")


class AccountTaken(Conflict):
    """The account, or the legal entity, is connected otherwise already."""

    code = "account_taken"
    sentence = N_("This account or legal entity is connected already.")


def connect(legal_entity_id: UUID, account_id: str) -> None:
    """Let a legal entity of the tenant be paid on an account; again is once. AccountTaken."""
    current = session.current()
    values = {"id": account_id, "tenant_id": current.tenant_id, "legal_entity_id": legal_entity_id}
    current.execute(insert(StripeAccount).values(values).on_conflict_do_nothing())
    if find(legal_entity_id) != account_id:
        raise AccountTaken


def find(legal_entity_id: UUID) -> str | None:
    """Return the account of a legal entity of the tenant, or None."""
    current = session.current()
    values = {"tenant": current.tenant_id, "entity": legal_entity_id}
    found: str | None = current.connection().exec_driver_sql(_FIND, values).scalar()
    return found


def get(legal_entity_id: UUID) -> str:
    """Return the account of a legal entity of the tenant. Raises NotConnected."""
    found = find(legal_entity_id)
    if found is None:
        raise NotConnected
    return found


def list_all() -> list[StripeAccount]:
    """Return the tenant's accounts."""
    current = session.current()
    query = select(StripeAccount).where(StripeAccount.tenant_id == current.tenant_id)
    return list(current.scalars(query.order_by(StripeAccount.connected_at)))


def tenant_of(account_id: str) -> UUID | None:
    """Return whose account it is; asked by a webhook, before a tenant is known."""
    return _known(account_id) or _look_up(account_id)


_kept: dict[str, UUID] = {}


def _known(account_id: str) -> UUID | None:
    """Return what this process has seen; an account never changes hands."""
    return _kept.get(account_id)


def _look_up(account_id: str) -> UUID | None:
    with session.scope() as current:
        found = current.scalar(select(StripeAccount.tenant_id).where(StripeAccount.id == account_id))
    if found is not None:
        _kept[account_id] = found
    return found
