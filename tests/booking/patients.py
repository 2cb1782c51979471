"""A patient at a clinic's pages, reading and pressing as a browser without script would."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import lxml.html
import psycopg
from lxml.html import FormElement, HtmlElement
from werkzeug.test import TestResponse

from saas.payments import accounts, stripe_gateway
from saas.practice import places
from tests.ground import within
from tests.journeys.kit import Browser, Clinic, application

# A Monday far ahead of the database's clock, by which holds end; Presidents' Day is a week later.
NOW = datetime(2030, 2, 11, 11, tzinfo=UTC)
ANN = {
    "given_name": "Ann",
    "family_name": "Lee",
    "email": "ann@mail.example",
    "phone": "212 555 0123",
    "terms": "y",
}


@dataclass(frozen=True)
class Page:
    """One answer, read."""

    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def path(self) -> str:
        return self.response.request.path

    @property
    def tree(self) -> HtmlElement:
        return lxml.html.fromstring(self.response.text)

    @property
    def text(self) -> str:
        return " ".join(self.tree.text_content().split())

    def all(self, selector: str) -> list[HtmlElement]:
        """Return the elements with this class, in order; `name.class` narrows it to an element's name."""
        name, _, kind = selector.rpartition(".")
        return list(self.tree.xpath(f"//{name or '*'}[contains(concat(' ', @class, ' '), ' {kind} ')]"))

    def slots(self) -> list[HtmlElement]:
        return self.all("button.time")

    def value(self, name: str) -> Any:
        return self.tree.xpath(f"//*[@name='{name}']")[0].get("value")

    def errors(self) -> dict[str, str]:
        """Return each field's error by the field's name, as the page ties them together."""
        found = self.tree.xpath("//*[contains(@class, 'error') and contains(@id, '-error')]")
        return {
            error.get("id").removesuffix("-error"): " ".join(error.text_content().split()) for error in found
        }

    def summary(self) -> list[str]:
        return [item.text_content() for item in self.tree.xpath("//*[@class='error-summary']//li")]


class Visitor(Browser):
    """Someone who books."""

    def __init__(self, clinic: Clinic, **options: Any) -> None:
        super().__init__(application(), clinic.host, **options)

    def look(self, path: str, **options: Any) -> Page:
        return Page(self.get(path, follow_redirects=True, **options))

    def press(self, button: HtmlElement, **changed: str) -> Page:
        """Send the button's form with what it holds, the button itself, and what is typed."""
        form = next(parent for parent in button.iterancestors("form"))
        fields = {**_held_in(form), **changed}
        if button.get("name"):
            fields[button.get("name")] = button.get("value")
        path = button.get("formaction") or form.get("action")
        named = "query_string" if form.get("method", "get").lower() == "get" else "data"
        return Page(
            self.open(form.get("method", "get").upper(), path, follow_redirects=True, **{named: fields})
        )

    def send(self, page: Page, number: int = -1, **changed: str) -> Page:
        """Press the page's last submit button (or that *number*), with what is typed."""
        return self.press(page.tree.xpath("//main//form//button[@type='submit']")[number], **changed)

    def hold(self, path: str, number: int = 0) -> Page:
        """Choose one of the times that a page offers."""
        return self.press(self.look(path).slots()[number])

    def book(self, path: str, **typed: str) -> Page:
        """Choose the first time and say who it is for."""
        return self.tell(self.hold(path), **typed)

    def tell(self, page: Page, **typed: str) -> Page:
        return self.press(page.tree.get_element_by_id("about").xpath(".//button")[0], **{**ANN, **typed})


def _held_in(form: FormElement) -> dict[str, str]:
    return {name: value for name, value in form.form_values() if value is not None}


def lapse(owner_url: str, clinic: Clinic) -> None:
    """Let every hold of the clinic have ended a while ago."""
    ago = "held_until = now() - interval '1 minute'"
    with psycopg.connect(owner_url) as connection:
        connection.execute("SELECT set_config('app.tenant_id', %s, true)", [str(clinic.id)])
        for table in ("appointments", "claims"):
            connection.execute(
                f"UPDATE {table} SET {ago} WHERE state = 'held' AND tenant_id = %s", [clinic.id]
            )


def emptied(superuser_url: str, clinic: Clinic) -> Clinic:
    """Return the clinic with an empty calendar."""
    with psycopg.connect(superuser_url) as connection:
        connection.execute("SET session_replication_role = replica")
        for table in (
            "quotes",
            "messages",
            "cap_uses",
            "manage_links",
            "claims",
            "appointment_segments",
            "appointment_add_ons",
            "appointments",
            "patients",
        ):
            connection.execute(f"DELETE FROM {table} WHERE tenant_id = %s", [clinic.id])
        connection.execute("DELETE FROM procrastinate_jobs WHERE args->>'tenant_id' = %s", [str(clinic.id)])
    return clinic


def connect(superuser_url: str, clinic: Clinic) -> None:
    """Let each of the clinic's legal entities be paid at the present sandbox, and at no former one."""
    with psycopg.connect(superuser_url) as connection:
        connection.execute("DELETE FROM stripe_accounts WHERE tenant_id = %s", [clinic.id])
    with within(clinic.id):
        for legal_entity_id, name in places.entity_names().items():
            accounts.connect(legal_entity_id, stripe_gateway.create_account(name, "US"))


def count(superuser_url: str, clinic: Clinic, table: str, where: str = "true") -> int:
    """Return how many rows of the clinic there are."""
    with psycopg.connect(superuser_url) as connection:
        query = f"SELECT count(*) FROM {table} WHERE tenant_id = %s AND {where}"
        row = connection.execute(query, [clinic.id]).fetchone()
    assert row is not None
    return int(row[0])
