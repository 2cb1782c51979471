"""A draft: files that somebody wants to be otherwise, carried by the page itself until it is applied.

Nothing of it is kept by us: what is applied is read, checked and planned anew, whatever a browser sends. A
file without data is one that goes.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from saas.kernel.errors import Invalid
from saas.kernel.text import N_
from saas.provisioning import folders

Data = dict[str, Any]
PACKED_BYTES = 400_000
UNPACKED_BYTES = 8_000_000


class DraftUnreadable(Invalid):
    """The draft that came with the page is broken or too large."""

    code = "draft_unreadable"
    sentence = N_("This draft cannot be read any more. Please begin once more from the page it came from.")


class DraftTooLarge(Invalid):
    """More than a page can carry."""

    code = "draft_too_large"
    sentence = N_("These files are too large for a page. Please use the command line: saas config plan.")


@dataclass(frozen=True)
class Draft:
    """The data of each file that is to be otherwise; None: it goes. `is_whole`: no other file is to stay.

    `back_to` is the version whose files these are, where it is gone back to one.
    """

    files: Mapping[str, Data | None]
    is_whole: bool = False
    back_to: int | None = None

    def over(self, standing: Mapping[str, Data]) -> dict[str, Data]:
        """Return the files as they would be."""
        base = {} if self.is_whole else dict(standing)
        return {file: data for file, data in (base | dict(self.files)).items() if data is not None}


def pack(draft: Draft) -> str:
    """Return *draft* as text for a field that is not seen; DraftTooLarge."""
    said = json.dumps(
        {"files": draft.files, "whole": draft.is_whole, "back_to": draft.back_to}, default=str
    ).encode()
    packed = base64.b64encode(zlib.compress(said, 9)).decode()
    if len(packed) > PACKED_BYTES:
        raise DraftTooLarge
    return packed


def unpack(text: str) -> Draft:
    """Return the draft that *text* carries; DraftUnreadable."""
    try:
        opener = zlib.decompressobj()
        said = opener.decompress(base64.b64decode(text, validate=True), UNPACKED_BYTES)
        content = json.loads(said) if not opener.unconsumed_tail else None
        json.dumps(content, ensure_ascii=False).encode()  # half a character is none
    except (binascii.Error, zlib.error, ValueError, RecursionError):
        raise DraftUnreadable from None
    if not isinstance(content, dict) or not isinstance(content.get("files"), dict):
        raise DraftUnreadable
    files = content["files"]
    if not all(folders.is_known(file) for file in files):
        raise DraftUnreadable
    if not all(data is None or isinstance(data, dict) for data in files.values()):
        raise DraftUnreadable
    back_to = content.get("back_to")
    return Draft(files, content.get("whole") is True, back_to if isinstance(back_to, int) else None)
