"""A clinic's one colour, as the custom properties that the stylesheets use, for light and dark.

The colour reads as text on every ground it stands on, and text reads on it: where the clinic's own
does not, it is darkened, or lightened for dark, just as far as it must (WCAG 2.2, 1.4.3).
"""

CONTRAST = 4.5
WHITE, BLACK, NIGHT = "#ffffff", "#000000", "#101418"
# Paper and surface as assets/css/tokens.css and dark.css have them.
LIGHT_GROUNDS, DARK_GROUNDS = ("#faf8f5", WHITE), ("#141517", "#1d1f22")
STEPS = 64


def stylesheet(accent: str) -> str:
    """Return the CSS that sets the accent #rrggbb and what derives from it."""
    soft = _mix(accent, WHITE, 0.88)
    light = _properties(_readable(accent, BLACK, (*LIGHT_GROUNDS, soft)), WHITE, soft)
    night = _mix(accent, "#16191d", 0.72)
    brighter = _mix(accent, WHITE, 0.45)
    dark = _properties(_readable(brighter, WHITE, (*DARK_GROUNDS, night, NIGHT)), NIGHT, night)
    return (
        f":root{{{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}\n"
        f":root[data-theme=dark]{{{dark}}}\n"
    )


def _properties(accent: str, ink: str, soft: str) -> str:
    return f"--accent:{accent};--accent-ink:{ink};--accent-soft:{soft}"


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _readable(colour: str, towards: str, grounds: tuple[str, ...]) -> str:
    """Return *colour*, mixed with no more of *towards* than it takes to read on all *grounds*."""
    mixed = (_mix(colour, towards, step / STEPS) for step in range(STEPS + 1))
    return next(one for one in mixed if all(contrast(one, ground) >= CONTRAST for ground in grounds))


def _luminance(colour: str) -> float:
    parts = (channel / 255 for channel in _channels(colour))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mix(colour: str, other: str, share: float) -> str:
    """Return *colour* mixed with *share* of *other*."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a * (1 - share) + b * share):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
