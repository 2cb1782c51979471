"""Pages of the owner: the practice, what it offers, and who may perform it."""

from saas.provisioning.views import (
    approving,
    changing,
    configuration,
    editing,
    eligibility,
    evidence,
    expiries,
    first_run,
    offerings,
    people,
    plans,
    practice,
    public_preview,
    rules,
    why,
)
from saas.provisioning.views.door import blueprint

__all__ = [
    "approving", "blueprint", "changing", "configuration", "editing", "eligibility", "evidence", "expiries",
    "first_run", "offerings", "people", "plans", "practice", "public_preview", "rules", "why",
]  # fmt: skip
