"""The process: one file, one port on this machine's loopback, a thread a request, one courier."""

import json
import socket
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from werkzeug.exceptions import HTTPException
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from saas.sandbox import accounts, control, pages
from saas.sandbox.control import Control
from saas.sandbox.delivering import Courier
from saas.sandbox.door import Door, HungUp
from saas.sandbox.pages import Pages
from saas.sandbox.refusals import Refusal
from saas.sandbox.store import Store

HOST = "127.0.0.1"
NAMES = ("127.0.0.1", "localhost", "[::1]")
LARGEST_BODY = 1_000_000


class Sandbox:
    """The sandbox as it runs; everything it knows lies in *folder*."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.store = Store(folder)
        self.stopping = threading.Event()
        self.courier = Courier(self.store, self.stopping)
        self.door = Door(self.store, self.stopping)
        self.pages = Pages(self.store)
        self.control = Control(self.store, self.courier)
        accounts.ensure_platform(self.store)
        # Bound here, so that a port that is taken is our caller's to explain.
        with socket.create_server((HOST, port)) as bound:
            self.server: BaseWSGIServer = make_server(
                HOST, bound.getsockname()[1], self, threaded=True, request_handler=Silent, fd=bound.fileno()
            )
        self.url = f"http://{HOST}:{self.server.port}"

    def send_events_to(self, url: str, secret: str) -> None:
        """Say where events go, and with what they are signed."""
        with self.store.acting():
            self.store.set("webhook_url", url)
            self.store.set("webhook_secret", secret)

    def run(self) -> None:
        """Serve until stopped."""
        self.courier.start()
        self.server.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        """Stop serving and delivering; what is queued stays queued."""
        self.stopping.set()
        self.server.shutdown()
        self.server.server_close()
        self.courier.wake()
        if self.courier.thread is not None:
            self.courier.thread.join()
        self.store.close()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request of any kind, or hang up."""
        request = Request(environ)
        request.max_content_length = LARGEST_BODY
        try:
            response = self._answer(request)
        except HungUp:
            _close(environ["werkzeug.socket"])
        finally:
            self.courier.wake()
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        try:
            return self._dispatch(request)
        except Refusal as refusal:
            return Response(json.dumps(refusal.body()), refusal.status, mimetype="application/json")
        except HTTPException as error:
            return Response(f"{error.code} {error.name}\n", error.code, mimetype="text/plain")

    def _dispatch(self, request: Request) -> Response:
        host = request.host.rpartition(":")[0] or request.host
        if host not in NAMES and not host.endswith(".localhost"):
            return Response("This machine alone may ask.\n", 403, mimetype="text/plain")
        if request.path == pages.STYLE:
            return self.pages.style()
        if request.path.startswith(control.PREFIX):
            return self.control.answer(request)
        if request.path.startswith(pages.PREFIX):
            control.note(self.store, "page", request)
            return self.pages.answer(request)
        control.note(self.store, "api", request)
        return self.door.answer(request)


class Silent(WSGIRequestHandler):
    """Writes no line for a request: the sandbox keeps its own record."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def _close(connection: socket.socket) -> NoReturn:
    """Hang up, so that the caller never learns what became of the request."""
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError
