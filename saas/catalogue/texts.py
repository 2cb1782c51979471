"""What the public reads about a treatment, beside its name and summary: one text for each language. Pure.

Such a text is a draft until a named person of the clinic approves it (`approving`). An approval is bound to the
digest of all that is said in that language, so that any edit of it makes a draft of it again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

ByLanguage = Mapping[str, str]


@dataclass(frozen=True)
class Use:
    """What the treatment is used for; `off_label`: the device or product is not authorised for that use."""

    text: ByLanguage
    off_label: bool = False


@dataclass(frozen=True)
class SaidUse:
    """A use in one language."""

    text: str
    off_label: bool = False


@dataclass(frozen=True)
class Said:
    """All that is said about a treatment in one language; `references` are citations, in whichever they are."""

    how_it_works: str = ""
    uses: Sequence[SaidUse] = ()
    benefits: str = ""
    side_effects: str = ""
    after_care: str = ""
    references: Sequence[str] = ()

    @property
    def content(self) -> dict[str, Any]:
        """Return it as JSON, which `said` reads again."""
        data: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return data

    @property
    def digest(self) -> str:
        """The SHA-256 of all of it, in hexadecimal digits."""
        text = json.dumps(self.content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Texts:
    """What an offering says of itself to the public, each a map by language."""

    how_it_works: ByLanguage = field(default_factory=dict)
    uses: tuple[Use, ...] = ()
    benefits: ByLanguage = field(default_factory=dict)
    side_effects: ByLanguage = field(default_factory=dict)
    after_care: ByLanguage = field(default_factory=dict)
    references: tuple[str, ...] = ()

    @property
    def languages(self) -> list[str]:
        """The languages in which anything is said, in the order of their codes."""
        said = (
            self.how_it_works,
            self.benefits,
            self.side_effects,
            self.after_care,
            *(use.text for use in self.uses),
        )
        return sorted({language for one in said for language in one})

    def said_in(self, language: str) -> Said:
        """Return what is said in *language*; references are everybody's."""
        return Said(
            self.how_it_works.get(language, ""),
            tuple(SaidUse(use.text[language], use.off_label) for use in self.uses if language in use.text),
            self.benefits.get(language, ""), self.side_effects.get(language, ""), self.after_care.get(language, ""),
            self.references,
        )  # fmt: skip

    def digests(self) -> dict[str, str]:
        """Return the digest of what is said in each language."""
        return {language: self.said_in(language).digest for language in self.languages}


def read(content: Mapping[str, Any] | None) -> Texts:
    """Return the texts that an offering's JSON *content* says."""
    if not content:
        return Texts()
    uses = tuple(Use(one["text"], one.get("off_label", False)) for one in content.get("uses", ()))
    return Texts(**{**content, "uses": uses, "references": tuple(content.get("references", ()))})


def said(content: Mapping[str, Any]) -> Said:
    """Return what was said in one language, as JSON *content* of it says."""
    uses = tuple(SaidUse(**one) for one in content["uses"])
    return Said(**{**content, "uses": uses, "references": tuple(content["references"])})
