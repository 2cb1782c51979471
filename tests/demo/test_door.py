"""Who is asked, by the host's name and the path."""

from collections.abc import Iterable
from typing import Any

import pytest

from saas.demo import door


def asked(host: str, path: str) -> list[bytes]:
    """Return who answers."""

    def saying(word: bytes) -> door.Wsgi:
        def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            return [word]

        return answer

    both = door.by_host(saying(b"clinics"), saying(b"demo"))
    return list(both({"HTTP_HOST": host, "PATH_INFO": path}, None))


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_the_bare_address_is_the_demos_own_but_for_what_programs_ask(host: str) -> None:
    assert asked(host, "/") == asked(host, "/mailbox") == [b"demo"]
    assert asked(host, "/hooks/stripe") == asked(host, "/api/v1/holds") == [b"clinics"]


def test_every_other_host_is_a_clinics() -> None:
    assert asked("elm.localhost:8000", "/") == [b"clinics"]
