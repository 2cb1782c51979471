"""Whether a visit's patient is cleared for it: a word for the lists of a day, and sentences for the visit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from saas.booking import clearing
from saas.intake.rules import Standing
from saas.web import errors, render

Word = tuple[str, str]


@dataclass(frozen=True)
class Flag:
    """A word and the kind of its tag; `sentences` say what is missing, `conditions` under which they are cleared."""

    word: Word
    sentences: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()


def of(standings: Sequence[Standing], exam: Mapping[str, Any] | None = None) -> Flag | None:
    """Return the flag of a visit, which may begin with the *exam*; None where it asks for no examination."""
    if not standings:
        return None
    missing = [errors.said(why.sentence, why.params) for why in
               (clearing.told(one) for one in standings if not one.is_cleared)]  # fmt: skip
    if missing and exam:
        told = str(_("The visit begins with the examination. Note its result before treating."))
        return Flag((str(_("Examined first in this visit")), "warn"), (told,))
    if missing:
        return Flag((str(_("Examination needed first")), "stop"), tuple(missing))
    return Flag(_cleared(standings), (), tuple(one.conditions for one in standings if one.conditions))


def _cleared(standings: Sequence[Standing]) -> Word:
    until = min((one.until for one in standings if one.until), default=None)
    kind = "warn" if any(one.conditions for one in standings) else "ok"
    if until is None:
        return str(_("cleared")), kind
    return str(_("cleared until %(day)s", day=render.day(until))), kind
