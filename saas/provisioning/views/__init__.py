"""Pages of the owner: the practice, and what it offers."""

from saas.provisioning.views import (
    changing,
    configuration,
    editing,
    first_run,
    offerings,
    plans,
    practice,
    rules,
)
from saas.provisioning.views.door import blueprint

__all__ = [
    "blueprint", "changing", "configuration", "editing", "first_run", "offerings", "plans", "practice", "rules",
]  # fmt: skip
