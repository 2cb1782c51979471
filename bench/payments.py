"""Payments: a webhook acknowledged, and checkout's own part: opening a payment page, less the call to the
payment service as Stripe's library makes it, which is made beside it with the same parameters.
"""

import functools
import http.client
import itertools
import json
import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from bench import load
from bench.client import Probe
from bench.ground import SECRET, Ground
from saas.catalogue import offerings
from saas.db import session
from saas.demo.load import OFFERING
from saas.kernel import clock, ids
from saas.payments import accounts, checkout, stripe_gateway
from saas.payments.stripe_gateway import Asked
from saas.practice import snapshot
from saas.sandbox import delivering
from saas.tenancy import tenants

PRICED = "bench-priced"
COSTS = {"prices": [{"amount": "240.00"}], "tax_purpose": "aesthetic", "deposit": {"percent": "25"}}
BODY = json.dumps({"return_url": "https://kiosk.example/back"})
DETAILS = {"given_name": "Ann", "family_name": "Lee", "email": "ann@mail.example", "phone": "+1 212 555 0100"}


class Webhook:
    """A webhook acknowledged: signature, one row, one job, one commit."""

    NAME, BOUND = "webhook acknowledged", 4
    __name__ = "webhook"

    def probe(self, ground: Ground) -> Probe:
        account, numbers = connected(ground), itertools.count()
        bodies: list[bytes] = []

        def body() -> str:
            told = {"id": f"evt_{next(numbers)}", "object": "event", "account": account,
                    "type": "checkout.session.completed", "data": {"object": {"id": "cs_test_bench"}}}  # fmt: skip
            bodies[:] = [json.dumps(told).encode()]
            return bodies[0].decode()

        def headers() -> Mapping[str, str]:
            return {"Stripe-Signature": delivering.sign(SECRET, int(time.time()), bodies[0])}

        return Probe(ground.web_port, "/hooks/stripe", {"Content-Type": "application/json"}, "POST",
                     make_body=body, make_headers=headers)  # fmt: skip


class Checkout:
    """A payment page opened for a held visit, with the payment service's answer in it."""

    NAME, BOUND = "checkout, with the sandbox's answer", None
    __name__ = "checkout"

    def probe(self, ground: Ground) -> Probe:
        place, _account = load.laid(ground.urls.superuser), connected(ground)
        starts = itertools.cycle(sorted({slot["starts_at"] for slot in load.slots(ground, place, 20)})[5:])
        headers = {**ground.headers, "Content-Type": "application/json"}
        held: list[str] = []

        def tell(connection: http.client.HTTPConnection, method: str, path: str, **body: Any) -> Any:
            connection.request(method, f"/api/v1{path}", json.dumps(body), headers)
            answer = connection.getresponse().read()
            return json.loads(answer) if answer else None

        def before(connection: http.client.HTTPConnection) -> str:
            made = tell(connection, "POST", "/holds", location=place, offering=PRICED, starts_at=next(starts))
            tell(connection, "PATCH", f"/holds/{made['id']}", patient=DETAILS, terms=True)
            held[:] = [made["id"]]
            return f"/api/v1/holds/{made['id']}/checkout"

        def after(connection: http.client.HTTPConnection, answer: bytes) -> None:
            tell(connection, "DELETE", f"/holds/{held[0]}")

        return Probe(ground.web_port, "", headers, "POST", body=BODY, before=before, after=after)


class Sandbox:
    """The call that checkout makes, alone: Stripe's own library, and the sandbox's answer."""

    NAME, BOUND = "the call to the sandbox alone, by Stripe's library", None
    __name__ = "sandbox"

    def probe(self, ground: Ground) -> Probe:
        account = connected(ground)

        def call() -> object:
            payment_id = ids.new()
            return stripe_gateway.open_session(Asked(
                payment_id, f"bench:{payment_id}", account, "USD", 6000, "http://bench.example/book",
                clock.now() + checkout.LASTS,
            ))  # fmt: skip

        return Probe(ground.sandbox_port, "", call=call)


WEBHOOK, CHECKOUT, SANDBOX = Webhook(), Checkout(), Sandbox()
OWN_PART, OWN_BOUND = "checkout's own part", 12


@functools.cache
def _connected(tenant_id: UUID) -> str:
    with session.scope():
        tenant = tenants.enter_by_slug("bench")
        base = offerings.get(OFFERING, tenant.config_version)
        offerings.put(PRICED, {**_content(base.slug), **COSTS})
        version = tenants.raise_config_version(tenant_id)
        entity = next(iter(snapshot.read(version).places.values())).legal_entity_id
        account = stripe_gateway.create_account("Bench", "US")
        accounts.connect(entity, account)
        return account


def connected(ground: Ground) -> str:
    """Return the account that the bench's clinic is paid on; its priced offering is there too."""
    load.laid(ground.urls.superuser)
    return _connected(ground.tenant_id)


def _content(slug: str) -> dict[str, Any]:
    row = session.statement(
        "SELECT v.content FROM offering_versions v JOIN offerings o ON o.tenant_id = v.tenant_id"
        " AND o.id = v.offering_id WHERE o.slug = :slug AND o.tenant_id = :tenant ORDER BY v.id DESC LIMIT 1",
        slug=slug, tenant=session.current().tenant_id,
    ).scalar_one()  # fmt: skip
    return dict(row)
