"""Find which words of a text are others than before, so that a reader need not compare two paragraphs.

Pure: gives parts of texts, no HTML.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

#: A piece of a text, and whether it is another than before.
Part = tuple[str, bool]
#: A number and its unit are one word: they are held together by spaces that do not break.
_WORDS = re.compile(r"[^ \n\t]+|[ \n\t]+")
#: Texts less alike than this are told whole: marks on every word help nobody.
_ALIKE = 0.4
#: Comparing longer texts would take seconds.
_MOST_WORDS = 2000


@dataclass(frozen=True)
class Pair:
    """Hold a text before and after in parts; empty where there was none."""

    before: tuple[Part, ...]
    after: tuple[Part, ...]


def pair(before: str, after: str) -> Pair:
    """Return both texts with the differing words marked; none in texts that have little in common."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > _MOST_WORDS:
        return _whole(before, after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if not old or not new or matcher.ratio() < _ALIKE:
        return _whole(before, after)
    left: list[Part] = []
    right: list[Part] = []
    for kind, i, j, k, end in matcher.get_opcodes():
        differs = kind != "equal"
        left += [("".join(old[i:j]), differs)] if j > i else []
        right += [("".join(new[k:end]), differs)] if end > k else []
    return Pair(tuple(left), tuple(right))


def _whole(before: str, after: str) -> Pair:
    return Pair(*(((text, False),) if text else () for text in (before, after)))
