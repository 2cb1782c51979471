"""Write the mail about a visit: what happened, when and where it is, and the link to manage it.

Neither subject nor calendar file names what the visit is for: both are seen by many eyes.
"""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

from sqlalchemy import select

from saas.booking import calendar_file, reschedule
from saas.booking.calendar_file import Entry
from saas.catalogue.contents import Modality
from saas.db import session
from saas.kernel.tenants import Tenant
from saas.kernel.text import N_
from saas.messaging import amounts, envelopes, rendering
from saas.messaging.envelopes import Sender
from saas.messaging.models import Message
from saas.messaging.settings import Settings
from saas.practice import places
from saas.practice.models import Location, Person
from saas.scheduling.models import Appointment

SUBJECTS = {
    "confirmed": N_("Your appointment is booked: %(when)s"),
    "moved": N_("Your appointment has moved: %(when)s"),
    "cancelled": N_("Your appointment is cancelled: %(when)s"),
    "requested": N_("We have your request: %(when)s"),
    "refused": N_("Your request for %(when)s"),
    "lapsed": N_("Your request for %(when)s"),
    "refunded": N_("Money goes back to you: appointment of %(when)s"),
}
WITH_RECEIPT = frozenset({"confirmed", "refunded"})
METHODS = {"confirmed": "PUBLISH", "moved": "PUBLISH", "cancelled": "CANCEL"}


@dataclass(frozen=True)
class Facts:
    """All that a mail tells, read before anything is written."""

    sender: Sender
    visit: Appointment
    place: Location
    practitioner: str
    by_phone: bool

    @property
    def tenant(self) -> Tenant:
        """The clinic that writes."""
        return self.sender.tenant

    @property
    def host(self) -> str:
        """The host that links are built from."""
        return self.sender.host

    @property
    def language(self) -> str:
        """The clinic's first language."""
        return self.sender.language

    @property
    def where(self) -> list[str]:
        """Where the visit takes place, in lines."""
        return [self.place.name, *places.address_lines(self.place)]


def gather(visit: Appointment) -> Facts:
    """Read what the mails about a visit tell."""
    current = session.current()
    place = current.scalars(select(Location).where(Location.id == visit.location_id)).one()
    offering = reschedule.offering_of(visit)
    return Facts(
        envelopes.sender(), visit, place, _name_of(visit.practitioner_id), offering.modality is Modality.PHONE,
    )  # fmt: skip


def write(message: Message, facts: Facts, secret: str, settings: Settings, now: datetime) -> EmailMessage:
    """Return the mail. Its Message-ID is the message's own, so that a second copy can be told as such."""
    visit, language = facts.visit, facts.language
    subject = rendering.translations(language).gettext(SUBJECTS[message.kind])
    mail = envelopes.begin(message.id, message.to_address, facts.sender, settings, now)
    mail["Subject"] = subject % {"when": rendering.briefly(visit.starts_at, visit.time_zone, language)}
    context = _context(message, facts, secret, settings)
    mail.set_content(rendering.render(f"{message.kind}.txt", language, context))
    mail.add_alternative(rendering.render(f"{message.kind}.html", language, context), subtype="html")
    if method := METHODS.get(message.kind):
        mail.add_attachment(
            _calendar(facts, context, now, method), maintype="text", subtype="calendar",
            params={"method": method, "charset": "utf-8"}, filename="appointment.ics",
        )  # fmt: skip
    if message.kind in WITH_RECEIPT and (pdf := amounts.receipt(visit, language)):
        mail.add_attachment(pdf.content, maintype="application", subtype="pdf", filename=pdf.name)
    return mail


def _context(message: Message, facts: Facts, secret: str, settings: Settings) -> dict[str, object]:
    visit, language = facts.visit, facts.language
    before = message.moved_from_at
    return {
        "clinic": facts.tenant.name, "phone": facts.tenant.phone, "language": language,
        "when": rendering.when(visit.starts_at, visit.time_zone, language),
        "before": rendering.when(before, visit.time_zone, language) if before else "",
        "is_same_time": before == visit.starts_at,
        "decide_by": rendering.when(visit.held_until, visit.time_zone, language) if visit.held_until else "",
        "where": facts.where, "practitioner": facts.practitioner, "by_phone": facts.by_phone,
        "terms": visit.terms or "", "manage": settings.url(facts.host, f"/m/{secret}") if secret else "",
        "home": settings.url(facts.host), "was_booked": visit.state in ("confirmed", "cancelled", "no_show"),
        **amounts.words(message, language),
    }  # fmt: skip


def _calendar(facts: Facts, context: dict[str, object], now: datetime, method: str) -> bytes:
    visit = facts.visit
    summary = rendering.translations(facts.language).gettext(N_("Appointment at %(clinic)s"))
    entry = Entry(
        uid=f"{visit.id}@{facts.host}", version=visit.version, state=visit.state, starts_at=visit.starts_at,
        ends_at=visit.ends_at, time_zone=visit.time_zone, summary=summary % {"clinic": facts.tenant.name},
        location="" if facts.by_phone else ", ".join(facts.where), url=str(context["manage"]),
    )  # fmt: skip
    return calendar_file.build(entry, now, method)


def _name_of(person_id: UUID | None) -> str:
    if person_id is None:
        return ""
    person = session.current().scalar(select(Person).where(Person.id == person_id))
    return person.name if person else ""
