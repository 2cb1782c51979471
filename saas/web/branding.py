"""A clinic's one colour, as the custom properties that the stylesheets use, for light and dark."""


def stylesheet(accent: str) -> str:
    """Return the CSS that sets the accent #rrggbb and what derives from it."""
    light = _properties(accent, "#ffffff", _mix(accent, "#ffffff", 0.88))
    brighter = _mix(accent, "#ffffff", 0.45)
    dark = _properties(brighter, "#101418", _mix(accent, "#16191d", 0.72))
    return (
        f":root{{{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}\n"
        f":root[data-theme=dark]{{{dark}}}\n"
    )


def _properties(accent: str, ink: str, soft: str) -> str:
    return f"--accent:{accent};--accent-ink:{ink};--accent-soft:{soft}"


def _mix(colour: str, other: str, share: float) -> str:
    """Return *colour* mixed with *share* of *other*."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a * (1 - share) + b * share):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
