"""The hosted payment page: a card is typed here, and nowhere else. Plain HTML, no script."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from babel.numbers import format_currency, get_currency_precision
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from saas.kernel import clock, resources
from saas.sandbox import accounts, alarms, cards, charging
from saas.sandbox.acts import Act, Thing
from saas.sandbox.charging import Outcome
from saas.sandbox.store import Store

PREFIX = "/c/pay/"
STYLE = "/_sandbox/page.css"
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}


def _environment() -> Environment:
    folder = resources.path("templates") / "sandbox"
    made = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # comes with the extension
    made.filters["money"] = money
    return made


@dataclass
class Pages:
    """Answers what a browser asks."""

    store: Store
    templates: Environment = field(default_factory=_environment)

    def style(self) -> Response:
        """Return the style sheet of every page."""
        text = (resources.path("templates") / "sandbox" / "page.css").read_text()
        return Response(text, mimetype="text/css", headers={"Cache-Control": "no-store"})

    def answer(self, request: Request) -> Response:
        """Answer a request for a session's page, or for its bank's page."""
        identifier, _, step = request.path.removeprefix(PREFIX).partition("/")
        if step not in ("", "bank"):
            raise NotFound
        alarms.ring(self.store)
        with self.store.acting():
            act, session = self._session(identifier)
            if session["status"] != "open":
                return self._closed(act, session)
            if request.method in ("GET", "HEAD"):
                return self._show(act, session, "bank.html" if step else "checkout.html")
            if request.method != "POST":
                raise MethodNotAllowed(["GET", "HEAD", "POST"])
            return (self._answer_bank if step else self._pay)(act, session, request)

    def _session(self, identifier: str) -> tuple[Act, Thing]:
        row = self.store.one(
            "SELECT account, body FROM things WHERE id = ? AND kind = 'checkout.session'", identifier
        )
        if row is None:
            raise NotFound
        return Act(self.store, row["account"], self.store.now()), json.loads(row["body"])

    def _pay(self, act: Act, session: Thing, request: Request) -> Response:
        typed = {name: request.form.get(name, "") for name in ("number", "expiry", "cvc")}
        today = clock.now()
        card = cards.read(**typed, today=(today.year, today.month))
        if isinstance(card, str):
            return self._show(act, session, wrong=card, typed=typed, status=422)
        return self._follow(act, session, charging.attempt(act, session, card))

    def _answer_bank(self, act: Act, session: Thing, request: Request) -> Response:
        approved = request.form.get("answer") == "confirm"
        return self._follow(act, session, charging.answer_bank(act, session, approved=approved))

    def _follow(self, act: Act, session: Thing, outcome: Outcome) -> Response:
        """Send the browser where an attempt leads."""
        if outcome is Outcome.PAID:
            return redirect(_success(session), 303)
        if outcome is Outcome.SECURE:
            return redirect(f"{PREFIX}{session['id']}/bank", 303)
        if outcome is Outcome.GONE:
            return redirect(f"{PREFIX}{session['id']}", 303)
        return self._show(act, session, wrong="declined", status=402)

    def _closed(self, act: Act, session: Thing) -> Response:
        """Answer for a session that is complete or has ended: whoever paid goes on, and pays no second time."""
        if session["status"] == "complete":
            return redirect(_success(session), 303)
        return self._show(act, session, "expired.html", status=410)

    def _show(self, act: Act, session: Thing, template: str = "checkout.html", *, status: int = 200,
              **more: Any) -> Response:  # fmt: skip
        known = {"payment": session, "lines": session["_lines"], "style": STYLE, "wrong": "", "typed": {},
                 "seller": accounts.shown_name(act), "page": f"{PREFIX}{session['id']}"}  # fmt: skip
        html = self.templates.get_template(template).render(known | more)
        response = Response(html, status, mimetype="text/html", headers=HEADERS)
        # A form's redirect counts as its target, so the policy names where paying leads.
        response.headers["Content-Security-Policy"] = f"{POLICY} {_origin(session['success_url'])}"
        return response


def money(minor: int, currency: str) -> str:
    """Return an amount as a person reads it."""
    code = currency.upper()
    amount = Decimal(minor).scaleb(-get_currency_precision(code))
    return format_currency(amount, code, locale="en_US")


def _success(session: Thing) -> str:
    url: str = session["success_url"]
    return url.replace("{CHECKOUT_SESSION_ID}", session["id"])


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
