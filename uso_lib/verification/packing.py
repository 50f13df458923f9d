"""Pack a proof into an inert element of the page, and take it out again without trusting it.

The same proof gives the same bytes on any machine. What comes from a file is limited in size, depth and kind
before anything is done with it. Does not know what a proof says.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import lzma
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from uso_lib.errors import ProofError
from uso_lib.verification.steps import add_steps, integers, numbers

SCHEMA = 1
#: Nothing in a template element is drawn, loaded or run.
_ELEMENT = re.compile(
    r'<template id="uso-proof" data-schema="(?P<schema>\d+)" data-sha256="(?P<sha256>[0-9a-f]{64})">'
    r"(?P<payload>[A-Za-z0-9+/=\n]*)</template>\n?"
)
_MARK = 'id="uso-proof"'
_CLOSING = "</body>"
_FILTERS = [
    # PRESET_EXTREME would take 0.6 % fewer bytes and twice the time.
    {"id": lzma.FILTER_LZMA2, "preset": 9, "dict_size": 1 << 22, "lc": 4, "pb": 0}
]
#: What a file may hold at most: characters of the page, of the element, bytes unpacked, levels of nesting.
LARGEST_PAGE = 30_000_000
LARGEST_PAYLOAD = 4_000_000
LARGEST_CONTENT = 40_000_000
DEEPEST = 12
_MEMORY = 64 << 20
#: Stands in the place of a list of numbers: the mark, how many decimals, how many numbers.
_PACKED = "~"
#: Stands before a list whose own first text is one of these two: ~ also marks merged municipalities.
_LITERAL = "~~"
_NUMBERS = {int, float, type(None)}
#: Between the text and the steps of the numbers; JSON has none.
_END = b"\0"
_SHORTEST = 4
_MOST_DECIMALS = 8
_DECIMALS = re.compile(r"\.(?!0(?!\d))(\d+)")


@dataclass(frozen=True)
class Enclosed:
    """Hold what a page encloses: the proof, whether its fingerprint holds, and the page without it."""

    content: dict[str, Any]
    intact: bool
    page: str


def enclose(page: str, content: Mapping[str, Any]) -> str:
    """Return a page with a proof in it, before the end of its body.

    Raises
    ------
    ProofError
        The page has no body that ends, or encloses a proof already.
    """
    if page.count(_CLOSING) != 1 or _MARK in page:
        message = f"The page must have one {_CLOSING} and no proof yet."
        raise ProofError(message)
    before, after = page.split(_CLOSING)
    return f"{before}{element(content)}{_CLOSING}{after}"


def element(content: Mapping[str, Any]) -> str:
    """Return the element that encloses a proof."""
    payload = base64.b64encode(packed(content)).decode()
    sha256 = hashlib.sha256(payload.encode()).hexdigest()
    return f'<template id="uso-proof" data-schema="{SCHEMA}" data-sha256="{sha256}">{payload}</template>\n'


def enclosed(page: str) -> Enclosed:
    """Take the proof out of a page.

    Raises
    ------
    ProofError
        There is none, there are several, or it cannot be read.
    """
    if len(page) > LARGEST_PAGE:
        message = f"The file is larger than any report ({LARGEST_PAGE} characters)."
        raise ProofError(message)
    if _MARK not in page:
        message = "The file holds no proof: it is not a report of the workbench, or the proof was cut off."
        raise ProofError(message)
    found = list(_ELEMENT.finditer(page))
    if len(found) != 1 or page.count(_MARK) != 1:
        message = "The proof in the file is damaged: its element is not whole, or stands there twice."
        raise ProofError(message)
    if int(found[0]["schema"][:9]) != SCHEMA:
        message = f"The proof says schema {found[0]['schema'][:9]}, but this version reads {SCHEMA}."
        raise ProofError(message)
    payload = found[0]["payload"]
    intact = hashlib.sha256(payload.encode()).hexdigest() == found[0]["sha256"]
    content = unpacked(_decoded(payload))
    return Enclosed(content, intact, page[: found[0].start()] + page[found[0].end() :])


def packed(content: Mapping[str, Any]) -> bytes:
    """Return a proof as few bytes, always the same: its text, a zero, the steps of its lists of numbers."""
    steps = bytearray()
    text = json.dumps(_shortened(content, steps), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    data = text.encode() + _END + steps
    return lzma.compress(data, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC32, filters=_FILTERS)


def unpacked(data: bytes) -> dict[str, Any]:
    """Return the proof that bytes hold.

    Raises
    ------
    ProofError
        They hold none, or one beyond the limits.
    """
    text, _, steps = _decompressed(data).partition(_END)
    content = _restored(parsed(text), integers(steps), 0)
    if not isinstance(content, dict):
        message = "The proof in the file is damaged: it is not a record."
        raise ProofError(message)
    return content


def parsed(text: bytes) -> Any:
    """Read JSON that may come from anyone.

    Raises
    ------
    ProofError
        It is not JSON, or nested too deeply.
    """
    try:
        return json.loads(text.decode("utf-8"), parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        message = f"The proof in the file is damaged: it cannot be read ({type(error).__name__})."
        raise ProofError(message) from error


def page_digest(page: str) -> str:
    """Return the fingerprint of a page without its proof."""
    return hashlib.sha256(page.encode("utf-8", "surrogatepass")).hexdigest()


def _decoded(payload: str) -> bytes:
    if len(payload) > LARGEST_PAYLOAD:
        message = f"The proof in the file is larger than {LARGEST_PAYLOAD} characters: no report has such."
        raise ProofError(message)
    try:
        return base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError) as error:
        message = "The proof in the file is damaged: it is not whole base64."
        raise ProofError(message) from error


def _decompressed(data: bytes) -> bytes:
    decompressor = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_MEMORY)
    try:
        content = decompressor.decompress(data, max_length=LARGEST_CONTENT)
    except (lzma.LZMAError, EOFError, MemoryError) as error:
        message = f"The proof in the file is damaged: it cannot be unpacked ({error})."
        raise ProofError(message) from error
    if not decompressor.eof:
        told = "truncated" if len(content) < LARGEST_CONTENT else f"larger than {LARGEST_CONTENT} bytes"
        message = f"The proof in the file is damaged: unpacked it is {told}."
        raise ProofError(message)
    return content


def _refused(constant: str) -> Any:
    message = f"{constant} is not a number"
    raise ValueError(message)


def _shortened(part: Any, steps: bytearray) -> Any:
    """Replace lists of numbers by their decimals and length; the numbers go into `steps`."""
    if isinstance(part, Mapping):
        return {key: _shortened(value, steps) for key, value in part.items()}
    if not isinstance(part, list | tuple):
        return part
    if part and part[0] in (_PACKED, _LITERAL):
        return [_LITERAL, *(_shortened(one, steps) for one in part)]
    kinds = set(map(type, part))
    if len(part) >= _SHORTEST and kinds <= _NUMBERS:
        decimals = _most_decimals(part) if float in kinds else 0
        if decimals <= _MOST_DECIMALS:
            add_steps(steps, part, decimals)
            return [_PACKED, decimals, len(part)]
    return [_shortened(one, steps) for one in part]


def _most_decimals(numbers: Sequence[float | int | None]) -> int:
    """Return how many decimals the shortest texts of numbers have at most."""
    text = repr(numbers)
    if "e-" in text or "e+" in text:
        exponents = [Decimal(repr(one)).normalize().as_tuple().exponent for one in numbers if one is not None]
        return max(0, *(-int(one) for one in exponents))
    return max(map(len, _DECIMALS.findall(text)), default=0)


def _restored(part: Any, steps: Iterator[int], depth: int) -> Any:
    if depth > DEEPEST:
        message = "The proof in the file is damaged: it is nested too deeply."
        raise ProofError(message)
    if isinstance(part, dict):
        return {key: _restored(value, steps, depth + 1) for key, value in part.items()}
    if not isinstance(part, list):
        return part
    if part[:1] == [_LITERAL]:
        return [_restored(one, steps, depth + 1) for one in part[1:]]
    if part[:1] != [_PACKED]:
        return [_restored(one, steps, depth + 1) for one in part]
    if len(part) != 3 or any(type(one) is not int for one in part[1:]) or not 0 <= part[1] <= _MOST_DECIMALS:
        message = "The proof in the file is damaged: a list of numbers is not what it must be."
        raise ProofError(message)
    return numbers(steps, part[1], part[2])
