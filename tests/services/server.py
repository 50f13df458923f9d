"""A real HTTP server on loopback: each emulated service on a port of its own, every request recorded.

Does not know the services' protocols (pxweb.py, sotkanet.py and so on) nor their figures (world.py).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

from services.exchange import Request, Response
from services.faults import Fault, Faults, changes, damaged, refusal, too_many_requests
from services.transport import Listener, Outcome, Record

Application = Callable[[Request], Response]


@dataclass(frozen=True)
class Limit:
    """Allow so many calls in any stretch of so many seconds; rejected calls count too, as in PxWeb."""

    calls: int
    seconds: float


class Server:
    """Host services on loopback, as a context manager.

    Parameters
    ----------
    services
        Name → service; each listens to its own port, as the real ones have their own hosts.
    faults
        What goes wrong; can be replaced while it runs (``server.faults = [...]`` starts their counts afresh).
    limits
        Name of a service → rate limit; none by default.
    compress
        Whether answers are gzipped for clients that accept it.
    """

    def __init__(
        self,
        services: Mapping[str, Application],
        *,
        faults: Iterable[Fault] = (),
        limits: Mapping[str, Limit] | None = None,
        compress: bool = False,
    ) -> None:
        self.services = dict(services)
        self.limits = dict(limits or {})
        self.compress = compress
        self.records: list[Record] = []
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._times: dict[str, deque[float]] = {name: deque() for name in self.services}
        self.faults = faults
        self._listeners: dict[str, Listener] = {}
        self._threads: list[threading.Thread] = []

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Return the faults declared."""
        return self._faults.faults

    @faults.setter
    def faults(self, faults: Iterable[Fault]) -> None:
        with self._lock:
            self._faults = Faults(tuple(faults))

    def url(self, service: str) -> str:
        """Return the address of a service without a slash at the end."""
        return f"http://127.0.0.1:{self._listeners[service].server_address[1]}"

    def calls(self, service: str = "", path: str = "", method: str = "") -> list[Record]:
        """Return the requests of a service, of a method, with a part of the path."""
        return [
            one
            for one in self.records
            if service in ("", one.service)
            and path in f"{one.path}?{one.query}"
            and method in ("", one.method)
        ]

    def __enter__(self) -> Self:
        self._listeners = {name: Listener(self, name) for name in self.services}
        self._threads = [
            threading.Thread(target=one.serve_forever, args=(0.02,), daemon=True)
            for one in self._listeners.values()
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        for listener in self._listeners.values():
            listener.shutdown()
            listener.hang_up()
            listener.server_close()
        for thread in self._threads:
            thread.join()

    def answer(
        self, service: str, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> Outcome:
        """Return what happens to one request, and record it."""
        parts = urlsplit(target)
        path = unquote(parts.path).lstrip("/")
        record = Record(
            method, service, path, parts.query, body, headers.get("user-agent", ""), time.monotonic()
        )
        record.headers = headers
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        request = Request(method, path, query, headers, body, raw_query=parts.query, root=self.url(service))
        with self._lock:
            self.records.append(record)
            struck = self._faults.struck(request, f"{service}{unquote(target)}")
            limited = self._limited(service, record.started)
        record.faults = tuple(fault.kind for fault in struck)
        request = replace(request, changes=changes(struck))
        response = limited or refusal(struck) or self.services[service](request)
        record.status = response.status
        return Outcome(damaged(response, struck), struck, record)

    def _limited(self, service: str, now: float) -> Response | None:
        """Count a call and return 429 when it is one too many."""
        limit = self.limits.get(service)
        if limit is None:
            return None
        times = self._times.setdefault(service, deque())
        while times and times[0] <= now - limit.seconds:
            times.popleft()
        times.append(now)
        return too_many_requests(f"{limit.seconds:g}") if len(times) > limit.calls else None
