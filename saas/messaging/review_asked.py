"""What the mail says of a visit on request: when and where it is, with whom, and by when somebody has to decide.

Neither the patient nor the treatment is named: a mail is seen by many eyes, and the page behind its link by those
who may.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from saas.kernel.text import N_
from saas.messaging import letters, rendering
from saas.messaging.envelopes import Sender
from saas.messaging.rendering import Letter
from saas.messaging.settings import Settings
from saas.scheduling import appointments
from saas.scheduling.states import State

SUBJECT = N_("A visit on request waits for your decision: %(when)s")


def write(
    visit_id: UUID, held: Collection[str], by: Sender, settings: Settings, now: datetime
) -> Letter | None:
    """Return what is said to who decides; None where it was decided, withdrawn or lapsed."""
    visit = appointments.get(visit_id)
    if visit.state != State.PENDING or visit.held_until is None or visit.held_until <= now:
        return None
    facts, language = letters.gather(visit), by.language
    subject = rendering.translations(language).gettext(SUBJECT)
    return Letter(subject % {"when": rendering.briefly(visit.starts_at, visit.time_zone, language)}, {
        "when": rendering.when(visit.starts_at, visit.time_zone, language),
        "decide_by": rendering.when(visit.held_until, visit.time_zone, language),
        "place": facts.place.name, "practitioner": facts.practitioner,
        "visit": settings.url(by.host, f"/staff/appointments/{visit.id}"),
        "list": settings.url(by.host, "/staff/review"),
    })  # fmt: skip
