"""Pages of identity: sign in and out, one's own sessions, one's own password."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from saas.identity import logging_in, sessions, users
from saas.identity.forms import LogInForm, PasswordForm
from saas.identity.models import UserSession
from saas.kernel import clock
from saas.kernel.errors import Invalid, TooMany
from saas.kernel.permissions import Permission
from saas.web import edge, render
from saas.web.access import permit, public

blueprint = Blueprint("identity", __name__, url_prefix="/staff")


@dataclass(frozen=True)
class SessionLine:
    """One of the user's sessions as the page lists it."""

    id: UUID
    user_agent_label: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    is_current: bool


@blueprint.get("/log-in")
@public
def log_in() -> Response | str:
    """Show the sign-in page."""
    if edge.find_actor():
        return redirect(url_for("desk.home"))
    form = LogInForm(next=request.args.get("next", ""))
    return render.page("identity/log_in.html", form=form)


@blueprint.post("/log-in")
@public
def submit_log_in() -> Response | tuple[str, int]:
    """Sign in, and go where the visitor was headed."""
    form = LogInForm()
    if not form.validate_on_submit():
        return render.page("identity/log_in.html", form=form), 422
    try:
        secret = logging_in.log_in(_attempt(form), edge.settings().secret_key, clock.now())
    except (Invalid, TooMany) as error:
        form.refuse(error)
        return _refused_log_in(form, error)
    response = redirect(_safe_next(form.next.data) or url_for("desk.home"))
    _set_cookie(response, "session", secret, sessions.LONGEST.total_seconds())
    device = logging_in.device_cookie(form.email.data or "", edge.settings().secret_key)
    _set_cookie(response, "device", device, 180 * 24 * 3600)
    return response


@blueprint.post("/log-out")
@permit(Permission.ACCOUNT_MANAGE_OWN)
def log_out() -> Response:
    """End the session; the cookie, copied or not, is dead."""
    actor = edge.actor()
    if actor.session_id:
        sessions.revoke(actor.session_id, actor, clock.now())
    response = redirect(url_for("identity.log_in"))
    response.delete_cookie(edge.settings().cookie("session"), **_cookie_flags())
    return response


@blueprint.get("/account/sessions", endpoint="sessions")
@permit(Permission.ACCOUNT_MANAGE_OWN)
def list_sessions() -> str:
    """List where one is signed in."""
    actor = edge.actor()
    rows = (
        [_line(row, actor.session_id) for row in sessions.list_of(actor.id, clock.now())] if actor.id else []
    )
    return render.page("identity/sessions.html", rows=rows, zone=edge.tenant().time_zone)


@blueprint.post("/account/sessions/<uuid:session_id>/revoke")
@permit(Permission.ACCOUNT_MANAGE_OWN)
def revoke_session(session_id: UUID) -> Response:
    """End one of one's own sessions."""
    sessions.revoke(session_id, edge.actor(), clock.now())
    flash(_("That session is ended."))
    return redirect(url_for("identity.sessions"))


@blueprint.post("/account/sessions/revoke-others")
@permit(Permission.ACCOUNT_MANAGE_OWN)
def revoke_other_sessions() -> Response:
    """End all of one's sessions but this."""
    ended = sessions.revoke_others(edge.actor(), clock.now())
    flash(ngettext("%(num)d other session is ended.", "%(num)d other sessions are ended.", ended))
    return redirect(url_for("identity.sessions"))


@blueprint.route("/account/password", methods=["GET", "POST"])
@permit(Permission.ACCOUNT_MANAGE_OWN)
def change_password() -> Response | tuple[str, int] | str:
    """Change one's own password; every session ends, and one signs in anew."""
    form, actor = PasswordForm(), edge.actor()
    if not form.validate_on_submit() or actor.id is None:
        return render.page("identity/password.html", form=form), 422 if form.is_submitted() else 200
    try:
        users.change_password(actor.id, form.current_password.data or "", form.new_password.data or "", actor)
    except (Invalid, TooMany) as error:
        form.refuse(error, "new_password" if error.code == "password_too_weak" else "current_password")
        return render.page("identity/password.html", form=form), error.status
    flash(_("Your password is changed. Please sign in with it."))
    return redirect(url_for("identity.log_in"))


def _refused_log_in(form: LogInForm, error: Invalid | TooMany) -> Response:
    response = make_response(render.page("identity/log_in.html", form=form), error.status)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _attempt(form: LogInForm) -> logging_in.Attempt:
    device = request.cookies.get(edge.settings().cookie("device"), "")
    agent = request.user_agent.string
    return logging_in.Attempt(form.email.data or "", form.password.data or "", edge.address(), agent, device)


def _safe_next(target: str | None) -> str | None:
    """Return *target* if it is a path of this very site's staff pages."""
    if not target or not target.isprintable() or "\\" in target:
        return None
    parts = urlsplit(target)
    staff = parts.path == "/staff" or parts.path.startswith("/staff/")
    return target if staff and not parts.scheme and not parts.netloc else None


def _cookie_flags() -> dict[str, Any]:
    return {"path": "/", "httponly": True, "secure": edge.settings().https, "samesite": "Lax"}


def _set_cookie(response: Response, name: str, value: str, seconds: float) -> None:
    response.set_cookie(edge.settings().cookie(name), value, max_age=int(seconds), **_cookie_flags())


def _line(row: UserSession, current: UUID | None) -> SessionLine:
    return SessionLine(
        row.id, _browser(row.user_agent), row.address, row.created_at, row.last_seen_at, row.id == current
    )


def _browser(user_agent: str) -> str:
    """Return a browser and system that a person recognises in a User-Agent."""
    browsers = {"Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
    systems = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows",
               "Mac OS": "Mac", "Linux": "Linux"}  # fmt: skip
    browser = next((label for mark, label in browsers.items() if mark in user_agent), _("Unknown browser"))
    system = next((label for mark, label in systems.items() if mark in user_agent), "")
    return _("%(browser)s on %(system)s", browser=browser, system=system) if system else browser
