"""Every kind of event, alphabetised, in the past tense. Feeds and subscribers know them by these names.

ARCHIVAL kinds have no subscriber on purpose: they are kept for the record and the API.
"""

from enum import StrEnum


class EventKind(StrEnum):
    """What can happen."""

    AGREEMENT_ENDED = "agreement.ended"
    AGREEMENT_MADE = "agreement.made"

    APPOINTMENT_CANCELLED = "appointment.cancelled"
    APPOINTMENT_CHECKED_IN = "appointment.checked_in"
    APPOINTMENT_CHECK_IN_UNDONE = "appointment.check_in_undone"
    APPOINTMENT_CONFIRMED = "appointment.confirmed"
    APPOINTMENT_HELD = "appointment.held"
    APPOINTMENT_LAPSED = "appointment.lapsed"
    APPOINTMENT_MISSED = "appointment.missed"
    APPOINTMENT_MOVED = "appointment.moved"
    APPOINTMENT_REFUSED = "appointment.refused"
    APPOINTMENT_RELEASED = "appointment.released"
    APPOINTMENT_REQUESTED = "appointment.requested"
    APPOINTMENT_RESTORED = "appointment.restored"

    BILL_ISSUED = "bill.issued"
    BILL_TAX_SETTLED = "bill.tax_settled"

    CANCELLATION_CHARGED = "cancellation.charged"

    CLEARANCE_ENDED = "clearance.ended"
    CLEARANCE_RECORDED = "clearance.recorded"

    CONFIGURATION_APPLIED = "configuration.applied"

    CREDENTIAL_REMINDED = "credential.reminded"

    DESK_PAYMENT_TAKEN = "desk_payment.taken"

    ENTRY_REVERSED = "entry.reversed"

    EVIDENCE_ADDED = "evidence.added"

    NO_SHOW_CHARGED = "no_show.charged"

    OFFERING_CHANGED = "offering.changed"

    PATIENT_ADDED = "patient.added"

    PAYMENT_CLOSED = "payment.closed"
    PAYMENT_DISPUTED = "payment.disputed"
    PAYMENT_OPENED = "payment.opened"
    PAYMENT_PAID = "payment.paid"
    PAYMENT_STOPPED = "payment.stopped"

    PERIOD_CLOSED = "period.closed"

    REFUND_ASKED = "refund.asked"
    REFUND_DONE = "refund.done"
    REFUND_FAILED = "refund.failed"

    RULE_PACK_ADOPTED = "rule_pack.adopted"

    SESSION_CLOSED = "session.closed"
    SESSION_OPENED = "session.opened"

    TENANT_CREATED = "tenant.created"

    TEXT_APPROVED = "text.approved"

    TIME_OFF_ADDED = "time_off.added"
    TIME_OFF_CANCELLED = "time_off.cancelled"

    TOKEN_CREATED = "token.created"  # noqa: S105 - an event's name

    USER_ADDED = "user.added"
    USER_CHANGED = "user.changed"
    USER_PASSWORD_CHANGED = "user.password_changed"  # noqa: S105 - an event's name


ARCHIVAL = frozenset(
    {
        EventKind.AGREEMENT_ENDED,
        EventKind.AGREEMENT_MADE,
        EventKind.APPOINTMENT_CHECKED_IN,
        EventKind.APPOINTMENT_CHECK_IN_UNDONE,
        EventKind.APPOINTMENT_HELD,
        EventKind.APPOINTMENT_MISSED,
        EventKind.APPOINTMENT_RESTORED,
        EventKind.BILL_ISSUED,
        EventKind.BILL_TAX_SETTLED,
        EventKind.CANCELLATION_CHARGED,
        EventKind.CLEARANCE_ENDED,
        EventKind.CLEARANCE_RECORDED,
        EventKind.CONFIGURATION_APPLIED,
        EventKind.DESK_PAYMENT_TAKEN,
        EventKind.ENTRY_REVERSED,
        EventKind.EVIDENCE_ADDED,
        EventKind.NO_SHOW_CHARGED,
        EventKind.OFFERING_CHANGED,
        EventKind.PATIENT_ADDED,
        EventKind.PAYMENT_CLOSED,
        EventKind.PAYMENT_DISPUTED,
        EventKind.PERIOD_CLOSED,
        EventKind.REFUND_FAILED,
        EventKind.RULE_PACK_ADOPTED,
        EventKind.SESSION_CLOSED,
        EventKind.SESSION_OPENED,
        EventKind.TENANT_CREATED,
        EventKind.TEXT_APPROVED,
        EventKind.TIME_OFF_ADDED,
        EventKind.TIME_OFF_CANCELLED,
        EventKind.TOKEN_CREATED,
        EventKind.USER_ADDED,
        EventKind.USER_CHANGED,
        EventKind.USER_PASSWORD_CHANGED,
    }
)
