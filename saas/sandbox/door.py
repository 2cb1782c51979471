"""The API's door: who asks, with which key, for what; and the faults that a test has put in the way."""

import json
import threading
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Request, Response

from saas.sandbox import (
    accounts,
    acts,
    alarms,
    brackets,
    expanding,
    faults,
    idempotency,
    refusals,
    routes,
    typed,
)  # fmt: skip
from saas.sandbox.acts import PLATFORM, Act
from saas.sandbox.faults import Fault
from saas.sandbox.idempotency import Answer
from saas.sandbox.refusals import Refusal
from saas.sandbox.store import Store

TEST_KEYS = ("sk_test_", "rk_test_")
NO_FAULT = Fault("none")


class HungUp(Exception):
    """The connection is to be closed without a word."""


@dataclass(frozen=True)
class Call:
    """One request as the API understands it."""

    method: str
    path: str
    account: str
    key: str | None
    raw: bytes
    base_url: str
    request_id: str = field(default_factory=lambda: acts.new_id("req"))

    def params(self) -> dict[str, Any]:
        """Return the parameters as they were sent. Raises Refusal for bytes that are no text."""
        try:
            return brackets.read(self.raw.decode())
        except ValueError as error:
            raise Refusal("The request's body is not a form.") from error


@dataclass
class Door:
    """Answers the calls of the API."""

    store: Store
    stopping: threading.Event
    busy: idempotency.Busy = field(default_factory=idempotency.Busy)

    def answer(self, request: Request) -> Response:
        """Answer one request. Raises HungUp where a fault wants no answer."""
        call = _call(request)
        fault = faults.take(self.store, call.method, call.path, call.account) or NO_FAULT
        if fault.kind in ("lost_request", "timeout_before"):
            self._hang_up(fault)
        try:
            self._admit(request, call)
            answer = self._once(call, fault)
        except Refusal as refusal:
            answer = _refusing(refusal)
        if fault.kind in ("lost_reply", "timeout_after"):
            self._hang_up(fault)
        return _respond(call, answer)

    def _hang_up(self, fault: Fault) -> None:
        self.stopping.wait(fault.seconds)
        raise HungUp

    def _admit(self, request: Request, call: Call) -> None:
        """Refuse a request that may not ask at all."""
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not secret:
            raise refusals.no_key("An API key is required.")
        if not secret.startswith(TEST_KEYS):
            raise refusals.no_key("The sandbox takes test keys alone; this is none.")
        version = request.headers.get("Stripe-Version", typed.API_VERSION)
        if version != typed.API_VERSION:
            raise refusals.not_kept(f"version {version}, but {typed.API_VERSION} alone")
        if not accounts.is_known(self.store, call.account):
            raise refusals.no_access(call.account)

    def _once(self, call: Call, fault: Fault) -> Answer:
        """Answer a call; with a key, as the first time."""
        if fault.kind == "rate_limit":
            raise refusals.too_many()
        if call.method != "POST" or call.key is None:
            return self._try(call, fault)
        idempotency.require_fit(call.key)
        wanted = idempotency.fingerprint(call.method, call.path, call.raw)
        with self.busy.using(call.account, call.key):
            kept = idempotency.find(self.store, call.account, call.key, wanted)
            return kept or self._try(call, fault, wanted)

    def _try(self, call: Call, fault: Fault, wanted: str = "") -> Answer:
        """Execute a call; what an execution answers is kept, what was refused before it is not."""
        route, ids = routes.find(call.method, call.path)
        params = route.read(call.params())
        if fault.kind == "slow":
            self.stopping.wait(fault.seconds)
        alarms.ring(self.store)
        try:
            with self.store.acting():
                _break_before(fault)
                answer = self._execute(call, route, ids, params)
                if fault.kind == "error_500_after":
                    answer = _refusing(refusals.broken())
                self._keep(call, wanted, answer)
        except Refusal as refusal:
            answer = _refusing(refusal)
            self._keep(call, wanted, answer)
        return answer

    def _execute(
        self, call: Call, route: routes.Route, ids: tuple[str, ...], params: dict[str, Any]
    ) -> Answer:
        act = Act(self.store, call.account, self.store.now(), call.request_id, call.key, call.base_url)
        paths = params.pop("expand", [])
        thing = route.verb(act, params, *ids)
        return Answer(200, json.dumps(expanding.show(act, thing, paths), indent=2))

    def _keep(self, call: Call, wanted: str, answer: Answer) -> None:
        if wanted and call.key is not None:
            idempotency.keep(self.store, (call.account, call.key), wanted, answer, call.request_id)


def _call(request: Request) -> Call:
    raw = request.get_data() if request.method == "POST" else request.query_string
    account = request.headers.get("Stripe-Account") or PLATFORM
    key = request.headers.get("Idempotency-Key")
    return Call(request.method, request.path, account, key, raw, request.host_url.rstrip("/"))


def _break_before(fault: Fault) -> None:
    if fault.kind == "error_500":
        raise refusals.broken()
    if fault.kind == "decline":
        raise refusals.declined()


def _refusing(refusal: Refusal) -> Answer:
    return Answer(refusal.status, json.dumps(refusal.body(), indent=2))


def _respond(call: Call, answer: Answer) -> Response:
    response = Response(answer.body, answer.status, mimetype="application/json")
    response.headers["Request-Id"] = call.request_id
    response.headers["Stripe-Version"] = typed.API_VERSION
    if call.account != PLATFORM:
        response.headers["Stripe-Account"] = call.account
    if call.key is not None:
        response.headers["Idempotency-Key"] = call.key
    if answer.status >= 500:
        # Kept for its key, so that to ask again at once is no use; Stripe says so too.
        response.headers["Stripe-Should-Retry"] = "false"
    response.headers.update(answer.headers)
    return response
