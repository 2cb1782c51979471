"""A second version of the shipped rules, made up for tests: one rule asks for more, one ends, one is corrected."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import pytest

from saas.credentials import packing

NAME = "us-sample@2"
ENDED, NEW = "US-NY.dry_needling", "US-AZ.chemical_peel_superficial"
ADDED = """\
  - rule: US-AZ.chemical_peel_superficial
    version: 1
    jurisdiction: US-AZ
    procedure: chemical_peel_superficial
    performers: [{who: [MD], may: allow}]
    confidence: memory
    recheck_by: 2027-05-31
"""
EDITS = {
    "pack: us-sample\nversion: 1": "pack: us-sample\nversion: 2",
    "  - rule: US-AZ.dry_needling\n    version: 1": "  - rule: US-AZ.dry_needling\n    version: 2",
    "{who: [PT], may: allow, training: {hours: {total: 24": "{who: [PT], may: allow, training: {hours: {total: 30",
    "note: The course of 75 hours stands on": "note: The course of seventy-five hours stands on",
    "  - rule: US-NY.prp\n    version: 1": "  - rule: US-NY.prp\n    version: 2",
}  # fmt: skip


def shipped() -> str:
    """Return the text of the shipped pack."""
    return resources.files("saas.credentials.packs").joinpath("us_sample.yaml").read_text("utf-8")


def text(**instead: str) -> str:
    """Return the second version, with each of *instead* in the place of the edit that begins so."""
    found = shipped()
    for old, new in EDITS.items():
        assert old in found
        found = found.replace(old, new, 1)
    head, _, rest = found.partition(f"  - rule: {ENDED}\n")
    return head + rest[rest.index("  - rule: ") :] + ADDED


@contextmanager
def installed(patch: pytest.MonkeyPatch, folder: Path, said: str) -> Iterator[None]:
    """Have *said* installed beside what is shipped, as an operator does."""
    (folder / "second.yaml").write_text(said, "utf-8")
    with patch.context() as inner:
        inner.setenv(packing.FOLDER, str(folder))
        packing.forget()
        try:
            yield
        finally:
            packing.forget()
