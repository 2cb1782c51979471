"""One demo for every test of a worker that leaves it as it was."""

from collections.abc import Iterator

import pytest

from tests.demo import running
from tests.demo.running import Demo


@pytest.fixture(scope="session")
def shared_demo() -> Iterator[Demo]:
    """Start a demo once; whoever harms it waits until it is whole again."""
    with running.folder() as data_dir:
        demo = Demo(data_dir)
        try:
            demo.start()
            yield demo
        finally:
            demo.end()
