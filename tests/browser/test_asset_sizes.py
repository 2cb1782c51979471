"""What a phone has to fetch before it can book, as it travels."""

import gzip

import pytest

from saas.web import assets

LATIN = ("inter-latin-wght-normal.woff2", "fraunces-latin-wght-normal.woff2")


def travelling(*names: str) -> int:
    """Return the size of built assets together, in bytes, gzipped as the server sends them."""
    folder, files = assets.MANIFEST.parent, assets.manifest(assets.MANIFEST)
    return sum(len(gzip.compress((folder / files[name]).read_bytes(), 9)) for name in names)


@pytest.mark.parametrize(
    ("names", "most"), [(("public.css",), 30_000), (("public.js",), 60_000), (LATIN, 85_000)]
)
def test_the_public_pages_stay_light(names: tuple[str, ...], most: int) -> None:
    assert travelling(*names) <= most
