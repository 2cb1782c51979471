"""Who may call a route: every view carries `@permit(permission)` or `@public`; a test holds them to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from saas.kernel.permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """What a view asks for: a permission, or nothing; and whether it belongs to a tenant at all."""

    permission: Permission | None
    needs_tenant: bool = True


def permit(permission: Permission) -> Callable[[View], View]:
    """Let a view be called by those whose role includes *permission*."""

    def mark(view: View) -> View:
        view.access = Access(permission)  # type: ignore[attr-defined]  # read by the edge
        return view

    return mark


def public(view: View) -> View:
    """Let anyone call a view of a tenant's site."""
    view.access = Access(None)  # type: ignore[attr-defined]  # read by the edge
    return view


def without_tenant(view: View) -> View:
    """Let anyone call a view that belongs to no tenant and opens no session."""
    view.access = Access(None, needs_tenant=False)  # type: ignore[attr-defined]  # read by the edge
    return view


def takes(bytes_: int) -> Callable[[View], View]:
    """Let a view be sent as many bytes, where the usual bound of a request is too small for it."""

    def mark(view: View) -> View:
        view.takes = bytes_  # type: ignore[attr-defined]  # read before a request's form is
        return view

    return mark


def taken_by(view: Callable[..., Any] | None) -> int | None:
    """Return how many bytes a view may be sent; None where it is as many as any."""
    return getattr(view, "takes", None)


def of(view: Callable[..., Any] | None) -> Access | None:
    """Return what a view asks for, None where it was never said."""
    return getattr(view, "access", None)
