"""An owner at the pages of an offering: a form that is filled in, sent, and read again."""

from dataclasses import dataclass
from typing import Any

from saas.catalogue import offerings
from saas.identity.roles import Role
from saas.provisioning import standing
from saas.tenancy import tenants
from tests.booking.patients import Page
from tests.ground import within
from tests.journeys import kit
from tests.journeys.kit import Browser, Clinic

CONSULTATION = "first-consultation"
MICRO_NEEDLING = "micro-needling"


@dataclass(frozen=True)
class Owner:
    """Someone of the team in a browser, at one offering."""

    browser: Browser
    slug: str = CONSULTATION

    @property
    def path(self) -> str:
        return f"/staff/practice/offerings/{self.slug}"

    def open(self, query: str = "") -> Page:
        return Page(self.browser.get(self.path + query))

    def form(self) -> dict[str, str]:
        """Open the form; return its fields as they stand."""
        return fields(Page(self.browser.get(f"{self.path}/edit")))

    def review(self, answers: dict[str, str], **changed: str) -> Page:
        return self.send("review", answers, **changed)

    def save(self, answers: dict[str, str], **changed: str) -> Page:
        return self.send("save", answers, **changed)

    def send(self, where: str, answers: dict[str, str], **changed: str) -> Page:
        given = {**answers, **changed}
        given.pop("csrf_token", None)
        return Page(self.browser.post(f"{self.path}/{where}", None, **given))


def fields(page: Page) -> dict[str, str]:
    """Return what the form of a page would send."""
    [form] = [one for one in page.tree.forms if "/practice/offerings/" in (one.get("action") or "")]
    return {name: value or "" for name, value in form.fields.items() if name}


def owner(clinic: Clinic, slug: str = CONSULTATION, role: Role = Role.OWNER) -> Owner:
    return Owner(kit.log_in_as(clinic, role), slug)


def put(clinic: Clinic, slug: str, **changed: Any) -> None:
    """Let an offering say something else, past the checks."""
    with within(clinic.id):
        content = standing.current_versions()[slug].content
        offerings.put(slug, {**content, **changed})
        tenants.raise_config_version(clinic.id)
