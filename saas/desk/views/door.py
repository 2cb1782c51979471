"""The desk's blueprint, and what its views ask of every request."""

from uuid import UUID

from flask import Blueprint, request

from saas.desk import places
from saas.desk.places import Place
from saas.identity import roles
from saas.journal import book
from saas.kernel import ids
from saas.kernel.permissions import Permission
from saas.practice import people, snapshot
from saas.practice.models import Person
from saas.practice.snapshot import Practice
from saas.web import edge

blueprint = Blueprint("desk", __name__, url_prefix="/staff")


def may(permission: Permission) -> bool:
    """Whether who asks may do this too."""
    return roles.may(edge.actor().roles, permission)


def practice() -> Practice:
    """Return the practice as it is configured now."""
    return snapshot.read(edge.tenant().config_version)


def person() -> Person | None:
    """Return who asks, as someone who works here."""
    user_id = edge.actor().id
    return people.find_by_user(user_id) if user_id else None


def place(slug: str | None = None) -> Place:
    """Return the location asked for by *slug* or in the address, or else one's own."""
    slug = slug or request.args.get("location")
    return places.choose(practice(), slug, None if slug else person())


def visit() -> UUID | None:
    """Return the visit from which somebody came here, as the address has it."""
    return ids.parse(request.args.get("visit", ""))


def shown(action: str, patient_ids: list[UUID]) -> None:
    """Note in the audit trail whose records were shown; one entry for one opening or list."""
    if patient_ids:
        book.audit(action, "patient", patient_ids, edge.actor(), address=edge.address())
