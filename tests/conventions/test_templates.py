"""Templates format: they neither query nor decide, carry no code, use what the kit offers, all of it,
and say nothing that is not translated.
"""

import re
from collections.abc import Iterable, Iterator

import pytest
from jinja2 import nodes

from tests.conventions.source import expect_none
from tests.conventions.templates import PRINTED, Reader, Template, templates

FUNCTIONS = {
    "_", "asset", "caller", "csrf_token", "gettext", "get_flashed_messages", "ngettext", "npgettext",
    "pgettext", "range", "said", "super", "url_for",
    "field",  # a WTForms field, which draws its own widget
}  # fmt: skip
METHODS = {"hidden_tag", "isoformat", "items", "keys", "split", "values"}
OUT_OF_BOUNDS = {"config", "db", "g", "session"}
REACHING = {"metadata", "query", "registry", "session"}
TRANSLATING = {"_", "gettext", "ngettext", "npgettext", "pgettext"}
SPOKEN = {"alt", "aria-description", "aria-label", "aria-roledescription", "aria-valuetext", "data-label",
          "label", "placeholder", "title"}  # fmt: skip
LIKE_A_SENTENCE = re.compile(r"[A-Z][a-z]")


def queries(template: Template) -> Iterator[str]:
    """Yield calls a template may not make, and names it may not reach for."""
    own = {macro.name for macro in template.tree.find_all(nodes.Macro)}
    for call in template.tree.find_all(nodes.Call):
        if not may_call(call.node, own):
            yield template.at(call.lineno, f"calls {name_of(call.node)}()")
    for name in template.tree.find_all(nodes.Name):
        if name.ctx == "load" and name.name in OUT_OF_BOUNDS:
            yield template.at(name.lineno, f"reaches for {name.name}")
    for got in template.tree.find_all(nodes.Getattr):
        if got.attr in REACHING or got.attr.startswith("_"):
            yield template.at(got.lineno, f"reaches for .{got.attr}")


def may_call(called: nodes.Node, own: set[str]) -> bool:
    """Whether a template may call this: a known function, a macro, a harmless method of a value."""
    if isinstance(called, nodes.Name):
        return called.name in FUNCTIONS | own
    return isinstance(called, nodes.Getattr) and (name_of(called.node) == "ui" or called.attr in METHODS)


def name_of(node: nodes.Node) -> str:
    """Return the name an expression spells, as far as it is one."""
    if isinstance(node, nodes.Getattr):
        return f"{name_of(node.node)}.{node.attr}"
    return getattr(node, "name", "…")


class InlineCode(Reader):
    """Notes code and styles inside a page; the Content-Security-Policy would refuse them."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        given = dict(attrs)
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.note(f"<{tag}> inside the page")
        for name, value in given.items():
            if name == "style" or name.startswith(("on", "hx-on", "hx-vars")):
                self.note(f"{name}= inside a tag")
            if (value or "").lstrip().lower().startswith(("javascript:", "js:")):
                self.note(f"code in {name}=")


class Unspoken(Reader):
    """Notes text for people that no translation passes through."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at what one tag says aloud."""
        for name, value in attrs:
            if name in SPOKEN and has_letters(value or ""):
                self.note(f"{name}={value!r} is not translated")

    def handle_data(self, data: str) -> None:
        """Look at the text between tags."""
        if has_letters(data):
            self.note(f"{' '.join(data.split())[:60]!r} is not translated")


def has_letters(text: str) -> bool:
    """Whether *text* says something in a language."""
    return any(letter.isalpha() for letter in text.replace(PRINTED, ""))


def untranslated_words(template: Template) -> Iterator[str]:
    """Yield sentences that an expression prints, or hands to a macro, as they are."""
    calls = (c for c in template.tree.find_all(nodes.Call) if name_of(c.node).startswith("ui."))
    for node in (*calls, *template.tree.find_all(nodes.Output)):
        for constant in constants(node):
            if isinstance(constant.value, str) and LIKE_A_SENTENCE.match(constant.value):
                yield template.at(constant.lineno, f"{constant.value!r} is not translated")


def constants(node: nodes.Node) -> Iterator[nodes.Const]:
    """Yield the constants in an expression, but for what is handed to a translation."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Const):
            yield child
        elif not (isinstance(child, nodes.Call) and name_of(child.node) in TRANSLATING):
            yield from constants(child)


def macros(kit: Iterable[Template]) -> dict[str, set[str]]:
    """Return the kit's macros, and for each the macros it uses."""
    found = [macro for template in kit for macro in template.tree.find_all(nodes.Macro)]
    return {macro.name: used_in(macro) for macro in found if not macro.name.startswith("_")}


def used_in(node: nodes.Node) -> set[str]:
    """Return the names of the kit's macros that a tree uses."""
    return {got.attr for got in node.find_all(nodes.Getattr) if name_of(got.node) == "ui"}


def unused_and_unknown(all_templates: Iterable[Template]) -> tuple[set[str], set[str]]:
    """Return the macros no page needs, even by way of another, and those that do not exist."""
    known = macros(template for template in all_templates if template.is_kit)
    reached: set[str] = set()
    waiting = {name for template in all_templates if not template.is_kit for name in used_in(template.tree)}
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= known.get(name, set()) - reached
    return known.keys() - reached, reached - known.keys()


def page(text: str, path: str = "desk/planted.html") -> Template:
    """Return a template that is not there, for a walk to find fault with."""
    return Template(path, text)


def test_templates_do_not_query() -> None:
    expect_none(offence for template in templates() for offence in queries(template))


@pytest.mark.parametrize(
    "text",
    [
        "{{ person.visits.query }}",
        "{% for row in person.load_visits() %}{% endfor %}",
        "{{ list_people() }}",
        "{{ session }}",
        "{{ person.__class__ }}",
        "{{ rows[0]() }}",
    ],
)
def test_a_planted_query_is_found(text: str) -> None:
    assert len(list(queries(page(text)))) == 1


def test_formatting_is_no_query() -> None:
    text = "{% macro cell(row) %}{{ row.name }}{% endmacro %}{{ cell(row) }}{{ ui.tag(_('Hello')) }}"
    assert not list(queries(page(text + "{{ form.hidden_tag() }}{{ row.at.isoformat() }}")))


def test_pages_carry_no_code() -> None:
    expect_none(offence for t in templates() for offence in InlineCode(t).read(t.html()))


@pytest.mark.parametrize(
    "text",
    [
        "<p style='color: red'>",
        "<style>p {}</style>",
        "<script>go()</script>",
        "<a {% if x %}onclick='go()'{% endif %}>",
        "<a href='javascript:go()'>",
        "<div hx-on:click='go()'>",
        "<div hx-vals='js:{a: 1}'>",
        "{% trans %}<b style='x'>Hello</b>{% endtrans %}",
    ],
)
def test_planted_code_is_found(text: str) -> None:
    assert len(InlineCode(page(text)).read(page(text).html())) == 1


def test_what_looks_like_code_is_none() -> None:
    text = "{% macro when(at, style='short') %}<script src='{{ x }}' defer></script><p data-style='a'>"
    assert not InlineCode(page(text)).read(page(text).html())


def test_every_text_is_translated() -> None:
    loose = [offence for t in templates() for offence in Unspoken(t).read(t.html(translated=False))]
    expect_none(loose)
    expect_none(offence for template in templates() for offence in untranslated_words(template))


@pytest.mark.parametrize(
    "text",
    [
        "<h1>Hello</h1>",
        "<p>{{ count }} visits</p>",
        "<img alt='A hand'>",
        "<input placeholder='{{ x }} of yours'>",
        "{% block title %}Hello{% endblock %}",
        "{% trans %}Hello{% endtrans %} you",
    ],
)
def test_a_planted_text_is_found(text: str) -> None:
    assert len(Unspoken(page(text)).read(page(text).html(translated=False))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "{{ ui.button('Sign in') }}",
        "{{ ui.card(_('Hello'), lead='More of it') }}",
        "{{ 'Yes' if x else _('No') }}",
        "{% call ui.table(_('Visits'), [('name', 'Name')], rows) %}{% endcall %}",
    ],
)
def test_planted_words_are_found(text: str) -> None:
    assert len(set(untranslated_words(page(text)))) == 1


def test_what_is_translated_or_says_nothing_passes() -> None:
    text = "{% block body_class %}plain roomy{% endblock %}<p>{{ _('Hello') }} · 24 &nbsp;</p>"
    text += "{% trans n=n %}One{% pluralize %}{{ n }} more{% endtrans %}{{ ui.when(at, zone, 'time') }}"
    assert not Unspoken(page(text)).read(page(text).html(translated=False))
    assert not list(untranslated_words(page(text)))


def test_every_macro_is_used_and_every_used_one_is_there() -> None:
    assert unused_and_unknown(templates()) == (set(), set())


def test_planted_macros_are_found() -> None:
    kit = "{% macro a() %}{{ ui.b() }}{% endmacro %}{% macro b() %}{% endmacro %}"
    kit += "{% macro c() %}{{ ui.d() }}{% endmacro %}{% macro d() %}{% endmacro %}"
    found = unused_and_unknown([page(kit, "ui/kit.html"), page("{{ ui.a() }}{{ ui.e() }}")])
    assert found == ({"c", "d"}, {"e"})
