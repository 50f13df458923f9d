"""Say for every number on a page which recomputed number it shows, and hold the one against the other.

A number that is no figure (a year in a title, an age limit, an axis label), or is in the writer's own text,
is read as the text it must be. Does not decide which number a place on the page shows: the proof says so, and
the report's makers checked it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from uso_lib.verification import finnish
from uso_lib.verification.finnish import Token, tokens
from uso_lib.verification.lines import Line, Result
from uso_lib.verification.page import Passage, passages
from uso_lib.verification.proof import Part, Proof, at

#: What of a line a number on the page may be; the last three are no line at all but a text as it stood.
ASPECTS = (
    "value", "place", "n", "of", "share", "start year", "end year", "start month", "end month", "declared",
    "unexplained", "own",
)  # fmt: skip
FIGURES, TEXTS = ASPECTS[:5], ASPECTS[9:]
#: Where a negative number has its sign; sentences and descriptions may say "vähemmän" in its place.
_SIGNED = ("cell", "figure", "label")
_SIGNS = ("", *finnish.SIGNS)


@dataclass(frozen=True)
class Found:
    """Hold one number of a page with the passage it stands in."""

    token: Token
    passage: Passage


@dataclass(frozen=True)
class Reading:
    """Say what a number on the page is: an aspect of a line, or a declared text.

    Parameters
    ----------
    line
        Number of the line; -1 for a text.
    sign
        The sign a line's number is written with: "+", "−" or none.
    """

    aspect: str
    line: int = -1
    text: str = ""
    sign: str = ""


@dataclass(frozen=True)
class Disagreement:
    """Tell one number that is not what it must be."""

    section: str
    text: str
    wanted: str
    about: str

    def __str__(self) -> str:
        where = f"section {self.section}" if self.section else "outside the sections"
        wanted = f"recomputed {self.wanted}" if self.wanted else "nothing explains it"
        return f"{where}: {self.text or 'a number is missing'}, {wanted} ({self.about[:160]})"


def numbers_of(page: str) -> dict[str, list[Found]]:
    """Return section → its numbers, in order."""
    found: dict[str, list[Found]] = {}
    for passage in passages(page):
        inside = found.setdefault(passage.section, [])
        inside.extend(Found(token, passage) for token in tokens(passage.text))
    return {section: numbers for section, numbers in found.items() if numbers}


def written(aspect: str, line: Line, result: Result) -> str:
    """Write an aspect of a line as the page shows it, numbers without their sign; empty when it has none."""
    if aspect == "value":
        return "" if result.value is None else finnish.magnitude(result.value, line.decimals)
    n = result.value if line.measure in ("position", "likeness_rank") else result.n
    counts = {"n": n, "of": result.of}
    if aspect in counts:
        return "" if counts[aspect] is None else finnish.magnitude(counts[aspect] or 0, 0)
    if aspect in ("place", "share"):
        return f"{n:.0f}/{result.of}" if n is not None and result.of is not None else ""
    return periods_of(line.period).get(aspect, "")


@lru_cache(maxsize=4096)
def periods_of(period: str) -> Mapping[str, str]:
    """Return the years and months of a period or span as they are written, by aspect."""
    first, _, last = period.partition("-")
    ends = {"end": last or first, "start": first}
    found = {f"{end} year": finnish.year_of(one) for end, one in ends.items()}
    found |= {f"{end} month": finnish.month_of(one) for end, one in ends.items()}
    return {aspect: text for aspect, text in found.items() if text}


def agrees(token: Token, reading: Reading, lines: Sequence[Line], results: Sequence[Result]) -> bool:
    """Tell whether a number on the page is what its reading says."""
    if reading.aspect in TEXTS:
        return token.text == reading.text
    line, result = lines[reading.line], results[reading.line]
    wanted = written(reading.aspect, line, result)
    if reading.aspect != "value":
        return bool(wanted) and token.text == wanted
    if result.value is None:
        return False
    signed = finnish.sign_of(token.text) == reading.sign
    fits = signed and finnish.sign_fits(token.text, result.value, line.decimals)
    return fits and token.text.lstrip(finnish.SIGNS) == wanted


def lacks_sign(found: Found, value: float, decimals: int) -> bool:
    """Tell whether a negative number stands without its sign where no words can tell it."""
    bare = finnish.sign_of(found.token.text) == ""
    return bare and found.passage.kind in _SIGNED and finnish.rounded(value, decimals) < 0


def as_content(readings: dict[str, list[Reading]]) -> dict[str, object]:
    """Return readings as plain data."""
    texts = sorted({one.text for inside in readings.values() for one in inside if one.line < 0})
    place = {text: number for number, text in enumerate(texts)}
    every = [one for inside in readings.values() for one in inside]
    return {
        "sections": list(readings),
        "counts": [len(inside) for inside in readings.values()],
        "aspects": [ASPECTS.index(one.aspect) for one in every],
        "lines": [one.line if one.line >= 0 else place[one.text] for one in every],
        "signs": [_SIGNS.index(one.sign) for one in every],
        "texts": texts,
    }


def from_content(part: Part, lines: int) -> dict[str, list[Reading]]:
    """Return readings from plain data.

    Parameters
    ----------
    lines
        How many lines the proof has.
    """
    texts, sections, counts = part.texts("texts"), part.texts("sections"), part.counts("counts")
    columns = (part.counts("aspects"), part.counts("lines"), part.counts("signs"))
    every = [
        _reading(at(ASPECTS, aspect, part.name), line, at(_SIGNS, sign, part.name), texts, lines, part.name)
        for aspect, line, sign in zip(*columns, strict=False)
    ]
    found: dict[str, list[Reading]] = {}
    start = 0
    for section, count in zip(sections, counts, strict=False):
        found[section] = every[start : start + count]
        start += count
    return found


def _reading(aspect: str, line: int, sign: str, texts: Sequence[str], lines: int, name: str) -> Reading:
    if aspect in TEXTS:
        return Reading(aspect, text=at(texts, line, name))
    return Reading(aspect, at(range(lines), line, name), sign=sign)


def disagreements(
    page: str, proof: Proof, lines: Sequence[Line], results: Sequence[Result]
) -> tuple[list[Disagreement], Counter[str]]:
    """Hold every number of a page against the proof.

    Returns
    -------
    tuple
        What disagrees, and how many numbers are of each aspect.
    """
    readings = from_content(proof.part("readings"), len(lines))
    shown = numbers_of(page)
    wrong: list[Disagreement] = []
    for section in dict.fromkeys([*readings, *shown]):
        wanted, found = readings.get(section, []), shown.get(section, [])
        wrong += _compared(section, wanted, found, lines, results)
    return wrong, Counter(one.aspect for inside in readings.values() for one in inside)


def _compared(
    section: str,
    wanted: Sequence[Reading],
    found: Sequence[Found],
    lines: Sequence[Line],
    results: Sequence[Result],
) -> Iterable[Disagreement]:
    """Compare one section's numbers with what they must be, in order."""
    if len(wanted) == len(found):
        return _paired(section, wanted, found, lines, results)
    texts = [_text(one, lines, results) for one in wanted]
    matcher = SequenceMatcher(a=texts, b=[one.token.text for one in found], autojunk=False)
    wrong: list[Disagreement] = []
    for _, first, last, start, end in matcher.get_opcodes():
        if last - first == end - start:
            wrong += _paired(section, wanted[first:last], found[start:end], lines, results)
        else:
            wrong += [
                Disagreement(section, one.token.text, "", one.passage.about) for one in found[start:end]
            ]
            wrong += [Disagreement(section, "", text, "not on the page") for text in texts[first:last]]
    return wrong


def _paired(
    section: str,
    wanted: Sequence[Reading],
    found: Sequence[Found],
    lines: Sequence[Line],
    results: Sequence[Result],
) -> list[Disagreement]:
    return [
        _told(section, reading, one, lines, results)
        for reading, one in zip(wanted, found, strict=True)
        if reading.aspect == "unexplained" or not agrees(one.token, reading, lines, results)
    ]


def _told(
    section: str, reading: Reading, found: Found, lines: Sequence[Line], results: Sequence[Result]
) -> Disagreement:
    wanted = "" if reading.aspect == "unexplained" else _text(reading, lines, results)
    about = found.passage.about or found.passage.text
    return Disagreement(section, found.token.text, wanted, about)


def _text(reading: Reading, lines: Sequence[Line], results: Sequence[Result]) -> str:
    """Write what a reading must look like, with a sign where it was written with one."""
    if reading.aspect in TEXTS:
        return reading.text
    line, result = lines[reading.line], results[reading.line]
    text = written(reading.aspect, line, result) or "no number"
    if not reading.sign or reading.aspect != "value" or result.value is None:
        return text
    return f"{finnish.MINUS if finnish.rounded(result.value, line.decimals) < 0 else '+'}{text}"
