"""Jobs of messaging: hear what became of a visit, and send what is due."""

from uuid import UUID

from saas.credentials import reminding
from saas.jobs import queue
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import clock
from saas.messaging import notices, outbox, recipients
from saas.messaging import settings as messaging_settings
from saas.payments import checkout, refunds
from saas.practice import people


@queue.task("messaging.send")
def send(message_id: str) -> None:
    """Send one message that is due."""
    outbox.send(UUID(message_id), send, messaging_settings.from_environment(), clock.now())


@book.on(EventKind.APPOINTMENT_CONFIRMED)
@queue.task("messaging.announce_confirmed")
def announce_confirmed(event_id: str, subject_id: str) -> None:
    """Let the patient hear that the visit is certain."""
    outbox.announce("confirmed", UUID(event_id), UUID(subject_id), send, clock.now())


@book.on(EventKind.APPOINTMENT_MOVED)
@queue.task("messaging.announce_moved")
def announce_moved(event_id: str, subject_id: str) -> None:
    """Let the patient hear, three minutes later, where the visit went."""
    outbox.announce("moved", UUID(event_id), UUID(subject_id), send, clock.now())


@book.on(EventKind.APPOINTMENT_CANCELLED)
@queue.task("messaging.announce_cancelled")
def announce_cancelled(event_id: str, subject_id: str) -> None:
    """Let the patient hear that the visit was called off."""
    outbox.announce("cancelled", UUID(event_id), UUID(subject_id), send, clock.now())


@book.on(EventKind.APPOINTMENT_REQUESTED)
@queue.task("messaging.announce_requested")
def announce_requested(event_id: str, subject_id: str) -> None:
    """Let the patient hear that a clinician decides, and by when."""
    outbox.announce("requested", UUID(event_id), UUID(subject_id), send, clock.now())


@book.on(EventKind.APPOINTMENT_REFUSED)
@queue.task("messaging.announce_refused")
def announce_refused(event_id: str, subject_id: str) -> None:
    """Let the patient hear that the visit cannot be so, and what else there is."""
    outbox.announce("refused", UUID(event_id), UUID(subject_id), send, clock.now())


@book.on(EventKind.APPOINTMENT_LAPSED)
@queue.task("messaging.announce_lapsed")
def announce_lapsed(event_id: str, subject_id: str) -> None:
    """Let the patient hear that nobody decided in time, and what else there is."""
    outbox.announce("lapsed", UUID(event_id), UUID(subject_id), send, clock.now())


@book.on(EventKind.REFUND_DONE)
@queue.task("messaging.announce_refunded")
def announce_refunded(event_id: str, subject_id: str) -> None:
    """Let the patient hear that money goes back to them."""
    payment = checkout.get(refunds.get(UUID(subject_id)).payment_id)
    outbox.announce("refunded", UUID(event_id), payment.subject_id, send, clock.now())


@queue.task("messaging.send_notice")
def send_notice(message_id: str) -> None:
    """Send one mail to somebody of the staff that is due."""
    notices.send(UUID(message_id), send_notice, messaging_settings.from_environment(), clock.now())


@book.on(EventKind.CREDENTIAL_REMINDED)
@queue.task("messaging.announce_ending")
def announce_ending(event_id: str, subject_id: str) -> None:
    """Let those hear whose credential ends, and who looks after credentials."""
    _, held = reminding.get(UUID(subject_id))
    to = recipients.keepers(people.user_of(held.person_id))
    notices.announce("credential_ends", UUID(event_id), UUID(subject_id), to, send_notice, clock.now())


@book.on(EventKind.APPOINTMENT_REQUESTED)
@queue.task("messaging.ask_deciders")
def ask_deciders(event_id: str, subject_id: str) -> None:
    """Let those hear who decide about visits on request."""
    to = recipients.deciders()
    notices.announce("review_asked", UUID(event_id), UUID(subject_id), to, send_notice, clock.now())
