"""Refusals on their way out: a page for people, `application/problem+json` (RFC 9457) for programs."""

import json
from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response as BaseResponse

from saas.kernel.errors import DomainError, NotLoggedIn, Reason, TooMany
from saas.kernel.money import Money
from saas.kernel.text import Phrase
from saas.web import edge, render

log = structlog.get_logger()

CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "unsupported_media_type"}


def init_app(app: Flask) -> None:
    """Answer every refusal and every fault of *app* in its caller's form."""
    app.register_error_handler(DomainError, refuse)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)
    app.jinja_env.globals["said"] = said


def refuse(error: DomainError) -> BaseResponse:
    """Answer a domain error."""
    if isinstance(error, NotLoggedIn) and not wants_problem() and request.method == "GET":
        return redirect(url_for("identity.log_in", next=request.full_path.rstrip("?")))
    response = answer(error.status, error.code, sentence_of(error), [described(r) for r in error.reasons])
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    if error.status == HTTPStatus.UNAUTHORIZED and wants_problem():
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def sentence_of(error: DomainError) -> str:
    """Return the refusal's sentence in the request's language."""
    return said(error.message, error.params)


def said(sentence: str, params: Mapping[str, Any]) -> str:
    """Return a room's sentence in the request's language, filled with its parameters: money and days as people
    read them, a tuple as a list of words."""
    filled = {name: _filling(value) for name, value in params.items()}
    return str(_(sentence) % filled if filled else _(sentence))


def _filling(value: object) -> object:
    if isinstance(value, Money):
        return render.money(value)
    if isinstance(value, date):
        return render.day(value)
    if isinstance(value, Reason):
        return said(value.sentence, value.params)
    if isinstance(value, tuple):
        return ", ".join(str(_filling(one)) for one in value)
    return _(value) if isinstance(value, Phrase) else value


def wants_problem() -> bool:
    """Whether the caller is a program."""
    return request.path.startswith("/api/")


def answer(status: int, code: str, sentence: str, reasons: list[dict[str, Any]] | None = None) -> Response:
    """Return the refusal as a problem document or as a page."""
    if wants_problem():
        body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status,
                "code": code, "detail": sentence}  # fmt: skip
        if reasons:
            body["reasons"] = reasons
        return Response(json.dumps(body), status, content_type="application/problem+json")
    return _page(status, code, sentence)


def _page(status: int, code: str, sentence: str) -> Response:
    if code == "unknown_tenant":
        return make_response(render.page("errors/unknown_host.html"), status)
    home = url_for("desk.home") if edge.find_actor() else "/"
    away = status == HTTPStatus.SERVICE_UNAVAILABLE
    context = {
        "status": status, "title": _title(status), "sentence": sentence,
        "action_href": request.url if away else home,
        "action_label": _("Try again") if away else _("Go to the start page"),
    }  # fmt: skip
    return make_response(render.page("errors/error.html", **context), status)


def _title(status: int) -> str:
    titles = {
        400: _("That did not work"), 401: _("Please sign in"), 403: _("Not for your role"),
        404: _("Nothing here"), 405: _("Not this way"), 409: _("This has changed"),
        413: _("Too large"), 422: _("Please check this"), 429: _("A short pause"),
        503: _("Back in a moment"),
    }  # fmt: skip
    return str(titles.get(status, _("Something went wrong on our side")))


def described(reason: Reason) -> dict[str, Any]:
    """Return a reason as programs get it, its sentence in the request's language."""
    params = {
        name: value.isoformat() if isinstance(value, date) else value for name, value in reason.params.items()
    }
    return {"code": reason.code, "sentence": said(reason.sentence, reason.params), "params": params}


def _stale_form(error: CSRFError) -> Response:
    return answer(400, "stale_form", _("This page was open for too long. Go back, reload it and try again."))


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    sentences = {
        404: _("There is nothing at this address. It may have moved."),
        405: _("This address does not answer that kind of request."),
        413: _("What you sent is larger than we accept."),
    }
    if status < HTTPStatus.BAD_REQUEST:
        return error.get_response()  # type: ignore[return-value]  # a redirect of routing's own
    sentence = sentences.get(status, _("That request was not understood."))
    response = answer(status, CODES.get(status, "bad_request"), sentence)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _fault(error: Exception) -> Response:
    log.exception("fault", path=request.path, endpoint=request.endpoint)
    sentence = _("Nothing was changed. We have been told; please try again in a moment.")
    return answer(500, "fault", sentence)
