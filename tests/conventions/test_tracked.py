"""What may never land: a machine's own paths, an index's address, work left for later."""

import re
import subprocess
from collections.abc import Iterable, Iterator

import pytest

from tests.conventions.source import ROOT, expect_none

# Written so that this file passes its own test.
DENIED = re.compile(
    r"(?<![\w.~:/$})-])/(?:work|root|home|Users)/[\w.]"  # a path of one machine
    r"|\b(?:TO" r"DO|FIX" r"ME|X{3})\b"  # work left for later
    r"|registry\.npm" r"js\.org|files\.python" r"hosted\.org|py" r"pi\.org/simple|art" r"ifactory"
    r"|--(?:extra-)?index" r"-url|^registry\s*="  # where this machine takes its packages from
    , re.MULTILINE,
)  # fmt: skip
RESOLVED = re.compile(r'"resolved":\s*"https?:')
ADDRESS = re.compile(r"https?://|^\s*-{1,2}(?:i|f|index|extra|find|trusted)\b", re.MULTILINE)


def tracked() -> list[str]:
    """Return the paths that git tracks, and those it would with the next `git add`."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for path in listed.split("\0") if path and (ROOT / path).is_file()]


def texts(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield path and text of the files that are text."""
    for path in paths:
        content = (ROOT / path).read_bytes()
        if b"\0" not in content:
            yield path, content.decode(errors="replace")


def denied(path: str, text: str, words: re.Pattern[str] = DENIED) -> list[str]:
    """Return the lines where a denied word stands."""
    lines = text.splitlines()
    found = [text.count("\n", 0, match.start()) for match in words.finditer(text)]
    return [f"{path}:{number + 1} {lines[number].strip()[:100]}" for number in found]


def in_git() -> bool:
    """Whether this is a checkout, and no unpacked archive."""
    return (ROOT / ".git").exists()


@pytest.mark.skipif(not in_git(), reason="an unpacked archive has no list of tracked files")
def test_no_denied_word_is_tracked() -> None:
    expect_none(line for path, text in texts(tracked()) for line in denied(path, text))


@pytest.mark.parametrize(
    "line",
    [
        "see /wo" + "rk/main/x.py",
        "PATH=/ro" + "ot/.cache",
        "'/ho" + "me/ann/x'",
        "# TO" + "DO: later",
        "FIX" + "ME",
        "https://registry.npm" + "js.org/x",
        "pip install --index" + "-url x",
        "registry" + "=https://mirror.example",
    ],
)
def test_a_planted_word_is_found(line: str) -> None:
    assert denied("planted.txt", f"fine\n{line}\n") == [f"planted.txt:2 {line}"]


def test_what_only_looks_denied_passes() -> None:
    own = "~/wo" + "rk/x $HOME/wo" + "rk/y"
    text = f"templates/portal/home/x https://a.example/home/b {own} --no-emit-index" + "-url"
    assert not denied("planted.txt", text)


def test_locks_hold_no_address() -> None:
    for path, text in texts(["package-lock.json"]):
        expect_none(denied(path, text, RESOLVED))
    locks = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "requirements").glob("*.txt"))
    expect_none(line for path, text in texts(locks) for line in denied(path, text, ADDRESS))


def test_a_planted_address_is_found() -> None:
    assert denied("package-lock.json", '{"resolved": "https://mirror.example/x.tgz"}', RESOLVED)
    assert not denied("package-lock.json", '{"funding": {"url": "https://sponsors.example"}}', RESOLVED)
    for line in ("-i https://mirror.example", "x @ https://mirror.example/x.whl", "--find-links wheels"):
        assert denied("demo.txt", f"httpx==1 \\\n{line}", ADDRESS)
    assert not denied("demo.txt", "httpx==0.28.1 \\\n    --hash=sha256:0\n    # via httpx", ADDRESS)
