"""Decide what a service's reply means: usable, too much asked, refused, or a failure that may pass.

Does not send anything (client.py) and does not look into the figures (adapters).
"""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from uso_lib.errors import BadAnswer, Refused, TooManyCells, Unavailable
from uso_lib.sources.web.transfer import Passing, Reply

TOO_MANY = re.compile(r"too\s*many\s*(selected\s*)?(values|cells)|max_?cells", re.IGNORECASE)
#: Words of pages that stand between us and the service instead of its answer.
BETWEEN = re.compile(
    r"proxy|gateway|log[ -]?in|sign[ -]?in|kirjaud|captive|firewall|palomuuri|access denied|request rejected"
    r"|blocked|estetty|cloudflare|incapsula|unavailable|maintenance|huolto",
    re.IGNORECASE,
)
TAGS = re.compile(r"(?s)<(script|style)\b.*?</\1\s*>|<[^<>]*>")
EXCERPT = 160
#: As much of a body is searched for words and shown: the search of more could take minutes.
REPLY_SEARCHED = 20_000
#: Half of a character beyond the first 65,536, as JSON writes it.
HALF = re.compile(rb"\\u[dD][89a-fA-F]")
BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
#: Refusals that may pass: slow request, too early, too many requests.
PASSING = frozenset({408, 425, 429})
UNAUTHORIZED, FORBIDDEN, IN_HASTE, SERVER = 401, 403, 429, 500
#: Success without the whole body: no content, reset content, partial content.
WITHOUT_BODY = frozenset({204, 205, 206})


def judge(reply: Reply, *, accept: str, where: str, now: datetime) -> None:
    """Return when the reply is a usable answer, otherwise raise what it means.

    Parameters
    ----------
    accept
        Kind of content expected: ``json``, ``csv``, ``any``.
    where
        Beginning of every message: service and address.
    now
        Present time, for a Retry-After that names a time.

    Raises
    ------
    Passing
        The failure may pass: overload, haste, a proxy's page, a truncated or empty body.
    TooManyCells
        The service names its limit of cells.
    Refused
        The service does not know or allow what was asked.
    BadAnswer
        The content is of another kind than asked for.
    """
    if reply.status >= 400:
        raise _refusal(reply, where=where, now=now)
    if not 200 <= reply.status < 300 or reply.status in WITHOUT_BODY:
        message = f"{where}: answered {reply.status}, which gives no figures."
        raise Passing(BadAnswer(message))
    _check_content(reply, accept=accept, where=where)


def excerpt(content: bytes) -> str:
    """Return the beginning of a body as one harmless line: no tags, no control characters, 160 letters."""
    text = content[:REPLY_SEARCHED].decode("utf-8", errors="replace")
    text = html.unescape(TAGS.sub(" ", text))
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    text = " ".join(text.split())
    return f"{text[:EXCERPT]} …" if len(text) > EXCERPT else text


def peace(reply: Reply, *, now: datetime) -> float | None:
    """Return for how many seconds the service asks to be left alone, None when it does not say.

    ``Retry-After`` holds seconds or a time; a time is compared with the service's own clock when it tells it
    (header ``Date``), so that a wrong clock on either side does not matter.
    """
    said = reply.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}", said):
        return float(said)
    until = _time(said)
    if until is None:
        return None
    return max((until - (_time(reply.headers.get("date", "")) or now)).total_seconds(), 0.0)


def _refusal(reply: Reply, *, where: str, now: datetime) -> Exception:
    """Return what a reply with an error status means."""
    said = excerpt(reply.content)
    told = f"{where}: answered {reply.status}" + (f' "{said}"' if said else "")
    is_page = _start(reply.content).startswith(b"<")
    if reply.status < SERVER and reply.status not in PASSING and not is_page and TOO_MANY.search(said):
        return TooManyCells(f"{told}: the call asks for more than the service gives at once.")
    if reply.status in PASSING or reply.status >= SERVER:
        reason = "too many calls" if reply.status == IN_HASTE else "the service is overloaded or out of order"
        return Passing(Unavailable(f"{told}: {reason}. Try again later."), peace_s=peace(reply, now=now))
    if reply.status == FORBIDDEN and _json_fault(reply.content):
        reason = "no explanation from the service, so probably a proxy or firewall before it"
        return Passing(Unavailable(f"{told}: {reason}. Try again later."), peace_s=peace(reply, now=now))
    if reply.status == UNAUTHORIZED:
        return Refused(f"{told}: credentials are missing or wrong; see user and password in services.yml.")
    return Refused(f"{told}: the service does not know or allow what was asked.")


def _check_content(reply: Reply, *, accept: str, where: str) -> None:
    """Return when the body is of the kind expected, judged by what it is and not by what it is called."""
    start = _start(reply.content)
    if not start:
        message = f"{where}: the answer is empty."
        raise Passing(BadAnswer(message))
    if accept == "any":
        return
    if start.startswith(b"<"):
        raise _page(reply, accept=accept, where=where)
    if accept == "json" and (fault := _json_fault(reply.content)):
        message = f"{where}: the answer is not whole JSON ({fault}); it was not kept."
        raise Passing(BadAnswer(message))
    if accept == "csv" and (b"\0" in start or start[:1] in {b"{", b"["}):
        message = f"{where}: a CSV file was expected, but the answer begins {excerpt(reply.content)[:40]!r}."
        raise BadAnswer(message)


def _page(reply: Reply, *, accept: str, where: str) -> Passing:
    """Return what a web page in place of figures means."""
    said = excerpt(reply.content)
    told = f'{where}: a web page came instead of {accept.upper()} ("{said}")'
    if BETWEEN.search(reply.content[:REPLY_SEARCHED].decode("utf-8", errors="replace")):
        return Passing(Unavailable(f"{told}: a proxy or a login page stands before the service."))
    return Passing(BadAnswer(f"{told}; it was not kept."))


def _start(content: bytes) -> bytes:
    """Return the first bytes of a body behind byte order mark and white space."""
    start = content[:2000]
    for mark in BOMS:
        start = start.removeprefix(mark)
    return start.lstrip()[:1000]


def _json_fault(content: bytes) -> str:
    """Say what keeps a body from being a JSON object or list; empty when nothing does."""
    try:
        data = json.loads(content)
        if HALF.search(content):
            json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return "half a character in it"
    except RecursionError:
        return "nested too deep"
    except ValueError as error:
        return str(error).partition(":")[0] if content else "empty"
    return "" if isinstance(data, dict | list) else "neither an object nor a list"


def _time(text: str) -> datetime | None:
    """Read a time as HTTP writes it."""
    try:
        time = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
