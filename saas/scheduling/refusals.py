"""Why a time cannot be had, as sentences."""

from saas.kernel.errors import Conflict, Invalid, NotFound
from saas.kernel.text import N_


class SlotTaken(Conflict):
    """Someone else has the time by now."""

    code = "slot_taken"
    sentence = N_("This time has just been taken. Here are the times that are free now.")


class PatientBusy(Conflict):
    """The patient has another visit then."""

    code = "patient_busy"
    sentence = N_("This patient already has a visit at that time.")


class CapReached(Conflict):
    """The week's places for new patients are gone."""

    code = "cap_reached"
    sentence = N_("The places of that week have all been taken.")


class HoldLapsed(Conflict):
    """The ten minutes are over."""

    code = "hold_lapsed"
    sentence = N_(
        "The time was kept for ten minutes and is free again. Please choose anew; your details are kept."
    )


class RequestLapsed(Conflict):
    """Nobody decided on the request in time."""

    code = "request_lapsed"
    sentence = N_("The time to decide on this request is over, and its time is free again.")


class OldVersion(Conflict):
    """The appointment changed since the caller looked."""

    code = "old_version"
    sentence = N_("This visit was changed in the meantime; here is how it stands now.")


class NotBookable(Invalid):
    """The start is refused by the calendar's own rules; the reasons say which."""

    code = "not_bookable"
    sentence = N_("This time cannot be booked.")


class NotEligible(NotBookable):
    """Nobody who is asked for may do this; the reasons say who and why."""

    code = "not_eligible"


class NoSuchHold(NotFound):
    """There is no such hold, or it is somebody else's."""

    code = "no_such_hold"
    sentence = N_("There is no such reservation.")


class MoveRefused(Conflict):
    """The appointment's state does not allow this."""

    code = "state_refused"
