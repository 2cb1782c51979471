"""What the tests of templates walk over: each as Jinja's tree, and as the HTML that is written by hand."""

import functools
from dataclasses import dataclass
from html.parser import HTMLParser

from jinja2 import Environment, nodes

from tests.conventions.source import ROOT

ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
# Stands where an expression prints something.
PRINTED = "\0"


@dataclass(frozen=True)
class Template:
    """One template: its path under templates/, and its text."""

    path: str
    text: str

    @functools.cached_property
    def tree(self) -> nodes.Template:
        """The template as Jinja parses it."""
        return ENVIRONMENT.parse(self.text)

    @property
    def is_kit(self) -> bool:
        """Whether this is a file of macros, and no page."""
        return self.path.startswith("ui/")

    def at(self, line: int, what: str) -> str:
        """Write an offence as a compiler would."""
        return f"templates/{self.path}:{line} {what}"

    def html(self, *, translated: bool = True) -> str:
        """Return the hand-written HTML, line by line, without what stands between Jinja's braces.

        With *translated* false, what `{% trans %}` translates and what names a class is left out too.
        """
        return Skeleton(translated).of(self.text)


class Skeleton:
    """Takes Jinja out of a template and leaves its lines where they are."""

    def __init__(self, translated: bool) -> None:
        self.translated = translated
        self.left_out = False
        self.words: list[str] = []

    def of(self, text: str) -> str:
        """Return what is left of *text*."""
        return "".join(self._left_of(kind, value) for _, kind, value in ENVIRONMENT.lex(text))

    def _left_of(self, kind: str, value: str) -> str:
        lines = "\n" * value.count("\n")
        if kind == "data":
            return lines if self.left_out else value
        if kind == "variable_begin":
            return PRINTED
        if kind == "block_begin":
            self.words = []
        elif kind == "name":
            self.words.append(value)
        elif kind == "block_end":
            self._pass(self.words)
        return lines

    def _pass(self, words: list[str]) -> None:
        if self.translated:
            return
        if words[:1] == ["trans"] or (words[:1] == ["block"] and words[1].endswith("_class")):
            self.left_out = True
        elif words[:1] in (["endtrans"], ["endblock"]):
            self.left_out = False


class Reader(HTMLParser):
    """Reads hand-written HTML; subclasses take note of what they look for."""

    def __init__(self, template: Template) -> None:
        super().__init__()
        self.template = template
        self.found: list[str] = []

    def read(self, html: str) -> list[str]:
        """Return what was noted."""
        self.feed(html)
        self.close()
        return self.found

    def note(self, what: str) -> None:
        """Take note of an offence here."""
        self.found.append(self.template.at(self.getpos()[0], what))


@functools.cache
def templates() -> tuple[Template, ...]:
    """Return every template."""
    folder = ROOT / "templates"
    paths = sorted(path for path in folder.rglob("*") if path.suffix in (".html", ".txt"))
    return tuple(Template(path.relative_to(folder).as_posix(), path.read_text()) for path in paths)
