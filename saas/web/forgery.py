"""Cross-site request forgery: a token in every form (Flask-WTF), and the browser's own word.

Requests that change something and come from a browser carry `Sec-Fetch-Site`
(https://www.w3.org/TR/fetch-metadata/); anything but same-origin is refused. The API takes no
cookie, so it is exempt from both.
"""

from flask import Flask, request
from flask_wtf.csrf import CSRFProtect

from saas.kernel.errors import DomainError
from saas.web import access

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
csrf = CSRFProtect()


class CrossSite(DomainError):
    """The request came from another site's page."""

    status = 403
    code = "cross_site"
    sentence = "This request came from another site, so nothing was done."


def init_app(app: Flask) -> None:
    """Guard every route of *app* but those of blueprints exempted by `csrf.exempt`."""

    @app.before_request
    def bound_body() -> None:  # the token stands in the form, so this comes before it is read
        taken = access.taken_by(app.view_functions.get(request.endpoint or ""))
        if taken is not None:
            request.max_content_length = taken

    @app.before_request
    def refuse_cross_site() -> None:
        if request.method in SAFE_METHODS or request.path.startswith("/api/"):
            return
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise CrossSite

    csrf.init_app(app)
