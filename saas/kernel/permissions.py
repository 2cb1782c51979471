"""What a person may do, as `resource:action`, alphabetised. Who holds what is `identity/roles.py`."""

from enum import StrEnum


class Permission(StrEnum):
    """One thing a role may include; every route that is not public names one."""

    ACCOUNT_MANAGE_OWN = "account:manage_own"

    AGREEMENT_MANAGE = "agreement:manage"

    API_PING = "api:ping"

    APPOINTMENT_CHECK_IN = "appointment:check_in"
    APPOINTMENT_READ = "appointment:read"
    APPOINTMENT_WRITE = "appointment:write"

    BILL_READ = "bill:read"
    BILL_WRITE = "bill:write"

    CLEARANCE_MANAGE = "clearance:manage"
    CLEARANCE_READ = "clearance:read"
    CLEARANCE_WRITE = "clearance:write"

    DAY_READ_OWN = "day:read_own"

    EVENT_READ = "event:read"

    EVIDENCE_MANAGE = "evidence:manage"

    HOLD_WRITE = "hold:write"

    LEDGER_READ = "ledger:read"

    LOCATION_READ = "location:read"

    OFFERING_READ = "offering:read"

    PATIENT_READ = "patient:read"
    PATIENT_WRITE = "patient:write"

    PAYMENT_REFUND = "payment:refund"

    PRACTICE_READ = "practice:read"
    PRACTICE_WRITE = "practice:write"

    REVIEW_DECIDE = "review:decide"
    REVIEW_READ = "review:read"

    RULE_ATTEST = "rule:attest"

    SCHEDULE_MANAGE = "schedule:manage"
    SCHEDULE_READ = "schedule:read"

    STAFF_HOME = "staff:home"
    STAFF_MANAGE = "staff:manage"

    TAX_SETTLE = "tax:settle"

    TEXT_APPROVE = "text:approve"

    TIME_OFF_MANAGE = "time_off:manage"
    TIME_OFF_MANAGE_OWN = "time_off:manage_own"
