"""What kind of document some bytes are, by their content. What a browser claims must agree."""

import re
from enum import StrEnum

import puremagic

from saas.kernel.errors import Invalid
from saas.kernel.text import N_

HEAD_BYTES = 4096


class MediaType(StrEnum):
    """The kinds that are accepted: none of them runs code where it is shown."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    WEBP = "image/webp"


# The very first bytes must say it too: nothing hides in front of a document.
_STARTS = {
    MediaType.PDF: re.compile(rb"%PDF-[12]\."),
    MediaType.PNG: re.compile(rb"\x89PNG\r\n\x1a\n"),
    MediaType.JPEG: re.compile(rb"\xff\xd8\xff"),
    MediaType.WEBP: re.compile(rb"RIFF....WEBP", re.DOTALL),
}


class TypeRefused(Invalid):
    """The content is of no accepted kind."""

    status = 415
    code = "file_type_refused"
    sentence = N_("Only PDF documents and PNG, JPEG or WebP pictures are accepted.")


class TypeMismatch(Invalid):
    """The content is of another kind than was claimed."""

    code = "file_type_mismatch"
    sentence = N_("This file is not what its type says: it is %(found)s, not %(claimed)s.")


def of(content: bytes) -> MediaType:
    """Return the kind of *content*. TypeRefused."""
    try:
        matches = puremagic.magic_string(content[:HEAD_BYTES])
    except (puremagic.PureError, ValueError):
        raise TypeRefused from None
    best = max(match.confidence for match in matches)
    likely = {match.mime_type for match in matches if match.confidence == best}
    found = [kind for kind in MediaType if kind in likely and _STARTS[kind].match(content)]
    if len(found) != 1:
        raise TypeRefused
    return found[0]


def require_honest(content: bytes, claimed: str) -> MediaType:
    """Return the kind of *content*, which must be the *claimed* one. TypeRefused, TypeMismatch."""
    found = of(content)
    if found != claimed.partition(";")[0].strip().lower():
        raise TypeMismatch(found=found.value, claimed=claimed)
    return found
