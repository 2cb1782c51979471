"""What is agreed about a visit's time, in sentences: moving it oneself, and coming late."""

from flask_babel import gettext as _
from flask_babel import ngettext

from saas.booking.views import wording
from saas.catalogue.terms import Policies, ReschedulePolicy

Line = tuple[str, str]


def lines(known: Policies) -> tuple[Line, ...]:
    """Return a label and a sentence for each thing that is agreed."""
    found: list[Line] = []
    if known.reschedule is not None:
        found.append((str(_("Moving it")), _moving(known.reschedule)))
    late = known.late_arrival
    if late is not None and late.text:
        found.append((str(_("Coming late")), wording.localized(late.text)))
    return tuple(found)


def _moving(policy: ReschedulePolicy) -> str:
    if policy.most_times == 0:
        return str(_("By phone only"))
    parts = []
    if policy.until_hours is not None:
        hours = policy.until_hours
        parts.append(ngettext("until %(num)d hour before", "until %(num)d hours before", hours))
    if policy.most_times is not None:
        parts.append(ngettext("once at most", "%(num)d times at most", policy.most_times))
    return str(_("By yourself %(limits)s", limits=", ".join(parts)))
