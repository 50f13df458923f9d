"""Write a recomputed number as a Finnish page shows it, and find the numbers of a text.

Does not know units or words, and shares no code with what wrote the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

NBSP, MINUS = "\u00a0", "\u2212"
SIGNS = f"+{MINUS}"
#: Everything with a digit: a month, a place or share of a group, a number; anything else is part of a name.
TOKEN = re.compile(
    rf"""(?<![\w{NBSP},.])(?:
      (?P<month>\d{{1,2}}/\d{{4}})(?!\d|,\d)
    | (?P<place>\d+/\d+)(?![\d/]|,\d)
    | (?P<number>[+{MINUS}]?(?:\d{{1,3}}(?:{NBSP}\d{{3}})+(?!\d)|\d+)(?:,\d+)?)(?![\d/]|\.\d)
    )
    | (?P<name>[+{MINUS}]?\d+(?:[.,/{NBSP}-]\d+)*)""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    """Hold one number as it is written: its kind, text and place in the text around it."""

    kind: str
    text: str
    start: int = 0
    end: int = 0


def tokens(text: str) -> Iterator[Token]:
    """Give the numbers of a text in order."""
    for found in TOKEN.finditer(text):
        yield Token(str(found.lastgroup), found.group(), found.start(), found.end())


@lru_cache(maxsize=1 << 16)
def magnitude(value: float, decimals: int) -> str:
    """Write a number without its sign: decimal comma, no-break space between thousands, halves upwards."""
    return f"{abs(rounded(value, decimals)):,f}".replace(",", NBSP).replace(".", ",")


@lru_cache(maxsize=1 << 16)
def rounded(value: float, decimals: int) -> Decimal:
    """Round as the page does: fourteen significant digits first, then halves away from zero."""
    exact = Decimal(f"{value:.14g}")
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def sign_fits(text: str, value: float, decimals: int) -> bool:
    """Tell whether the sign a number is written with agrees with the value; words may stand for it."""
    shown = rounded(value, decimals)
    return {MINUS: shown < 0, "+": shown >= 0}.get(text[:1], True)


def sign_of(text: str) -> str:
    """Return the sign a number is written with, "" when there is none."""
    return text[:1] if text[:1] in SIGNS else ""


def year_of(period: str) -> str:
    """Return the year of a period."""
    return period[:4]


def month_of(period: str) -> str:
    """Write a month as "6/2026"; nothing for a year."""
    year, _, month = period.partition("M")
    return f"{int(month)}/{year}" if month.isdigit() else ""
