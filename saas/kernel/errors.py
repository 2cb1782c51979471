"""Refusals. A domain error is a sentence for a person, a code for a program and a status for HTTP.

Verbs raise them; the web kit and the command line turn them into a page, a problem document or a
line on stderr. Nothing half-written survives one: the edge rolls back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from saas.kernel.text import N_


@dataclass(frozen=True)
class Reason:
    """One reason of a refusal: a stable code, and the sentence's parameters."""

    code: str
    sentence: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence % self.params if self.params else self.sentence


class DomainError(Exception):
    """A refusal that explains itself; subclasses name the code and the HTTP status."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    sentence: ClassVar[str] = N_("That did not work.")

    def __init__(self, message: str = "", reasons: Sequence[Reason] = (), **params: object) -> None:
        self.message = message or self.sentence
        self.reasons = tuple(reasons)
        self.params = params
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


class NotFound(DomainError):
    """The thing does not exist, or belongs to someone else: the answer is the same."""

    status = 404
    code = "not_found"
    sentence = N_("There is nothing here.")


class NotAllowed(DomainError):
    """The person is known, and their role does not include this."""

    status = 403
    code = "not_allowed"
    sentence = N_("Your role does not include this. An owner can change that.")


class NotLoggedIn(DomainError):
    """No valid session or token came with the request."""

    status = 401
    code = "not_authenticated"
    sentence = N_("Please sign in first.")


class Invalid(DomainError):
    """The input was understood and cannot be accepted."""

    status = 422
    code = "invalid"
    sentence = N_("Something in what you sent cannot be accepted.")


class Conflict(DomainError):
    """The world moved: what the caller saw is no longer so."""

    status = 409
    code = "conflict"
    sentence = N_("This has changed in the meantime.")


class TooMany(DomainError):
    """A rate limit; `retry_after` is in seconds."""

    status = 429
    code = "too_many_requests"
    sentence = N_("Too many attempts. Please wait a few minutes and try again.")
    retry_after: int = 60


class Unavailable(DomainError):
    """Something the request needs is away for the moment; trying again later helps."""

    status = 503
    code = "unavailable"
    sentence = N_("We cannot reach our records at the moment. Please try again shortly.")
