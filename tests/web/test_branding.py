"""A clinic's colour reads on every ground it stands on, light and dark, whatever it is."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from saas.kernel import resources
from saas.web import branding

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def modes(accent: str) -> list[dict[str, str]]:
    """Return the properties of the sheet's three rules: light, dark by the system, dark by choice."""
    rules = re.findall(r":root[^{]*{([^}]*)}", branding.stylesheet(accent))
    return [dict(part.split(":") for part in rule.split(";")) for rule in rules]


def tokens(sheet: str) -> dict[str, str]:
    css = (resources.PACKAGE.parent / "assets" / "css" / sheet).read_text()
    found = re.findall(r"--(paper|surface): (#[0-9a-f]+);", css)
    return {
        name: colour if len(colour) == 7 else "#" + "".join(c * 2 for c in colour[1:])
        for name, colour in found
    }


def test_contrast_is_as_wcag_defines_it() -> None:
    assert round(branding.contrast("#ffffff", "#000000"), 3) == 21
    assert round(branding.contrast("#767676", "#ffffff"), 2) == 4.54
    assert branding.contrast("#123456", "#123456") == 1


@given(COLOURS)
@example("#ffffff")
@example("#000000")
@example("#ffff00")
@example("#0000ff")
def test_any_accent_reads_as_text_and_text_reads_on_it(accent: str) -> None:
    light, dark, dark_by_choice = modes(accent)
    assert dark == dark_by_choice
    for mode, sheet in ((light, "tokens.css"), (dark, "dark.css")):
        grounds = [*tokens(sheet).values(), mode["--accent-soft"], mode["--accent-ink"]]
        assert len(grounds) == 4
        assert min(branding.contrast(mode["--accent"], ground) for ground in grounds) >= 4.5


@given(COLOURS)
def test_an_accent_that_reads_is_left_as_it_is(accent: str) -> None:
    light = modes(accent)[0]
    grounds = [*branding.LIGHT_GROUNDS, light["--accent-soft"]]
    reads = all(branding.contrast(accent, ground) >= 4.5 for ground in grounds)
    assert (light["--accent"] == accent) is reads


def test_the_grounds_are_those_of_the_stylesheets() -> None:
    assert set(tokens("tokens.css").values()) == set(branding.LIGHT_GROUNDS)
    assert set(tokens("dark.css").values()) == set(branding.DARK_GROUNDS)
