"""In the demo, http://localhost:PORT is the demo's own page and every other host a clinic's; what programs
ask for without a clinic's host (the API, the sandbox's webhook) is the clinics' too.
"""

from collections.abc import Callable, Iterable
from typing import Any

from saas.web.settings import LOOPBACK

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]
FOR_PROGRAMS = ("/api/", "/hooks/")


def by_host(clinics: Wsgi, demo: Wsgi) -> Wsgi:
    """Return an application that answers bare loopback hosts with *demo*, all else with *clinics*."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        host = environ.get("HTTP_HOST", "").rpartition(":")[0] or environ.get("HTTP_HOST", "")
        own = host.strip("[]") in LOOPBACK and "HTTP_X_TENANT" not in environ
        own = own and not environ.get("PATH_INFO", "").startswith(FOR_PROGRAMS)
        return (demo if own else clinics)(environ, start_response)

    return answer
