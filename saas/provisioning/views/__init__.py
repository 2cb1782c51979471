"""Pages of the owner: the practice, and what it offers."""

from saas.provisioning.views import changing, offerings, practice
from saas.provisioning.views.door import blueprint

__all__ = ["blueprint", "changing", "offerings", "practice"]
