"""Marking of sentences that are translated later, where they are shown."""


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for it
    """Return *sentence* as it is; extraction finds it by this mark."""
    return sentence


class Phrase(str):
    """Words that stand in a sentence for one of its parameters, and are translated with it."""

    __slots__ = ()
