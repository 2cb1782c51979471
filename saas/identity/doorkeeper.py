"""Who comes in: the actor behind a cookie or a bearer token. The web kit asks; pages take cookies
alone, the API tokens alone.
"""

from flask import Request, current_app, g
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


login_manager = LoginManager()
login_manager.session_protection = None


@login_manager.request_loader
def _current_user(request: Request) -> Actor | None:
    actor: Actor | None = g.get("actor")
    return actor
