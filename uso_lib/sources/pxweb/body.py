"""Read the body of an answer as JSON, and its texts as plain text.

Does not know cubes (jsonstat.py) or metadata (metadata.py).
"""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any, NoReturn, TypeGuard

from uso_lib.errors import BadAnswer

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_EXCERPT = 120


def plain(text: object) -> str:
    """Return a text without HTML tags and entities and with single spaces; anything but text is empty."""
    if not isinstance(text, str):
        return ""
    words = " ".join(unescape(_TAG.sub(" ", text)).split())
    return "".join(letter for letter in words if letter.isprintable())


def read_json(content: bytes, *, where: str) -> Any:
    """Parse a body as JSON.

    Raises
    ------
    BadAnswer
        It is not JSON, or not whole; a message of the service's own is quoted.
    """
    try:
        body = json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        message = (
            f"{where}: the answer is not whole JSON ({error}). Fetch again; if it stays so, tell the service."
        )
        raise BadAnswer(message) from error
    if isinstance(body, dict) and "dimension" not in body:
        said = body.get("error") or ("status" in body and (body.get("detail") or body.get("title")))
        if said:
            refuse(where, f'the service answered "{plain(str(said))[:_EXCERPT]}" instead of figures')
    return body


def refuse(where: str, reason: str) -> NoReturn:
    """Raise BadAnswer with the reason and the way out."""
    message = f"{where}: {reason}. The answer was not kept; fetch again."
    raise BadAnswer(message)


def text_at(body: object, *path: str) -> str:
    """Return the beginning of the text at a path of keys, plain; empty when there is none."""
    for key in path:
        body = body.get(key) if isinstance(body, dict) else None
    return plain(body)[:_EXCERPT]


def is_text(code: object) -> TypeGuard[str]:
    """Return whether a code can be kept: text, not empty, no control characters, no half characters."""
    return isinstance(code, str) and code != "" and not any(map(_is_odd, code))


def _is_odd(letter: str) -> bool:
    return letter < " " or "\ud800" <= letter <= "\udfff"


def _no_constant(name: str) -> NoReturn:
    message = f"{name} is not a figure"
    raise ValueError(message)
