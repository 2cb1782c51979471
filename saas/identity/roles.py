"""Who holds which permission, as a table. A person may have several roles; permissions add up."""

from collections.abc import Iterable
from enum import StrEnum

from saas.kernel.permissions import Permission as P  # noqa: N817 - the table reads better
from saas.kernel.text import N_


class Role(StrEnum):
    """What someone is to the clinic."""

    OWNER = "owner"
    MANAGER = "manager"
    MEDICAL_DIRECTOR = "medical_director"
    CLINICAL_ADMIN = "clinical_admin"
    PRACTITIONER = "practitioner"
    FRONT_DESK = "front_desk"


LABELS: dict[Role, str] = {
    Role.OWNER: N_("Owner"),
    Role.MANAGER: N_("Manager"),
    Role.MEDICAL_DIRECTOR: N_("Medical director"),
    Role.CLINICAL_ADMIN: N_("Clinical admin"),
    Role.PRACTITIONER: N_("Practitioner"),
    Role.FRONT_DESK: N_("Front desk"),
}

_EVERYONE = frozenset({P.ACCOUNT_MANAGE_OWN, P.API_PING, P.LOCATION_READ, P.OFFERING_READ, P.STAFF_HOME})
_LOOKS = _EVERYONE | {P.APPOINTMENT_READ, P.SCHEDULE_READ, P.PATIENT_READ}
_DESK = _LOOKS | {
    P.APPOINTMENT_CHECK_IN, P.APPOINTMENT_WRITE, P.BILL_READ, P.BILL_WRITE, P.HOLD_WRITE, P.SCHEDULE_MANAGE,
    P.PATIENT_WRITE,
}  # fmt: skip
_CLINICAL = _LOOKS | {
    P.APPOINTMENT_CHECK_IN, P.CLEARANCE_READ, P.CLEARANCE_WRITE, P.DAY_READ_OWN, P.TIME_OFF_MANAGE_OWN,
}  # fmt: skip

PERMISSIONS: dict[Role, frozenset[P]] = {
    Role.OWNER: frozenset(P),
    Role.MANAGER: _DESK
    | {
        P.AGREEMENT_MANAGE,
        P.EVENT_READ,
        P.EVIDENCE_MANAGE,
        P.LEDGER_READ,
        P.PAYMENT_REFUND,
        P.PRACTICE_READ,
        P.PRACTICE_WRITE,
        P.REVIEW_READ,
        P.TAX_SETTLE,
        P.TIME_OFF_MANAGE,
        P.TIME_OFF_MANAGE_OWN,
    },
    Role.MEDICAL_DIRECTOR: _CLINICAL
    | {
        P.CLEARANCE_MANAGE,
        P.EVIDENCE_MANAGE,
        P.PRACTICE_READ,
        P.REVIEW_DECIDE,
        P.REVIEW_READ,
        P.RULE_ATTEST,
        P.TEXT_APPROVE,
    },
    Role.CLINICAL_ADMIN: _DESK
    | {
        P.CLEARANCE_MANAGE,
        P.CLEARANCE_READ,
        P.CLEARANCE_WRITE,
        P.EVIDENCE_MANAGE,
        P.PRACTICE_READ,
        P.REVIEW_DECIDE,
        P.REVIEW_READ,
        P.RULE_ATTEST,
        P.TEXT_APPROVE,
    },
    Role.PRACTITIONER: _CLINICAL,
    Role.FRONT_DESK: _DESK | {P.PAYMENT_REFUND},
}


def may(roles: Iterable[str], permission: P) -> bool:
    """Whether any of *roles* includes *permission*; an unknown role includes nothing."""
    return any(permission in PERMISSIONS.get(role, ()) for role in roles)  # type: ignore[call-overload]  # a role is its text
