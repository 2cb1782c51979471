"""Give each legal entity of the demo's clinics an account to be paid on, at the sandbox."""

from collections.abc import Callable

from saas.db import session
from saas.demo import clinics
from saas.payments import accounts, stripe_gateway
from saas.practice import places
from saas.tenancy import tenants


def connect_missing(await_ready: Callable[[], None]) -> None:
    """Connect every legal entity that has no account yet; *await_ready* waits for the sandbox, if need be."""
    for slug in clinics.SLUGS:
        with session.scope():
            tenants.enter_by_slug(slug)
            named = places.entity_names()
            missing = {id_: name for id_, name in named.items() if accounts.find(id_) is None}
            if missing:
                await_ready()
            for legal_entity_id, name in missing.items():
                accounts.connect(legal_entity_id, stripe_gateway.create_account(name, "US"))
