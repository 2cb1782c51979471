"""The owner's blueprint, and the lines of its lists."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint

from saas.identity import roles
from saas.kernel.permissions import Permission
from saas.web import edge

blueprint = Blueprint("provisioning", __name__, url_prefix="/staff")


def may(permission: Permission) -> bool:
    """Whether who asks may do this too."""
    return roles.may(edge.actor().roles, permission)


@dataclass(frozen=True)
class Line:
    """One line of a list: its cells by name, and the words a search looks into."""

    cells: dict[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.cells[key]

    def __getattr__(self, key: str) -> Any:
        return self.cells[key]

    def matches(self, words: str) -> bool:
        """Whether every one of *words* stands somewhere in the line."""
        text = " ".join(str(cell) for cell in self.cells.values()).casefold()
        return all(word in text for word in words.casefold().split())
