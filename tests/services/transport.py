"""The sockets: read a request, send its answer as one piece, or as much of it as the faults let through.

Does not decide what the answer is (server.py).
"""

from __future__ import annotations

import gzip
import http.server
import json
import socket
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol

from services.exchange import Response
from services.faults import Fault, cut


@dataclass
class Record:
    """Remember one request.

    Parameters
    ----------
    service, path, query
        Name of the service, decoded path without its first slash, raw query string.
    started
        Seconds of the monotonic clock.
    status
        HTTP status sent; 0 when the connection was cut before the status line was out.
    faults
        Kinds of the faults that struck it.
    """

    method: str
    service: str
    path: str
    query: str
    body: bytes
    agent: str
    started: float
    status: int = 0
    faults: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> Any:
        """Return the JSON body of the request."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Outcome:
    """Hold the response and the faults that strike it on its way."""

    response: Response
    faults: tuple[Fault, ...]
    record: Record

    def fault(self, kind: str) -> Fault | None:
        """Return the fault of a kind."""
        return next((fault for fault in self.faults if fault.kind == kind), None)


class Owner(Protocol):
    """Decide what becomes of a request."""

    compress: bool
    stopping: threading.Event

    def answer(
        self, service: str, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> Outcome:
        """Return what happens to one request."""
        ...


class Listener(http.server.ThreadingHTTPServer):
    """Accept connections and remember the open ones, so that stopping leaves no thread behind."""

    daemon_threads = False
    block_on_close = True
    request_queue_size = 64

    def __init__(self, owner: Owner, service: str) -> None:
        self.owner = owner
        self.service = service
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def hang_up(self) -> None:
        """Wake every thread that waits for a client."""
        for connection in list(self.open):
            _shut(connection)

    def handle_error(self, *_: object) -> None:
        """Pass over clients that went away; anything else is a fault of the emulation and must be seen."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            raise


class _Handler(http.server.BaseHTTPRequestHandler):
    """Read a request, let the server answer, send the bytes as the faults say."""

    protocol_version = "HTTP/1.1"
    server: Listener

    def setup(self) -> None:
        """Remember the connection."""
        super().setup()
        self.server.open.add(self.connection)

    def finish(self) -> None:
        """Forget the connection."""
        self.server.open.discard(self.connection)
        super().finish()

    def do_GET(self) -> None:
        """Answer a GET."""
        self._exchange()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._exchange()

    def do_HEAD(self) -> None:
        """Answer a HEAD as the services do: not at all."""
        self._exchange()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def _exchange(self) -> None:
        """Read one request and send its answer."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        outcome = self.server.owner.answer(self.server.service, self.command, self.path, headers, body)
        try:
            self._send(outcome)
        except ConnectionError:
            self.close_connection = True

    def _send(self, outcome: Outcome) -> None:
        """Send an answer, or as much of it as the faults let through."""
        raw = self._raw(outcome.response)
        stopping = self.server.owner.stopping
        if silence := outcome.fault("timeout"):
            stopping.wait(5 if silence.argument is None else silence.argument)
            outcome.record.status = 0
            self._hang_up(b"")
        elif drip := outcome.fault("drip"):
            head = raw.index(b"\r\n\r\n") + 4
            self.connection.sendall(raw[:head])
            for place in range(head, len(raw)):
                if stopping.wait(0.05 if drip.argument is None else drip.argument):
                    self._hang_up(b"")
                    return
                self.connection.sendall(raw[place : place + 1])
        elif cutting := outcome.fault("cut"):
            sent = cut(raw, cutting.argument)
            outcome.record.status = outcome.record.status if len(sent) > raw.index(b"\r\n") else 0
            self._hang_up(sent)
        else:
            self.connection.sendall(raw)

    def _hang_up(self, sent: bytes) -> None:
        """Send a beginning and close the connection for good."""
        self.connection.sendall(sent)
        _shut(self.connection)
        self.close_connection = True

    def _raw(self, response: Response) -> bytes:
        """Return status line, headers and body as one piece."""
        body, extra = response.body, list(response.headers)
        if self.server.owner.compress and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, compresslevel=5, mtime=0)
            extra.append(("Content-Encoding", "gzip"))
        phrase = HTTPStatus(response.status).phrase
        lines = [f"HTTP/1.1 {response.status} {phrase}", f"Date: {self.date_time_string()}"]
        lines += [f"Content-Type: {response.content_type}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in extra]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def _shut(connection: socket.socket) -> None:
    """End both directions of a connection that may be gone already."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
