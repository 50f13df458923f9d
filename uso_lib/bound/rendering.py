"""Find bound words and claims in a text and put their figures in their place.

What may be one is first replaced by a single character no text holds, so that whoever knows Markdown can tell
which of them stand in running text and which in code, formulas and addresses; the others come back exactly as
they were typed. Does not know Markdown itself and does not read figures (vocabulary.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from uso_lib.bound.grammar import Comparison, Word, comparison, has_operator, word

#: Characters set aside for private use; as many as a text could ever need.
_FIRST, _LAST = 0xF0000, 0xFFFFD
_BRACES = re.compile(r"\{([^{}\n]{1,120})\}")
_CLAIM = re.compile(
    r"\[\[(?P<sentence>(?:(?!\n[ \t]*\n|\[\[|\]\]).)+?)::(?P<compared>(?:(?!::)[^\[\]])*)\]\]", re.DOTALL
)
_OPEN_CLAIM = re.compile(
    r"\[\[(?P<sentence>(?:(?!\n[ \t]*\n|\[\[|\]\]|::).)+?)\s::\s(?P<compared>[^\[\]\n]+)", re.DOTALL
)
#: Brackets that hold a comparison but are no claim.
_NEAR_CLAIM = re.compile(r"\[\[?(?:(?!\n[ \t]*\n)[^\[\]])+\]\]?")
_ODD_WORD = re.compile(r"\s*[^\W\d_][\w-]*(?:[\s.:|,;/\\]+[\w-]+)+\s*")
_MOST_ARGUMENTS = 8
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>~|$#])")


@dataclass(frozen=True)
class Claim:
    """Hold a claim as typed.

    Parameters
    ----------
    sentence
        What is claimed, in the marked text: between these two characters.
    text
        The comparison as typed, on one line.
    compared
        None when it is no comparison.
    """

    opening: str
    closing: str
    text: str
    compared: Comparison | None


@dataclass
class Marked:
    """Hold a text in which everything that may be bound is one character.

    Parameters
    ----------
    typed
        Mark → what was typed there.
    odd
        Mark → what looks like a word, written in another form.
    words
        Mark → the word it may be.
    unclosed
        Claims without an end, as typed.
    """

    text: str
    typed: dict[str, str] = field(default_factory=dict)
    words: dict[str, Word] = field(default_factory=dict)
    odd: dict[str, str] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)

    def restored(self, text: str) -> str:
        """Return a part of the text as it was typed."""
        return "".join(self.typed.get(one, one) for one in text)

    def filled(self, text: str, fillings: Mapping[str, str]) -> str:
        """Return a part of the text with some marks filled and the others as they were typed."""
        parts = []
        for place, one in enumerate(text):
            filling = fillings.get(one)
            parts.append(self.typed.get(one, one) if filling is None else filling)
            if filling and filling[-1].isdigit() and text[place + 1 : place + 2] in (".", ")"):
                # At the start of a line this would open a numbered list.
                starts = not "".join(parts[:-1]).rpartition("\n")[2].strip()
                parts.append("\\" if starts else "")
        return "".join(parts)


def marked(source: str) -> Marked:
    """Mark everything in a text that may be a bound word or a claim."""
    marks = _marks(source)
    found = Marked("")
    text = _CLAIM.sub(lambda match: _claim(match, found, marks), source)
    found.text = _BRACES.sub(lambda match: _word(match, found, marks), text)
    for match in _OPEN_CLAIM.finditer(text):
        if has_operator(match["compared"]) and not _escaped(text, match.start()):
            found.unclosed.append(" ".join(found.restored(match[0]).split()))
    return found


def near_claims(found: Marked) -> list[str]:
    """Return what stands in brackets and compares something, but is no claim, as typed."""
    near = [one for one in _NEAR_CLAIM.finditer(found.text) if not _escaped(found.text, one.start())]
    return [one[0] for one in near if has_operator(one[0])]


def live_claims(found: Marked, live: Collection[str]) -> list[Claim]:
    """Return the claims both ends of which stand in running text, in order."""
    return [one for one in found.claims if one.opening in live and one.closing in live]


def escaped(text: str) -> str:
    """Return a figure's text so that Markdown shows it as it is."""
    return _SPECIAL.sub(r"\\\1", text)


def _marks(source: str) -> Iterator[str]:
    """Give characters that a text does not hold."""
    held = set(source)
    return (chr(code) for code in range(_FIRST, _LAST) if chr(code) not in held)


def _claim(match: re.Match[str], found: Marked, marks: Iterator[str]) -> str:
    """Mark both ends of a claim; what compares nothing and is not spaced like a claim stays."""
    sentence, compared = match["sentence"], match["compared"]
    first, _, more = sentence.partition("::")
    if has_operator(more):  # two comparisons: none of them may pass for a part of the sentence
        sentence, compared = first, f"{more}::{compared}"
    spaced = sentence[-1:].isspace() and compared[:1].isspace()
    if _escaped(match.string, match.start()) or not sentence.strip():
        return match[0]
    if not (has_operator(compared) and compared.strip()) and not spaced:
        return match[0]
    opening, closing = next(marks, ""), next(marks, "")
    if not closing:  # more of them than there are marks: no text of a person
        return match[0]
    inside = sentence.strip()
    before, _, after = sentence.partition(inside)
    found.typed[opening], found.typed[closing] = f"[[{before}", f"{after}::{compared}]]"
    text = " ".join(compared.split())
    found.claims.append(Claim(opening, closing, text, comparison(text)))
    return f"{opening}{inside}{closing}"


def _word(match: re.Match[str], found: Marked, marks: Iterator[str]) -> str:
    """Mark braces that have the form of a word and stand by themselves."""
    one = word(match[1])
    at, end = match.span()
    odd = one is None and _ODD_WORD.fullmatch(match[1])
    if (one is None and not odd) or _escaped(match.string, at) or not _alone(match.string, at, end):
        return match[0]
    mark = next(marks, "")
    if not mark:
        return match[0]
    found.typed[mark] = match[0]
    if one is None:
        found.odd[mark] = match[1]
    else:
        found.words[mark] = one
    return mark


def _alone(text: str, start: int, end: int) -> bool:
    """Tell whether braces belong to nothing: no escape, formula, command, template or longer word."""
    if text[end : end + 1] == "}":
        return False
    for _ in range(_MOST_ARGUMENTS):  # words side by side, or the arguments of a command
        if start > 0 and text[start - 1] == "}":
            start = text.rfind("{", 0, start)
    before = max(start, 0)
    while before and text[before - 1] == "_":  # emphasis, or an index of a formula
        before -= 1
    return start >= 0 and not (before and (text[before - 1].isalnum() or text[before - 1] in "{$^\\"))


def _escaped(text: str, start: int) -> bool:
    """Tell whether an odd number of backslashes stands before a place."""
    first = start
    while first and text[first - 1] == "\\":
        first -= 1
    return (start - first) % 2 == 1
