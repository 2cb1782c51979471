"""Reads the text of a PDF as typst writes it: plain objects, deflated streams, glyphs with a ToUnicode map."""

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\n(.*)\nendstream", re.DOTALL)
# Two bytes a glyph, the first of them zero: no subset here has 256 glyphs. Brackets may stand as they are.
# What glyphs cannot say by themselves (a letter that is a shape and its dot) stands beside them as text.
_SHOWN = re.compile(
    rb"/(f\d+) [\d.]+ Tf|\(((?:\\000(?:\\[0-7]{3}|\\.|.))*)\)|(ET)|ActualText<FEFF([0-9A-F]+)>", re.DOTALL
)
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def words(data: bytes) -> str:
    """Return the text of every page, with a blank after each piece that is set by itself."""
    objects = {int(number): body for number, body in _OBJECT.findall(data)}
    pages = [body for body in objects.values() if b"/Type/Page/" in body]
    return " ".join("".join(_shown(_at(objects, page, "Contents"), _fonts(objects, page))) for page in pages)


def _at(objects: dict[int, bytes], body: bytes, key: str) -> bytes:
    """Return the object that *body* names under *key*, its stream inflated if it has one."""
    found = re.search(rb"/%s (\d+) 0 R" % key.encode(), body)
    assert found is not None, key
    named = objects[int(found[1])]
    stream = _STREAM.search(named)
    return zlib.decompress(stream[1]) if stream else named


def _fonts(objects: dict[int, bytes], page: bytes) -> dict[bytes, dict[int, str]]:
    """Return what each glyph of each font of a page stands for; a font without a map cannot be searched."""
    fonts = {}
    for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", _at(objects, page, "Resources")):
        mapping = _at(objects, objects[int(number)], "ToUnicode")
        pairs = re.findall(rb"<([0-9a-f]{4})> <([0-9a-f]+)>\n", mapping, re.IGNORECASE)
        fonts[name] = {int(glyph, 16): _text(said) for glyph, said in pairs}
    return fonts


def _text(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be")


def _shown(content: bytes, fonts: dict[bytes, dict[int, str]]) -> list[str]:
    current, pieces = {}, []
    for font, string, end, actual in _SHOWN.findall(content):
        if font:
            current = fonts[font]
        elif string:
            raw = _ESCAPE.sub(lambda m: _NAMED.get(m[1]) or _plain(m[1]), string)
            glyphs = (int.from_bytes(raw[n : n + 2]) for n in range(0, len(raw), 2))
            pieces.append("".join(current.get(glyph, "") for glyph in glyphs))
        else:
            pieces.append(" " if end else _text(actual))
    return pieces


def _plain(escaped: bytes) -> bytes:
    return bytes([int(escaped, 8)]) if len(escaped) == 3 else escaped
