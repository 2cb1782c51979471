"""One demo that can be stopped at a step; whoever harms it waits until it is whole again."""

from collections.abc import Iterator

import pytest

from tests.crashes import stack
from tests.crashes.stack import Stack


@pytest.fixture(scope="session")
def crashing() -> Iterator[Stack]:
    """Start the demo once."""
    with stack.running_stack() as running:
        yield running
