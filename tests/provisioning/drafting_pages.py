"""A form made from the schema, and the plan it leads to, as a browser without script sends them."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from saas.identity.roles import Role
from tests.booking.patients import Page
from tests.journeys import kit
from tests.journeys.kit import Browser, Clinic

PRACTICE = "/staff/practice"
Fields = dict[str, Any]


@dataclass(frozen=True)
class Editor:
    """Someone of the team at the forms of the configuration."""

    browser: Browser

    def open(self, path: str) -> Fields:
        """Open a form; return its fields as they stand."""
        return fields(self.look(path))

    def look(self, path: str) -> Page:
        return Page(self.browser.get(PRACTICE + path))

    def send(self, path: str, answers: Fields, act: str = "plan") -> Page:
        return self.post(PRACTICE + path, {**answers, "act": act})

    def apply(self, plan: Page, **more: str) -> Page:
        """Send what a plan's page would send."""
        carried = {name: plan.value(name) for name in ("draft", "shown", "back")}
        return self.post(f"{PRACTICE}/apply", {**carried, **more}, follow_redirects=True)

    def upload(self, *files: tuple[str, bytes], whole: bool = True) -> Page:
        sent = [(BytesIO(content), name) for name, content in files]
        return self.post(f"{PRACTICE}/configuration", {"files": sent, "is_whole": "yes" if whole else "no"})

    def post(self, path: str, data: Fields, **options: Any) -> Page:
        data = {**data, "csrf_token": self.browser.form_token()}
        return Page(self.browser.open("POST", path, data=data, **options))


def fields(page: Page) -> Fields:
    """Return what the form of a page would send, as it stands."""
    form = page.tree.get_element_by_id("document")
    found: Fields = {}
    for name, value in form.form_values():
        found.setdefault(name, []).append(value)
    return {name: values for name, values in found.items() if name not in ("csrf_token", "act")}


def editor(clinic: Clinic, role: Role = Role.OWNER) -> Editor:
    return Editor(kit.log_in_as(clinic, role))
