"""Who comes in: the actor behind a cookie or a bearer token. The web kit asks; pages take cookies
alone, the API tokens alone.
"""

from flask import Request, Response, current_app, g
from flask_login import LoginManager

from saas.identity import roles, sessions, tokens
from saas.kernel import clock
from saas.kernel.actors import Actor
from saas.kernel.permissions import Permission


def find_actor(request: Request) -> Actor | None:
    """Return who sends *request* to the session's tenant, or None."""
    if request.path.startswith("/api/"):
        authorization = request.authorization
        if authorization is None or authorization.type != "bearer" or not authorization.token:
            return None
        return tokens.find(authorization.token)
    secret = request.cookies.get(current_app.extensions["settings"].cookie("session"))
    return sessions.find(secret, clock.now()) if secret else None


def may(actor: Actor, permission: Permission) -> bool:
    """Whether one of the actor's roles includes *permission*."""
    return roles.may(actor.roles, permission)


class CurrentUser(LoginManager):  # type: ignore[misc]  # Flask-Login has no types
    """Flask-Login for `current_user` alone."""

    def _update_remember_cookie(self, response: Response) -> Response:
        """Leave *response* alone: a look into the session makes even a stylesheet vary by cookie."""
        return response


login_manager = CurrentUser()
login_manager.session_protection = None


@login_manager.request_loader  # type: ignore[untyped-decorator]  # Flask-Login has no types
def _current_user(request: Request) -> Actor | None:
    actor: Actor | None = g.get("actor")
    return actor
