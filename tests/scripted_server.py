"""A server on loopback that answers each request as a script says: soundly, wrongly, slowly or not at all."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    time: float


Step = Callable[["Handler"], None]


def raw(status: int, body: bytes, headers: dict[str, str] | None = None) -> bytes:
    """Return a whole answer as it goes over the wire."""
    fields = {"Content-Length": str(len(body)), "Connection": "close"} | (headers or {})
    lines = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in fields.items() if value)]
    return "\r\n".join([*lines, "", ""]).encode() + body


def reply(status: int, body: bytes = b"", **headers: str) -> Step:
    """Answer with a status, a body and headers (Retry_After="30"); an empty header is left out."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.write(raw(status, body, named))


def cut(answer: bytes, after: int) -> Step:
    """Send so many bytes of an answer and cut the connection."""
    return lambda handler: handler.write(answer[:after])


def drip(answer: bytes, *, every_s: float) -> Step:
    """Send an answer byte by byte until it ends, the other side leaves or the server stops."""

    def step(handler: Handler) -> None:
        for place in range(len(answer)):
            handler.write(answer[place : place + 1])
            if handler.server.stopping.wait(every_s):
                return

    return step


def silence(handler: Handler) -> None:
    """Take the request and say nothing for as long as a test may last."""
    handler.server.stopping.wait(10)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Request(self.command, self.path, headers, body, self.server.clock())
        self.server.next_step(seen)(self)
        self.close_connection = True

    def write(self, content: bytes) -> None:
        self.wfile.write(content)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's own name
        """Say nothing."""


@dataclass
class Server:
    """Serve a script: one step per request, the last one for all that follow."""

    script: list[Step]
    clock: Callable[[], float] = time.monotonic
    requests: list[Request] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        server = self

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                """Take it calmly that a client leaves in the middle."""

        handler = type("Bound", (Handler,), {})
        self._http = Quiet(("127.0.0.1", 0), handler)
        handler.server = property(lambda _: server, lambda *_: None)  # type: ignore[assignment]
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    def next_step(self, request: Request) -> Step:
        self.requests.append(request)
        return self.script[min(len(self.requests), len(self.script)) - 1]


def free_port() -> int:
    """Return a port at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
