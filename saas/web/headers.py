"""Headers of every response: no inline code, no framing, nothing personal in a cache."""

from http import HTTPStatus

from flask import Flask, Response, g, request, session
from werkzeug.wrappers import Response as WerkzeugResponse

POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
FOREVER = "public, max-age=31536000, immutable"


def init_app(app: Flask, *, https: bool, form_action: str = "") -> None:
    """Send the headers with every response of *app*; *form_action* is where payment pages are, if any."""
    policy = "; ".join(f"{name} {value}" for name, value in POLICY.items())
    policy += f"; form-action 'self' {form_action}".rstrip()

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy)
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        _keep_private(response)
        return response


def never_store(response: WerkzeugResponse) -> WerkzeugResponse:
    """Let nobody keep *response*, whatever else is decided of it later."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _keep_private(response: Response) -> None:
    failed = response.status_code >= HTTPStatus.BAD_REQUEST
    if request.path.startswith("/static/dist/") and not failed:
        response.headers["Cache-Control"] = FOREVER
        return
    if response.headers.get("Cache-Control", "").startswith("public"):
        return
    response.vary.update(["Cookie", "HX-Request"])
    # The form's cookie is written after this; a page with a form holds its token.
    cookie = "Set-Cookie" in response.headers or session.modified or "csrf_token" in g
    asked = response.headers.get("Cache-Control") == "no-store"
    personal = asked or cookie or failed or g.get("actor") is not None
    response.headers["Cache-Control"] = "no-store" if personal else "private, no-cache"
