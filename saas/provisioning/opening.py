"""Open a location after the model of another: its file, and its name beside the other's in what is offered.

Files are edited as text, so that comments and the order of keys stay their author's. Nobody's hours are
copied: who works at the new place is for the owner to say. What nobody there may perform yet is not offered
there yet; asked again, when people have hours there, the rest is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from saas.kernel.errors import NotFound
from saas.kernel.text import N_
from saas.provisioning import documents, reading
from saas.provisioning.documents import Document
from saas.provisioning.problems import ConfigurationInvalid

_OWN = re.compile(r"^(slug|name|id|was):.*\n", re.MULTILINE)
_IDENTITY = re.compile(r"(?:^\s+(?:id|was|serial):.*\n)|(?:,\s*(?:id|was|serial):\s*[^,}]+)", re.MULTILINE)


class NoModel(NotFound):
    """There is no location to open another after."""

    code = "no_model"
    sentence = N_("There is no file %(file)s to open a location after.")


@dataclass(frozen=True)
class Opened:
    """The files to write, by name; what is missing for offerings to be offered there, by file; keys to look at."""

    files: Mapping[str, str]
    waiting: Mapping[str, str] = field(default_factory=dict)
    to_check: tuple[str, ...] = (
        "address",
        "time_zone",
        "jurisdiction",
        "phone",
        "opening_hours",
        "legal_entity",
    )


def like(contents: Mapping[str, bytes], model: str, slug: str, name: str) -> Opened:
    """Return the files of location *slug*, opened after *model*; nothing is written.

    NoModel; ConfigurationInvalid where something else is wrong with them.
    """
    source, target = f"locations/{model}.yaml", f"locations/{slug}.yaml"
    if source not in contents:
        raise NoModel(file=source)
    files = (
        {} if target in contents else {target: _location(contents[source].decode("utf-8-sig"), slug, name)}
    )
    for file, content in contents.items():
        if file.startswith("offerings/"):
            edited = _beside(file, content, model, slug)
            if edited is not None:
                files[file] = edited
    return _possible(contents, files)


def _possible(contents: Mapping[str, bytes], files: dict[str, str]) -> Opened:
    """Leave out the offerings that cannot be offered there yet."""
    waiting: dict[str, str] = {}
    while True:
        try:
            reading.read_files({**contents, **{file: text.encode() for file, text in files.items()}})
        except ConfigurationInvalid as error:
            faulty = [file for file in files if file in {one.file for one in error.problems}]
            if not faulty or not all(file.startswith("offerings/") for file in faulty):
                raise
            for file in faulty:
                del files[file]
                waiting[file] = next(one.message for one in error.problems if one.file == file)
        else:
            return Opened(files, dict(sorted(waiting.items())))


def _location(text: str, slug: str, name: str) -> str:
    """Return a location's text under another slug and name; ids, earlier slugs and serials are the model's own."""
    lines = text.splitlines(keepends=True)
    comments = "".join(line for line in lines[:1] if line.startswith("# yaml-language-server"))
    rest = _IDENTITY.sub("", _OWN.sub("", text.removeprefix(comments)))
    return f'{comments}slug: {slug}\nname: "{_escaped(name)}"\n{rest}'


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def _beside(file: str, content: bytes, model: str, slug: str) -> str | None:
    """Return an offering's text with *slug* after *model* among its locations; None where it is not there."""
    document, _ = documents.parse(file, content)
    if document is None or slug in document.data.get("locations", ()):
        return None
    places = list(_places(document, model))
    if not places:
        return None
    [(line, column)] = places
    lines = content.decode("utf-8-sig").splitlines(keepends=True)
    before, after = lines[line - 1][: column - 1], lines[line - 1][column - 1 :]
    item = re.match(r"""("[^"]*"|'[^']*'|[a-z0-9-]+)""", after)
    if item is None:
        return None
    if before.strip() == "-":
        lines.insert(line, f"{before}{slug}\n")
    else:
        lines[line - 1] = f"{before}{item.group()}, {slug}{after[item.end() :]}"
    return "".join(lines)


def _places(document: Document, model: str) -> Iterator[tuple[int, int]]:
    named = document.data.get("locations")
    for number, one in enumerate(named if isinstance(named, list) else ()):
        if one == model:
            yield document.mark(("locations", number))
