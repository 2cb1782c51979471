"""Who acts. Every verb that changes something takes an actor, and the journal keeps it."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    """What kind of someone acts."""

    USER = "user"
    TOKEN = "token"  # noqa: S105 - a kind of actor
    VISITOR = "visitor"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Someone who acts: a member of staff, an API token, a visitor, or the system itself."""

    kind: ActorKind
    id: UUID | None = None
    name: str = ""
    email: str = ""
    roles: frozenset[str] = frozenset()
    session_id: UUID | None = None

    # what Flask-Login asks of a current user
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return the id as text; Flask-Login's name for it."""
        return str(self.id)


SYSTEM = Actor(ActorKind.SYSTEM, name="system")
