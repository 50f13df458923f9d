"""Hold back calls so that no host gets more of them than it wants, and cut calls that take too long.

Does not send anything (transfer.py) and does not decide what a refusal means (verdict.py).
"""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

Clock = Callable[[], float]
Sleep = Callable[[float], None]

#: Waits shorter than this may be lost in the rounding of a clock.
SHORTEST_WAIT_S = 0.001


class Limiter:
    """Let at most so many calls through in any stretch of time, and none while the host wants peace.

    The window slides: in any stretch ``per_seconds`` long, wherever it begins, at most ``calls`` calls begin.
    The services count refused calls too, so every call passes here, whatever becomes of it.

    Parameters
    ----------
    calls, per_seconds
        The host's wish.
    clock, sleep
        Seconds that never go back, and how to wait; for tests.
    """

    def __init__(
        self, calls: int, per_seconds: float, *, clock: Clock = time.monotonic, sleep: Sleep = time.sleep
    ) -> None:
        self._calls = calls
        self._per_seconds = per_seconds
        self._clock = clock
        self._sleep = sleep
        self._begun: deque[float] = deque(maxlen=calls)
        self._closed_until = float("-inf")
        self._lock = threading.Lock()

    def tighten(self, calls: int, per_seconds: float) -> None:
        """Take over a stricter wish for the same host; a looser one changes nothing."""
        with self._lock:
            if calls / per_seconds < self._calls / self._per_seconds:
                self._calls, self._per_seconds = calls, per_seconds
                self._begun = deque(self._begun, maxlen=calls)

    def close(self, seconds: float) -> None:
        """Let nothing through for so many seconds from now; a longer closure that holds already stays."""
        self._closed_until = max(self._closed_until, self._clock() + seconds)

    @property
    def closed_for(self) -> float:
        """Return for how many seconds from now the host must be left alone; 0 when it need not."""
        return max(self._closed_until - self._clock(), 0.0)

    def wait(self) -> None:
        """Wait until a call may begin, and count it."""
        with self._lock:
            while (seconds := self._seconds_left()) > 0:
                self._sleep(max(seconds, SHORTEST_WAIT_S))
            self._begun.append(self._clock())

    def _seconds_left(self) -> float:
        """Return how long the next call must still wait."""
        full = len(self._begun) == self._calls
        window = self._begun[0] + self._per_seconds - self._clock() if full else 0.0
        return max(window, self.closed_for)


class Limiters:
    """Keep one limiter per host, whoever calls it.

    Parameters
    ----------
    clock, sleep
        As in a limiter.
    """

    def __init__(self, *, clock: Clock = time.monotonic, sleep: Sleep = time.sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._by_host: dict[str, Limiter] = {}
        self._lock = threading.Lock()

    def of(self, host: str, *, calls: int, per_seconds: float) -> Limiter:
        """Return the limiter of a host (with its port); of differing wishes the strictest holds."""
        with self._lock:
            if host not in self._by_host:
                self._by_host[host] = Limiter(calls, per_seconds, clock=self._clock, sleep=self._sleep)
            limiter = self._by_host[host]
        limiter.tighten(calls, per_seconds)
        return limiter


#: The limiters of this process: every client uses them unless it is given its own.
LIMITERS = Limiters()


class Deadline:
    """Cut the connection of a call that has not ended in time, however slowly its bytes drip.

    A timeout between two bytes never ends an answer that keeps dripping, in its headers least of all. Here a
    timer shuts the connection down, and the call fails at once. Use it as a context manager around the call.

    Parameters
    ----------
    seconds
        Longest duration of the whole call.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._stream: Any = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()

    def watch(self, event: str, details: Mapping[str, Any]) -> None:
        """Remember the connection; to be given to httpx as the request's extension "trace"."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._stream = details["return_value"]
            if self.passed:
                self._shut()

    def _cut(self) -> None:
        self.passed = True
        self._shut()

    def _shut(self) -> None:
        """Shut the connection below its encryption, which wakes whoever reads from it."""
        connection = self._stream.get_extra_info("socket") if self._stream is not None else None
        if connection is not None:
            with suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
