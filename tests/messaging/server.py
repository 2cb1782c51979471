"""A mail server of thirty lines: takes what it is given, or refuses whom it is told to."""

import contextlib
import socketserver
import threading
from collections.abc import Iterator

REFUSED = "refused@mail.example"


class Session(socketserver.StreamRequestHandler):
    """One connection, spoken in just the SMTP that smtplib speaks."""

    server: "Server"

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "DATA":
                self._say("354 go on")
                self.server.mails.append(self._body())
            if verb == "AUTH":
                self.server.log_ins.append(line)
            self._say(self._answer(verb, line))
            if verb == "QUIT":
                return

    def _answer(self, verb: str, line: str) -> str:
        if verb == "EHLO":
            return "250-here\r\n250 AUTH PLAIN"
        if verb == "RCPT" and REFUSED in line:
            return "550 no such mailbox"
        return {"QUIT": "221 bye", "AUTH": "235 in"}.get(verb, "250 fine")

    def _body(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.mails: list[bytes] = []
        self.log_ins: list[str] = []

    @property
    def url(self) -> str:
        return f"smtp://desk%40clinic:s3cret@127.0.0.1:{self.server_address[1]}"


@contextlib.contextmanager
def running() -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()
