"""Decide which addresses may be called, where a redirect leads, and who gets to see credentials.

Does not send anything: client.py does.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from urllib.parse import quote

import httpx

from uso_lib.errors import BadAnswer, Refused
from uso_lib.live_specs import Service
from uso_lib.live_tables import LOOPBACK
from uso_lib.sources.service import Call

MOST_REDIRECTS = 5
SHOWN_LETTERS = 300


def address(call: Call) -> httpx.URL:
    """Return the full address of a call.

    A parameter with an empty value is sent as its bare name ("?config"), which PxWeb tells from "?config=".

    Raises
    ------
    BadAnswer
        The address, which may stem from an earlier answer, is none.
    """
    try:
        url = httpx.URL(call.url)
        if call.params:
            url = url.copy_with(query="&".join(_pair(*one) for one in call.params).encode("ascii"))
    except (httpx.InvalidURL, ValueError):
        message = f"{call.service}: {call.url[:SHOWN_LETTERS]!r} is not an address that can be called."
        raise BadAnswer(message) from None
    return url


def where(call: Call, url: httpx.URL) -> str:
    """Return how messages name an address: service, address, shortened."""
    shown = str(url)
    return f"{call.service} {shown[:SHOWN_LETTERS]}{' …' if len(shown) > SHOWN_LETTERS else ''}"


def check_address(url: httpx.URL, call: Call, service: Service, *, before: Sequence[str]) -> None:
    """Return when an address may be called for the service.

    Parameters
    ----------
    before
        The addresses that redirected to it.

    Raises
    ------
    BadAnswer
        It is not encrypted, carries credentials, is of a host that is not declared, or the redirects form a
        circle or a long chain.
    """
    host = url.host.lower()
    reason = ""
    if host != httpx.URL(service.base).host.lower() and host not in service.hosts:
        reason = "is not among the hosts of the service; if it is right, add it to hosts in live/services.yml"
    elif url.scheme != "https" and (url.scheme != "http" or host not in LOOPBACK):
        reason = "would be called without encryption"
    elif url.userinfo:
        reason = "is given with credentials in the address"
    elif str(url) in before:
        reason = "redirects in a circle"
    elif len(before) > MOST_REDIRECTS:
        reason = f"comes after more than {MOST_REDIRECTS} redirects"
    if reason:
        led = "a redirect" if before else "the call"
        message = f"{call.service} {call.url[:SHOWN_LETTERS]}: {led} leads to {host[:100]!r}, which {reason}."
        raise BadAnswer(message)


def redirected(url: httpx.URL, location: str, call: Call) -> httpx.URL:
    """Return where a redirect leads.

    Raises
    ------
    BadAnswer
        It leads to no address, or from an encrypted one to one in the clear.
    """
    try:
        target = url.join(location)
    except (httpx.InvalidURL, ValueError):
        target = None
    if target is None or not target.host:
        message = f"{where(call, url)}: redirects to something that is not an address."
        raise BadAnswer(message)
    if url.scheme == "https" and target.scheme != "https":
        message = f"{where(call, url)}: redirects from an encrypted address to one that is not."
        raise BadAnswer(message)
    return target


def credentials(url: httpx.URL, service: Service) -> httpx.BasicAuth | None:
    """Return the credentials of a paid service from the environment, for its own base address only.

    Raises
    ------
    Refused
        The environment variables that the service declares are not set.
    """
    base = httpx.URL(service.base)
    if not service.user or not service.password or _origin(base) != _origin(url):
        return None
    user, password = os.environ.get(service.user), os.environ.get(service.password)
    if not user or not password:
        message = (
            f"{service.title} needs credentials: set the environment variables "
            f"{service.user} and {service.password}."
        )
        raise Refused(message)
    return httpx.BasicAuth(user, password)


def _pair(name: str, value: str) -> str:
    """Write one parameter of a query string."""
    return f"{quote(name, safe='')}={quote(value, safe='')}" if value else quote(name, safe="")


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host.lower(), url.port
