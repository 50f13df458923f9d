"""Send calls to the declared services with good manners, and return only whole answers of the expected kind.

Does not know any service's protocol (adapters), keep answers (archive.py) or read figures out of them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import httpx
import stamina

from uso_lib.errors import Refused, Unavailable
from uso_lib.live_specs import Service, ServicesFile
from uso_lib.live_tables import LOOPBACK
from uso_lib.sources.service import Answer, Call
from uso_lib.sources.web.addresses import address, check_address, credentials, redirected, where
from uso_lib.sources.web.limits import LIMITERS, Clock, Limiter, Limiters, Sleep
from uso_lib.sources.web.transfer import Passing, Reply, transfer
from uso_lib.sources.web.verdict import IN_HASTE, judge

LONGEST_BACKOFF_S = 60.0
LONGEST_JITTER_S = 1.0
LONGEST_CONNECT_S = 20.0
ACCEPT = {"json": "application/json", "csv": "text/csv, text/plain, */*;q=0.5"}
KEPT_HEADERS = ("content-type", "last-modified", "etag")
REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: The redirect that turns a POST into a GET; the others repeat it, lest metadata come for figures.
SEE_OTHER = 303


class Client:
    """Send calls one after another, each host no faster than its service is declared to want.

    What may pass by itself (time-outs, cut connections, overload, haste, a proxy's page, a truncated body) is
    tried again after a wait that doubles. A host that names a time until which it wants peace (Retry-After)
    is left alone until then by every call of the process. Redirects lead only to declared hosts. Credentials
    come from the environment and go only to the service's own base.

    Parameters
    ----------
    services
        Where each service is and how it wants to be treated.
    limiters
        Who keeps the pace per host; those of the process by default.
    clock, sleep
        For tests: with either, the client keeps its own pace by them.
    now
        Present time in UTC.
    notice
        Called with an English sentence whenever a host wants to be left alone for a while.
    """

    def __init__(
        self,
        services: ServicesFile,
        *,
        limiters: Limiters | None = None,
        clock: Clock | None = None,
        sleep: Sleep | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        notice: Callable[[str], None] = lambda _: None,
    ) -> None:
        own_pace = Limiters(clock=clock or time.monotonic, sleep=sleep or time.sleep)
        self._limiters = limiters or (own_pace if clock or sleep else LIMITERS)
        self._services = services
        self._now = now
        self._notice = notice
        self._http = _http_client(services.user_agent)
        self.calls = 0
        _keep_quiet("stamina")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def send(self, call: Call) -> Answer:
        """Send a call and return its answer, complete and of the expected kind.

        `calls` counts every request sent, repeated and redirected ones too.

        Raises
        ------
        TooManyCells
            The service names its limit of cells: ask in parts.
        Refused
            The service, or the declaration of the service, does not know or allow what was asked.
        Unavailable
            Out of reach, overloaded or in want of peace, and waiting did not help.
        BadAnswer
            The answer is truncated, too large, of another kind, or led to a host that is not declared.
        """
        service = self._services.services.get(call.service)
        if service is None:
            message = f"{call.service}: the service is not declared in live/services.yml."
            raise Refused(message)
        retrying = stamina.RetryingCaller(
            attempts=service.attempts,
            timeout=None,
            wait_initial=service.wait_s,
            wait_max=max(LONGEST_BACKOFF_S, service.wait_s),
            wait_jitter=min(LONGEST_JITTER_S, service.wait_s),
        )
        try:
            return retrying(Passing, self._attempt, call, service)
        except Passing as passing:
            raise passing.final from None

    def _attempt(self, call: Call, service: Service) -> Answer:
        """Send a call once, following redirects, and judge what comes."""
        url, method = address(call), "GET" if call.body is None else "POST"
        before: list[str] = []
        while True:
            check_address(url, call, service, before=before)
            limiter = self._limiters.of(
                url.netloc.decode("ascii"), calls=service.calls, per_seconds=service.per_seconds
            )
            reply = self._transfer(call, service, url=url, method=method, limiter=limiter)
            if reply.status not in REDIRECTS or "location" not in reply.headers:
                break
            before.append(str(url))
            url = redirected(url, reply.headers["location"], call)
            method = "GET" if reply.status == SEE_OTHER else method
        try:
            judge(reply, accept=call.accept, where=where(call, url), now=self._now())
        except Passing as passing:
            default_s = service.peace_s if reply.status == IN_HASTE else 0.0
            self._grant_peace(passing, default_s, url=url, service=service, limiter=limiter)
            raise
        kept = {name: reply.headers[name] for name in KEPT_HEADERS if name in reply.headers}
        return Answer(call, reply.content, self._now(), kept)

    def _transfer(
        self, call: Call, service: Service, *, url: httpx.URL, method: str, limiter: Limiter
    ) -> Reply:
        """Send one request when the host's pace allows it."""
        auth = credentials(url, service)
        if limiter.closed_for > service.longest_wait_s:
            message = f"{where(call, url)}: the host wants no calls for {_duration(limiter.closed_for)}."
            raise Unavailable(message)
        limiter.wait()
        self.calls += 1
        request = self._http.build_request(
            method,
            url,
            json=call.body if method == "POST" else None,
            headers={"Accept": ACCEPT.get(call.accept, "*/*")},
            timeout=httpx.Timeout(service.timeout_s, connect=min(LONGEST_CONNECT_S, service.timeout_s)),
        )
        return transfer(
            self._http,
            request,
            auth=auth,
            seconds=service.timeout_s,
            max_mb=service.max_mb,
            where=where(call, url),
        )

    def _grant_peace(
        self, passing: Passing, default_s: float, *, url: httpx.URL, service: Service, limiter: Limiter
    ) -> None:
        """Leave the host alone for as long as it asked; give the call up when that is too long."""
        seconds = default_s if passing.peace_s is None else passing.peace_s
        if seconds <= 0:
            return
        limiter.close(seconds)
        if seconds > service.longest_wait_s:
            message = f"{passing.final} It wants no calls for {_duration(seconds)}."
            raise Unavailable(message) from None
        self._notice(f"{url.host} wants no calls for {_duration(seconds)}.")


def _http_client(user_agent: str) -> httpx.Client:
    """Make the client below: it keeps no connection, for calls come too seldom to find one still open.

    This machine's own addresses never go through a proxy. What is wrong in the environment is told by the
    names of its variables only: an address of a proxy may hold a password.
    """
    keep_none = httpx.Limits(max_keepalive_connections=0)
    try:
        certificates = httpx.create_ssl_context()
    except OSError:
        message = "The certificates named in SSL_CERT_FILE or SSL_CERT_DIR cannot be read; correct it."
        raise Unavailable(message) from None
    transport = httpx.HTTPTransport(verify=certificates, limits=keep_none)
    try:
        return httpx.Client(
            headers={"User-Agent": user_agent, "Accept-Encoding": "gzip"},
            verify=certificates,
            limits=keep_none,
            mounts={f"all://[{host}]" if ":" in host else f"all://{host}": transport for host in LOOPBACK},
            follow_redirects=False,
        )
    except (ImportError, ValueError, httpx.InvalidURL):
        message = (
            "The proxy settings of the environment (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY) cannot be "
            "used: write a proxy as http://host:port; SOCKS is not supported."
        )
        raise Unavailable(message) from None


def _keep_quiet(logger: str) -> None:
    """Keep a library's warnings from the terminal unless somebody has set up logging."""
    handlers = logging.getLogger(logger).handlers
    if not any(isinstance(one, logging.NullHandler) for one in handlers):
        logging.getLogger(logger).addHandler(logging.NullHandler())


def _duration(seconds: float) -> str:
    """Write a duration for a message."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
