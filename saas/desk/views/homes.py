"""Each role lands on the one thing it came for; and the way from there to the rest."""

from dataclasses import dataclass

from flask import redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.booking import requesting
from saas.desk.views.door import blueprint, may
from saas.identity.roles import Role
from saas.kernel import clock
from saas.kernel.permissions import Permission
from saas.web import edge
from saas.web.access import permit

# The first of these roles that someone holds decides where they land.
HOMES = {
    Role.OWNER: "provisioning.practice",
    Role.MANAGER: "desk.schedule",
    Role.MEDICAL_DIRECTOR: "desk.day",
    Role.CLINICAL_ADMIN: "desk.review",
    Role.PRACTITIONER: "desk.day",
    Role.FRONT_DESK: "desk.schedule",
}


@blueprint.get("", endpoint="home")
@permit(Permission.STAFF_HOME)
def go_home() -> Response:
    """Go to the home of one's role."""
    held = edge.actor().roles
    endpoint = next(HOMES[role] for role in HOMES if role in held)
    return redirect(url_for(endpoint))


@dataclass(frozen=True)
class Item:
    """One way of the sidebar. What waits behind it is counted only where the sidebar is drawn."""

    label: str
    endpoint: str
    is_current: bool

    @property
    def href(self) -> str:
        """Where it leads."""
        return url_for(self.endpoint)

    @property
    def waiting(self) -> int:
        """How many visits wait for a decision behind it."""
        return requesting.count_waiting(clock.now()) if self.endpoint == "desk.review" else 0


def nav(current: str) -> list[Item]:
    """Return the sidebar's entries that the actor may open; *current* is the endpoint shown."""
    entries = [
        (_("Today"), "desk.day", Permission.DAY_READ_OWN),
        (_("Schedule"), "desk.schedule", Permission.SCHEDULE_READ),
        (_("To review"), "desk.review", Permission.REVIEW_READ),
        (_("Time off"), "desk.time_off", Permission.TIME_OFF_MANAGE_OWN),
        (_("Practice"), "provisioning.practice", Permission.PRACTICE_READ),
        (_("Ledger"), "reporting.ledger", Permission.LEDGER_READ),
    ]
    shown = current.replace(".submit_", ".")
    room = shown.partition(".")[0]
    under = UNDER.get(shown, ROOMS.get(room, shown))
    return [
        Item(str(label), endpoint, is_current=endpoint == under)
        for label, endpoint, permission in entries
        if may(permission)
    ]


# Pages without an entry of their own stand under another's; whole rooms stand under one.
ROOMS = {"provisioning": "provisioning.practice", "reporting": "reporting.ledger"}
UNDER = {
    "desk.visit": "desk.schedule", "desk.move": "desk.schedule", "desk.cancel": "desk.schedule",
    "desk.new": "desk.schedule", "desk.block": "desk.schedule", "desk.refund": "desk.schedule",
    "desk.take": "desk.schedule", "desk.release": "desk.review", "desk.refuse": "desk.review",
}  # fmt: skip
