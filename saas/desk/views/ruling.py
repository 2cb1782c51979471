"""What waits for a decision, as the work list and the visit's own page show it: what is open, by when, and the form."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _

from saas.booking import deciding, releases, requesting, reschedule
from saas.booking.asking import Channel
from saas.booking.reschedule import PlaceGone
from saas.desk.forms import RulingForm
from saas.desk.views import door, saying
from saas.identity import users
from saas.kernel.errors import NotFound, Reason
from saas.kernel.permissions import Permission
from saas.scheduling.models import Appointment
from saas.scheduling.states import State
from saas.web import edge

NEAR = timedelta(hours=2)
VISIT = "visit"


@dataclass(frozen=True)
class Due:
    """Until when somebody decides: `seconds` from now, in words, and in words with `{h}` and `{m}` to fill."""

    at: datetime
    zone: str
    seconds: int
    said: str
    pattern: str

    @property
    def kind(self) -> str:
        """The kind of its tag: the last two hours are not to be overlooked."""
        return "stop" if self.seconds <= NEAR.total_seconds() else "warn"


@dataclass(frozen=True)
class Ruling:
    """A visit that waits; `back` is where the answer leads, empty for the work list."""

    id: UUID
    who: str
    due: Due
    reasons: tuple[str, ...]
    form: RulingForm
    may_decide: bool
    back: str = ""


@dataclass(frozen=True)
class Ruled:
    """What was decided, by whom, when and why."""

    is_release: bool
    by: str
    at: datetime
    reason: str


def due(row: Appointment, now: datetime) -> Due:
    """Return until when somebody decides about a visit that waits."""
    assert row.held_until is not None
    left = max(int((row.held_until - now).total_seconds()), 0)
    words = str(_("%(hours)s h %(minutes)s min left", hours="{h}", minutes="{m}"))
    said = words.replace("{h}", str(left // 3600)).replace("{m}", str(left % 3600 // 60))
    return Due(row.held_until, row.time_zone, left, said, words)


def of(row: Appointment, who: str, reasons: tuple[Reason, ...], now: datetime, back: str = "") -> Ruling:
    """Return a visit that waits, for who looks at it."""
    form = RulingForm(formdata=None, prefix="", version=row.version)
    sentences = tuple(saying.reason(one) for one in reasons)
    return Ruling(row.id, who, due(row, now), sentences, form, door.may(Permission.REVIEW_DECIDE), back)


def of_visit(row: Appointment, who: str, now: datetime) -> Ruling | None:
    """Return the visit as one that waits, to who may see those; None where it does not wait."""
    waits = row.state == State.PENDING and row.held_until is not None and row.held_until > now
    if not waits or not door.may(Permission.REVIEW_READ):
        return None
    return of(row, who, _open(row), now, VISIT)


def _open(row: Appointment) -> tuple[Reason, ...]:
    try:
        wish = reschedule.wish_of(row, edge.tenant().config_version, Channel.STAFF)
    except PlaceGone as error:
        return (Reason(error.code, error.sentence),)
    return tuple(deciding.open_questions(row, wish))


def made(row: Appointment) -> Ruled | None:
    """Return what was decided about the visit as it stands, to who may see that; None where nothing was.

    Once it is moved it goes to somebody who may without a decision, so that the one before says nothing of it.
    """
    is_told = row.on_request and row.requested_at is not None and door.may(Permission.REVIEW_READ)
    found = requesting.find(row.id) if is_told else None
    if found is None:
        return None
    return Ruled(
        found.outcome == releases.RELEASED, _name_of(found.decided_by), found.decided_at, found.reason
    )


def _name_of(user_id: UUID | None) -> str:
    try:
        return users.get(user_id).name if user_id else str(_("the system"))
    except NotFound:
        return str(_("a program"))
