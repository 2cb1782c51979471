"""What is wrong with a configuration, said so that its author can mend it in one go.

A problem names the file, the place in it, the key's path, what was expected and, where something
known is spelt almost so, that name. A reading collects problems and raises them together.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from saas.kernel import errors

Step = str | int
Loc = tuple[Step, ...]

SHOWN_CHARACTERS = 60
COMPARED_CHARACTERS = 64


@dataclass(frozen=True, order=True)
class Problem:
    """One fault. Lines and columns count from 1; line 0 means the file as a whole."""

    file: str
    line: int
    column: int
    path: str
    message: str
    expected: str = ""
    nearest: str = ""

    @property
    def sentence(self) -> str:
        """The fault without its place."""
        said = f"{self.path}: {self.message}" if self.path else self.message
        if self.expected:
            said += f"; expected {self.expected}"
        return f"{said}; did you mean '{self.nearest}'?" if self.nearest else said

    def __str__(self) -> str:
        """Write the problem as a compiler would: place, path, fault."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}  {self.sentence}"


class ConfigurationInvalid(errors.Invalid):
    """The folder cannot be read as a configuration; `problems` lists every fault, in file order."""

    code = "configuration_invalid"

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Take the problems in any order; one that is found twice counts once."""
        self.problems = tuple(sorted(set(problems)))
        lines = "\n".join(str(problem) for problem in self.problems)
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        reasons = [errors.Reason("configuration_problem", str(problem)) for problem in self.problems]
        super().__init__(f"The configuration has {count}; nothing was applied.\n{lines}", reasons)


def path_of(loc: Loc) -> str:
    """Write a location as people do: `hours[0].weekdays[2]`."""
    said = ""
    for step in loc:
        if isinstance(step, int):
            said += f"[{step}]"
        else:
            said += f".{cut(step)}" if said else cut(step)
    return said


def cut(text: str) -> str:
    """Shorten to what fits a message, with control characters made visible."""
    short = text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in short)


def quoted(value: object) -> str:
    """Quote a value for a message; a collection is named by its kind."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    return f"'{cut(str(value))}'"


def nearest(word: object, known: Iterable[str]) -> str:
    """Find the known name that `word` was probably meant to be, or an empty text."""
    if not isinstance(word, str) or len(word) > COMPARED_CHARACTERS:
        return ""
    by_lower = {name.lower(): name for name in sorted(known)}
    found = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.55)
    return by_lower[found[0]] if found else ""


def listed(names: Iterable[str]) -> str:
    """Name the choices: `one of 'a', 'b'`."""
    return "one of " + ", ".join(f"'{cut(name)}'" for name in names)
