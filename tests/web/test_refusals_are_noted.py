"""A refused page is in the audit trail, though its own transaction was rolled back."""

from uuid import UUID

from saas.app import create_app
from saas.db import session
from saas.kernel import ids
from saas.kernel.actors import Actor, ActorKind
from saas.kernel.tenants import Tenant, TenantStatus
from saas.web import edge
from saas.web.settings import Settings


def test_a_refusal_is_audited_with_who_and_where(committed: UUID) -> None:
    app = create_app(Settings(secret_key="for tests", dev=True, https=False))
    who = Actor(ActorKind.USER, ids.new(), "Front", roles=frozenset({"front_desk"}))
    tenant = Tenant(committed, "t", "T", TenantStatus.ACTIVE, 1)
    doorkeepers = app.extensions["doorkeepers"]

    def enter(_request: object) -> Tenant:
        session.current().enter(committed)
        return tenant

    app.extensions["doorkeepers"] = edge.Doorkeepers(enter, lambda _request: who, doorkeepers.may)
    edge._doorkeepers.cache_clear()
    answer = app.test_client().get("/staff/practice")
    edge._doorkeepers.cache_clear()
    assert answer.status_code == 403
    with session.scope(committed) as current:
        found = current.connection().exec_driver_sql(
            "SELECT actor_id, refused, data->>'endpoint' FROM audit_entries WHERE tenant_id = %(t)s",
            {"t": committed},
        )
        assert [tuple(row) for row in found] == [(who.id, True, "provisioning.practice")]
