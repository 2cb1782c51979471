"""What the public reads in each language, and the digest that an approval is bound to. Pure."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from saas.catalogue import contents, impact, texts
from saas.catalogue.contents import Offering
from saas.catalogue.models import TextApproval

CONTENT: dict[str, Any] = {
    "how_it_works": {"en": "Needles.", "es": "Agujas."},
    "uses": [{"text": {"en": "Scars", "es": "Cicatrices"}}, {"text": {"en": "Dark marks"}, "off_label": True}],
    "benefits": {}, "side_effects": {"en": "Redness"}, "after_care": {}, "references": ["21 CFR 878.4430"],
}  # fmt: skip
ONE = UUID(int=1)


def changed(**more: Any) -> texts.Texts:
    return texts.read({**CONTENT, **more})


TEXTS = changed()


def test_a_language_has_what_is_said_in_it_and_every_reference() -> None:
    assert TEXTS.languages == ["en", "es"]
    assert [(use.text, use.off_label) for use in TEXTS.said_in("en").uses] == [
        ("Scars", False),
        ("Dark marks", True),
    ]
    spanish = TEXTS.said_in("es")
    assert (spanish.how_it_works, [use.text for use in spanish.uses]) == ("Agujas.", ["Cicatrices"])
    assert spanish.references == ("21 CFR 878.4430",)


def test_what_was_approved_is_read_back_as_it_was() -> None:
    said = TEXTS.said_in("en")
    kept = texts.said(json.loads(json.dumps(said.content)))
    assert kept == said
    assert kept.digest == said.digest


def test_an_offering_that_says_nothing_has_no_texts() -> None:
    assert texts.read(None).languages == texts.read({}).languages == []


@pytest.mark.parametrize(
    ("change", "touched"),
    [
        ({"how_it_works": {"en": "Fine needles.", "es": "Agujas."}}, {"en"}),
        ({"after_care": {"es": "Sol no"}}, {"es"}),
        ({"uses": [{**CONTENT["uses"][0], "off_label": True}, CONTENT["uses"][1]]}, {"en", "es"}),
        ({"uses": [CONTENT["uses"][0], {"text": {"en": "Dark marks"}}]}, {"en"}),
        ({"references": ["21 CFR 878.4430", "More"]}, {"en", "es"}),
        ({"uses": CONTENT["uses"][::-1]}, {"en"}),
        ({}, set()),
    ],
)
def test_the_digest_follows_whatever_is_said_in_its_language(
    change: dict[str, Any], touched: set[str]
) -> None:
    before, after = TEXTS.digests(), changed(**change).digests()
    assert {language for language in before if before[language] != after[language]} == touched


def offering(said: texts.Texts) -> Offering:
    content = {
        "name": {"en": "Needling"},
        "category": "aesthetics",
        "procedures": [],
        "locations": [],
        "segments": [],
    }
    return replace(contents.read(ONE, ONE, "needling", content), texts=said)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (TEXTS, changed(after_care={"en": "Shade"}), ["text_draft"]),
        (TEXTS, changed(after_care={"es": "Sombra"}), []),  # its Spanish was never approved
        (TEXTS, texts.Texts(), ["text_unsaid"]),
        (changed(after_care={"en": "Shade"}), changed(after_care={"en": "No sun"}), []),  # was a draft already
        (changed(after_care={"en": "Shade"}), TEXTS, []),  # back to what was approved
        (TEXTS, TEXTS, []),
    ],
)  # fmt: skip
def test_an_edit_tells_which_approved_text_becomes_a_draft(
    before: texts.Texts, after: texts.Texts, told: list[str]
) -> None:
    said = TEXTS.said_in("en")
    approval = TextApproval(language="en", digest=said.digest, content=said.content)
    pair = {ONE: (offering(before), offering(after))}
    found = list(impact.unapproved(pair, {ONE: {"en": approval}}))
    assert [code for _, code, _ in found] == told
