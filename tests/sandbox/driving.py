"""How tests drive a running sandbox: through the library, through its page, and through its own door."""

import http.client
import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import stripe
from stripe.checkout import Session

SECRET = "whsec_for_tests"
GOOD, DECLINED = "4242 4242 4242 4242", "4000 0000 0000 0002"
SECURED, DISPUTED = "4000 0025 0000 3155", "4000 0000 0000 0259"
MINUTE, HOUR = 60, 3600


@dataclass(frozen=True)
class Page:
    """What a browser got: status, headers and text."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def leads_to(self) -> str:
        """Where the answer sends the browser; empty where it stays."""
        return self.headers.get("Location", "")


@dataclass(frozen=True)
class Driver:
    """A sandbox at an address, and one connected account of it."""

    url: str
    account: str = ""

    def client(self, timeout: float = 10) -> stripe.StripeClient:
        """Return the library's client for the account; it never repeats a call by itself."""
        return stripe.StripeClient(
            "sk_test_123",
            base_addresses={"api": self.url},
            stripe_account=self.account or None,
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=timeout),
        )

    def connected(self, name: str = "A clinic") -> "Driver":
        """Return a driver for a new connected account."""
        made = self.client().v1.accounts.create({"country": "US", "business_profile": {"name": name}})
        return Driver(self.url, made.id)

    def open(self, key: str | None = None, **more: Any) -> Session:
        """Open a session of 50 dollars."""
        options = {"idempotency_key": key} if key else {}
        return self.client().v1.checkout.sessions.create(wanted(**more), options)

    def pay(self, session: Session, number: str = GOOD) -> Page:
        """Type a card on the session's page."""
        assert session.url
        return self.browse(session.url, {"number": number, "expiry": "12 / 40", "cvc": "123"})

    def paid(self, number: str = GOOD) -> Session:
        """Return a session that was paid."""
        session = self.open()
        assert self.pay(session, number).status == 303
        return self.client().v1.checkout.sessions.retrieve(session.id)

    def browse(self, url: str, form: Mapping[str, str] | None = None) -> Page:
        """Ask for a page, or send a form; redirects are not followed."""
        method, body = ("GET", "") if form is None else ("POST", urlencode(form))
        return self._ask(method, urlsplit(url).path, body, "application/x-www-form-urlencoded")

    def tell(self, name: str, method: str = "POST", **given: Any) -> dict[str, Any]:
        """Tell or ask something at the sandbox's own door."""
        body = "" if method == "GET" else json.dumps(given)
        query = f"?{urlencode(given)}" if method == "GET" else ""
        page = self._ask(method, f"/_sandbox/{name}{query}", body, "application/json")
        found: dict[str, Any] = json.loads(page.text)
        assert page.status == 200, found
        return found

    def record(self) -> dict[str, Any]:
        """Return everything the sandbox has of the account."""
        return self.tell("record", "GET", **({"account": self.account} if self.account else {}))

    def _ask(self, method: str, target: str, body: str, kind: str) -> Page:
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        try:
            connection.request(method, target, body.encode(), {"Content-Type": kind})
            answer = connection.getresponse()
            return Page(answer.status, dict(answer.headers), answer.read().decode())
        finally:
            connection.close()


def wanted(**more: Any) -> Any:
    """Return the parameters of a session of 50 dollars."""
    price = {"currency": "usd", "unit_amount": 5000, "product_data": {"name": "Deposit"}}
    return {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "success_url": "https://clinic.example/paid?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://clinic.example/held",
        "expires_at": int(time.time()) + 35 * MINUTE,
        **more,
    }


@dataclass
class Receiver:
    """An endpoint for events: keeps what came, and answers as it is told."""

    got: list[tuple[str, bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    url: str = ""

    def types(self) -> list[str]:
        """Return the types of the events in the order in which they came."""
        return [json.loads(body)["type"] for _, body in self.got]

    def ids(self) -> list[str]:
        """Return the ids of the events in the order in which they came."""
        return [json.loads(body)["id"] for _, body in self.got]


def receiving() -> Iterator[Receiver]:
    """Run a receiver on a free port."""
    receiver = Receiver()

    class Endpoint(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append((self.headers["Stripe-Signature"], body))
            self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hooks/stripe"
    yield from _running(lambda: server.serve_forever(0.02), server.shutdown, receiver)
    server.server_close()


def _running(run: Callable[[], None], stop: Callable[[], None], running: Receiver) -> Iterator[Receiver]:
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield running
    stop()
    thread.join()
