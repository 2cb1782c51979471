"""What people hold, in words: translated by whoever asks, a page or a mail."""

from collections.abc import Callable, Mapping
from typing import Protocol

from saas.credentials import packing
from saas.credentials.circumstances import Kind
from saas.credentials.vocabulary import ACTS, PROFESSIONS
from saas.kernel.text import N_

Translate = Callable[[str], str]
KINDS: Mapping[str, str] = {
    Kind.LICENCE: N_("License"), Kind.CERTIFICATE: N_("Certificate"), Kind.REGISTRATION: N_("Registration"),
    Kind.INSURANCE: N_("Insurance"), Kind.TRAINING: N_("Training"),
}  # fmt: skip
PROCEDURES = {"prp": N_("platelet-rich plasma")}


class Held(Protocol):
    """What tells a credential from another, in codes."""

    @property
    def kind(self) -> str:
        """What it is."""

    @property
    def profession(self) -> str:
        """As what; empty where it does not matter."""

    @property
    def procedure(self) -> str:
        """In what; empty where it does not matter."""

    @property
    def code(self) -> str:
        """What it is called; empty where that is told by the rest."""


def credential(row: Held, translate: Translate) -> str:
    """Return what a credential is, and of what."""
    about = row.code or (profession(row.profession, translate) if row.profession else "")
    about = about or (act(row.procedure, translate) if row.procedure else "")
    kind = translate(KINDS[Kind(row.kind)])
    return f"{kind} · {about}" if about else kind


def profession(code: str, translate: Translate) -> str:
    """Return a profession in words, without its article."""
    return (
        translate(PROFESSIONS[code]).removeprefix("an ").removeprefix("a ") if code in PROFESSIONS else code
    )


def act(code: str, translate: Translate) -> str:
    """Return an act or procedure in words."""
    words = {**ACTS, **PROCEDURES}
    return translate(words[code]) if code in words else code.replace("_", " ")


def jurisdiction(code: str) -> str:
    """Return a jurisdiction as people call it, by whichever installed pack knows it."""
    packs = packing.installed().values()
    return next((one.jurisdictions[code] for one in packs if code in one.jurisdictions), code)
