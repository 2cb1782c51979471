"""Stripe's webhook: signature, then one row and one job in one transaction, then 200. Nothing else."""

from uuid import UUID

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from saas.db import session
from saas.kernel import clock
from saas.kernel.errors import DomainError
from saas.payments import accounts, inbox, jobs, stripe_gateway
from saas.payments.inbox import Received
from saas.payments.stripe_gateway import EventSeen
from saas.web.access import without_tenant

LONGEST = 256 * 1024
blueprint = Blueprint("payments", __name__)


@blueprint.post("/hooks/stripe")
@without_tenant
def hear() -> ResponseReturnValue:
    """Keep what Stripe tells. 400 for what Stripe did not send, or not for an account of ours."""
    request.max_content_length = LONGEST
    try:
        event = stripe_gateway.read_event(
            request.get_data(), request.headers.get("Stripe-Signature", ""), clock.now()
        )
    except DomainError as error:
        return jsonify(code=error.code), error.status
    tenant_id = accounts.tenant_of(event.account)
    if tenant_id is None:
        return jsonify(code="unknown_account"), 400
    with session.scope():
        return jsonify(received=_keep(event, tenant_id))


def _keep(event: EventSeen, tenant_id: UUID) -> Received:
    """Keep the event, in no tenant's table, and let its tenant's job look at what it tells of."""
    received = inbox.keep(event)
    if received is Received.NEW:
        jobs.take_in.defer(
            tenant_id=tenant_id, type=event.type, account=event.account, object_id=event.object_id
        )
    return received
