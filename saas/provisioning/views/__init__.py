"""Pages of the owner: the practice, and what it offers."""

from saas.provisioning.views import (
    changing,
    configuration,
    editing,
    first_run,
    offerings,
    plans,
    practice,
)
from saas.provisioning.views.door import blueprint

__all__ = ["blueprint", "changing", "configuration", "editing", "first_run", "offerings", "plans", "practice"]
