"""Send one HTTP request and read its answer under limits of time and size.

Does not try again, follow redirects (client.py) or decide what an answer means (verdict.py).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field

import httpx

from uso_lib.errors import BadAnswer, FetchError, Unavailable
from uso_lib.sources.web.limits import Deadline

#: As much of a refusal's text is read, whatever its length.
REFUSAL_BYTES = 64 * 1024
PIECE_BYTES = 64 * 1024
MEGABYTE = 1_000_000
#: zlib's setting for the gzip format.
GZIP = 31


class Passing(Exception):  # noqa: N818 - a failure that may pass, not an error by itself
    """Carry a failure that may pass by itself: the call is sent again.

    Parameters
    ----------
    final
        The error to raise when it does not pass.
    peace_s
        For how many seconds the host wants to be left alone, None when it did not say.
    """

    def __init__(self, final: FetchError, *, peace_s: float | None = None) -> None:
        self.final = final
        self.peace_s = peace_s
        super().__init__(str(final))


@dataclass(frozen=True)
class Reply:
    """Hold what came back for one request.

    Parameters
    ----------
    status
        HTTP status.
    headers
        By lower-case name.
    content
        The body, unzipped; of refusals (400–) its beginning, of redirects nothing.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)


def transfer(
    http: httpx.Client,
    request: httpx.Request,
    *,
    auth: httpx.Auth | None = None,
    seconds: float,
    max_mb: float,
    where: str,
) -> Reply:
    """Send a request and read the whole answer.

    Parameters
    ----------
    auth
        Credentials of a paid service.
    seconds, max_mb
        Longest duration of the whole call, however slowly the answer drips; largest answer, unzipped.
    where
        Beginning of every message: service and address.

    Raises
    ------
    Passing
        The host is out of reach, too slow, or cut the answer.
    BadAnswer
        The answer is larger than `max_mb` or packed in a way nobody asked for.
    """
    begun = False
    with Deadline(seconds) as deadline:
        request.extensions["trace"] = deadline.watch
        try:
            response = http.send(request, stream=True, follow_redirects=False, auth=auth)
            with closing(response):
                begun = True
                content = _content(response, max_bytes=int(max_mb * MEGABYTE), where=where)
        except (httpx.InvalidURL, httpx.HTTPError, httpx.StreamError, zlib.error, OSError) as error:
            slow = deadline.passed or isinstance(error, httpx.TimeoutException)
            raise _failure(error, where, begun=begun, slow_s=seconds if slow else None) from None
    return Reply(response.status_code, dict(response.headers), content)


def _content(response: httpx.Response, *, max_bytes: int, where: str) -> bytes:
    """Read the body of an answer as its status asks for."""
    if response.is_redirect:
        return b""
    if response.is_error:
        return _beginning(response)
    pieces: list[bytes] = []
    size = 0
    for piece in _pieces(response, max_bytes=max_bytes, where=where):
        size += len(piece)
        if size > max_bytes:
            raise _too_large(where, max_bytes)
        pieces.append(piece)
    return b"".join(pieces)


def _beginning(response: httpx.Response) -> bytes:
    """Read the beginning of a refusal; a fault in its body must not hide its status."""
    pieces: list[bytes] = []
    with suppress(httpx.HTTPError, httpx.StreamError, zlib.error, OSError, FetchError):
        for piece in _pieces(response, max_bytes=REFUSAL_BYTES, where=""):
            pieces.append(piece)
            if sum(map(len, pieces)) >= REFUSAL_BYTES:
                break
    return b"".join(pieces)[:REFUSAL_BYTES]


def _pieces(response: httpx.Response, *, max_bytes: int, where: str) -> Iterator[bytes]:
    """Give the body unzipped in pieces of limited size, so that a small answer cannot unfold without end."""
    packing = response.headers.get("content-encoding", "").strip().lower()
    if packing not in {"", "identity", "gzip", "x-gzip"}:
        message = f'{where}: the answer is packed as "{packing[:40]}", which was not asked for.'
        raise BadAnswer(message)
    raw = 0
    unpacker = zlib.decompressobj(GZIP)
    for chunk in response.iter_raw():
        raw += len(chunk)
        if raw > max_bytes:
            raise _too_large(where, max_bytes)
        if "gzip" not in packing:
            yield chunk
            continue
        rest = chunk
        while rest:
            if unpacker.eof:
                unpacker = zlib.decompressobj(GZIP)
            yield unpacker.decompress(rest, PIECE_BYTES)
            rest = unpacker.unconsumed_tail or unpacker.unused_data
    if "gzip" in packing and raw and not unpacker.eof:
        message = "incomplete"
        raise zlib.error(message)


def _too_large(where: str, max_bytes: int) -> BadAnswer:
    """Make the error of an answer beyond the limit."""
    return BadAnswer(
        f"{where}: the answer is larger than {max_bytes / MEGABYTE:g} MB and was not read further. "
        "If that is right, raise max_mb of the service in live/services.yml."
    )


def _failure(error: Exception, where: str, *, begun: bool, slow_s: float | None) -> Exception:
    """Turn a failure of the connection into an error of ours; nothing of the request is repeated in it."""
    if slow_s is not None:
        final: FetchError = Unavailable(f"{where}: no whole answer within {slow_s:g} s.")
    elif begun:
        final = BadAnswer(f"{where}: the answer broke off before its end; it was not kept.")
    elif "CERTIFICATE_VERIFY_FAILED" in str(error):
        return Unavailable(
            f"{where}: the host's certificate cannot be verified. If a proxy of your organisation opens "
            "encrypted traffic, name its certificate file in the environment variable SSL_CERT_FILE."
        )
    elif isinstance(error, httpx.InvalidURL) or "location header" in str(error):
        return BadAnswer(f"{where}: redirects to something that is not an address.")
    elif isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol):
        return Unavailable(f"{where}: the request cannot be sent ({type(error).__name__}).")
    else:
        said = " ".join(str(error).split())[:160] or type(error).__name__
        final = Unavailable(f"{where}: out of reach ({said}). Check the network connection.")
    return Passing(final)
