"""What a person may do, as `resource:action`, alphabetised. Who holds what is `identity/roles.py`."""

from enum import StrEnum


class Permission(StrEnum):
    """One thing a role may include; every route that is not public names one."""

    ACCOUNT_MANAGE_OWN = "account:manage_own"

    API_PING = "api:ping"

    DAY_READ_OWN = "day:read_own"

    LOCATION_READ = "location:read"

    PRACTICE_READ = "practice:read"

    REVIEW_READ = "review:read"

    SCHEDULE_READ = "schedule:read"

    STAFF_HOME = "staff:home"
