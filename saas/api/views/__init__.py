"""`/api/v1`: JSON over the tenant's own host, with a bearer token; OpenAPI 3.1 from this code."""

from saas.api.door import INFO, SECURITY_SCHEMES, SERVERS, blueprint
from saas.api.views import (
    appointments,
    arriving,
    availability,
    clearances,
    deciding,
    eligibility,
    events,
    holds,
    money,
    patients,
    practice,
    schedule,
    status,
)

__all__ = [
    "INFO", "SECURITY_SCHEMES", "SERVERS", "appointments", "arriving", "availability", "blueprint", "clearances",
    "deciding", "eligibility", "events", "holds", "money", "patients", "practice", "schedule", "status",
]  # fmt: skip
