"""Find declared texts with numbers in what a page says: definitions, age limits, laws, names of tables.

Does not decide which texts are declared (the notebook's proof cell says so) and reads no page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from uso_lib.verification.finnish import MINUS, NBSP

Span = tuple[int, int]
#: Texts with numbers that the report words itself and that are no figures.
_WORDED = re.compile(
    rf"/ 1{NBSP}000 as\."  # the unit of rates per thousand inhabitants
    r"|\b\d{4} = 100\b"  # the base of an index
    r"|kuntalaki 410/2015, 118 §"  # the law
    rf"|arviointimenettelyn \d{NBSP}kriteeristä"  # how many criteria section 118 has
    rf"|\(\d+{NBSP}verrokkia?\)"  # how many peers are named after it
    rf"|Tieto puuttuu \d+{NBSP}tunnusluvusta"  # how many are listed below it
    r"|CO2|CO₂"
)
_DIGITS, _WORD, _LETTER = re.compile(r"\d+"), re.compile(r"\S+"), re.compile(r"[^\W\d_]")
#: How many words of a declared text are looked for where it is broken into lines.
_MOST_WORDS = 3


class Declared:
    """Tell which parts of a text are declared.

    Parameters
    ----------
    texts
        Whole texts; a closing full stop or parenthesis may be left out and the first letter raised.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._pieces = sorted({_plain(text).strip().removesuffix(".").removesuffix(")") for text in texts})
        self._by_number: dict[str, list[tuple[int, str]]] = {}
        for piece in self._pieces:
            first = _DIGITS.search(piece)
            if first is not None:
                self._by_number.setdefault(first.group(), []).append((first.start(), piece))
        self._spans: dict[str, list[Span]] = {}

    def spans(self, text: str) -> list[Span]:
        """Return where declared texts stand in a text."""
        if text not in self._spans:
            self._spans[text] = [found.span() for found in _WORDED.finditer(text)] + self._found(text)
        return self._spans[text]

    def is_whole(self, text: str) -> bool:
        """Tell whether a text is one declared text from its beginning to its end."""
        return any(start == 0 and end >= len(text.rstrip(".)")) for start, end in self.spans(text))

    def has_part(self, text: str, at: int) -> bool:
        """Tell whether the words at a place are some of a declared text, as a figure breaks it into lines."""
        plain = _plain(text)
        words = [(found.start(), found.end()) for found in _WORD.finditer(plain)]
        here = next(number for number, (start, end) in enumerate(words) if start <= at < end)
        for first in range(max(0, here - _MOST_WORDS + 1), here + 1):
            for last in range(here, min(len(words), first + _MOST_WORDS)):
                part = plain[words[first][0] : words[last][1]].rstrip(".,:)")
                if _LETTER.search(part) and any(part in piece for piece in self._pieces):
                    return True
        return False

    def _found(self, text: str) -> list[Span]:
        plain = _plain(text)
        found = []
        for number in _DIGITS.finditer(plain):
            for offset, piece in self._by_number.get(number.group(), ()):
                start = number.start() - offset
                if start >= 0 and plain.startswith(piece, start) and _apart(plain, start, start + len(piece)):
                    found.append((start, start + len(piece)))
        return found


def _plain(text: str) -> str:
    """Return a text in small letters with ordinary spaces, as long as it was."""
    small = text.lower()
    return (small if len(small) == len(text) else text).replace(NBSP, " ")


def _apart(text: str, start: int, end: int) -> bool:
    """Tell whether a piece is not a part of a longer word or number."""
    before, after = text[start - 1 : start], text[end : end + 2]
    inside = before.isalnum() or before in set(f",+{MINUS}") or bool(re.match(r"\d|,\d", after))
    return not inside
