"""Say of every number on a finished page which line of the report it shows, or which declared text it is in.

A number is taken for the line whose words stand around it; a figure bound in own text for a line of that
figure; what the writer typed or their code put out for none. What nothing explains is marked so, and told by
`uso verify`. Does not recompute (verification/) and changes nothing on the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import itemgetter

from uso_lib.reports.declared import Declared
from uso_lib.verification.finnish import MINUS, NBSP, SIGNS, sign_fits, sign_of
from uso_lib.verification.lines import Line, Result
from uso_lib.verification.proof import Proof
from uso_lib.verification.readings import (
    FIGURES,
    Found,
    Reading,
    lacks_sign,
    numbers_of,
    periods_of,
    written,
)

#: More lines than this with the same number are not weighed against each other.
_MOST_WEIGHED = 40
#: Kind of subject → where the proof describes it.
_DESCRIBED = {"indicator": "indicators", "breakdown": "breakdowns", "flow": "flows", "criterion": "criteria"}
#: How a group's figures are headed in tables and named in figures.
_GROUP_WORDS = {
    "peers": "Verrok", "network": "verkosto", "region": "Maakunnan", "country": "Kuntien",
    "country_own": "Koko maa", "municipality": "", "peer": "", "partner": "",
}  # fmt: skip


@dataclass
class _Index:
    """Hold the numbers of some lines as they are written: text → line and aspect.

    Parameters
    ----------
    periods
        The first line of a period stands for all.
    lines, spans
        The numbers of the lines and their periods.
    """

    figures: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    periods: dict[str, tuple[int, str]] = field(default_factory=dict)
    lines: set[int] = field(default_factory=set)
    spans: set[str] = field(default_factory=set)

    def add(self, number: int, line: Line, result: Result) -> None:
        """Add what a line may be written as."""
        counted = result.of is not None or result.n is not None
        for aspect in FIGURES if counted else FIGURES[:1]:
            text = written(aspect, line, result)
            if text:
                self.figures.setdefault(text, []).append((number, aspect))
        self.lines.add(number)
        if line.period not in self.spans:
            self.spans.add(line.period)
            for aspect, text in periods_of(line.period).items():
                self.periods.setdefault(text, (number, aspect))


def readings_of(
    page: str,
    told: Sequence[tuple[Line, Result]],
    *,
    inside: Mapping[str, Sequence[int]],
    declared: Declared,
    bound: Mapping[str, Sequence[int]] | None = None,
    proof: Proof,
) -> dict[str, list[Reading]]:
    """Return section → what its numbers are, in order.

    Parameters
    ----------
    told
        Every line and its number.
    inside
        Section → the numbers of the lines it tells; only these may explain its figures. A page none of whose
        sections is named may tell any line anywhere.
    declared
        Texts with numbers that are printed as they stand.
    bound
        Bound word → the numbers of the lines its figure shows; only these may explain it.
    """
    reader = _PageReader(told, inside, declared, bound or {}, _titles(proof))
    return {section: reader.section(section, found) for section, found in numbers_of(page).items()}


class _PageReader:
    """Read sections one after the other."""

    def __init__(
        self,
        told: Sequence[tuple[Line, Result]],
        inside: Mapping[str, Sequence[int]],
        declared: Declared,
        bound: Mapping[str, Sequence[int]],
        titles: Mapping[tuple[str, str], str],
    ) -> None:
        self._lines, self._results = [line for line, _ in told], [result for _, result in told]
        self._inside, self._declared, self._titles = inside, declared, titles
        self._bound = {word: self._index(lines) for word, lines in bound.items()}
        self._indexes: dict[str, _Index] = {}
        self._periods: dict[str, Reading] = {}
        first = {line.period: number for number, line in reversed([*enumerate(self._lines)])}
        for period, number in sorted(first.items(), key=itemgetter(1)):
            for aspect, text in periods_of(period).items():
                self._periods.setdefault(text, Reading(aspect, number))

    def section(self, section: str, found: Sequence[Found]) -> list[Reading]:
        """Return what the numbers of a section are."""
        readings: list[Reading] = []
        before = -1
        for one in found:
            reading = self._reading(section, one, found, before)
            before = reading.line if reading.line >= 0 else before
            readings.append(reading)
        return readings

    def _reading(self, section: str, one: Found, found: Sequence[Found], before: int) -> Reading:
        token = one.token
        bound = self._bound.get(one.passage.bound)
        if one.passage.own or (one.passage.bound and bound is None):
            return Reading("own", text=token.text)
        if bound is None and self._is_declared(one):
            return Reading("declared", text=token.text)
        chosen = self._chosen(bound or self._of(section), one, before) or self._periods.get(token.text)
        if chosen is not None:
            return chosen
        tick = one.passage.kind == "figure" and _is_tick(one, found)
        return Reading("declared" if tick else "unexplained", text=token.text)

    def _is_declared(self, one: Found) -> bool:
        """Tell whether a number is part of a declared text, or the text around it is one that was cut up."""
        passage, token = one.passage, one.token
        if any(
            start <= token.start and token.end <= end for start, end in self._declared.spans(passage.text)
        ):
            return True
        if passage.kind == "figure":
            return self._declared.has_part(passage.text, token.start)
        return (
            passage.kind in ("text", "heading")
            and passage.text.isdigit()
            and self._declared.is_whole(passage.about)
        )

    def _of(self, section: str) -> _Index:
        """Return the numbers a section may tell."""
        if section not in self._indexes:
            every = range(len(self._lines)) if set(self._inside) <= {""} else ()
            self._indexes[section] = self._index(self._inside.get(section, every))
        return self._indexes[section]

    def _index(self, lines: Sequence[int]) -> _Index:
        index = _Index()
        for number in dict.fromkeys(lines):
            index.add(number, self._lines[number], self._results[number])
        return index

    def _chosen(self, index: _Index, one: Found, before: int) -> Reading | None:
        """Return the line a number shows: a period where it looks like one, else the best fitting figure."""
        text = one.token.text
        period = index.periods.get(text)
        figures, sign = index.figures.get(text.lstrip(SIGNS), []), sign_of(text)
        fitting = [pair for pair in figures if self._fits(pair, one, sign)]
        if not fitting:
            return self._period(index, text, period, before) if period else None
        around = f"{one.passage.text} {one.passage.about}"
        best = max(fitting[:_MOST_WEIGHED], key=lambda pair: self._weight(pair, around, before))
        if period and one.passage.kind != "cell" and self._weight(best, around, before) < 4:
            return Reading(period[1], period[0])
        return Reading(best[1], best[0], sign=sign)

    def _period(self, index: _Index, text: str, first: tuple[int, str], before: int) -> Reading:
        """Return whose period a number is: that of the line told before it, or else the first with it."""
        told = periods_of(self._lines[before].period) if before in index.lines else {}
        aspect = next((aspect for aspect, own in told.items() if own == text), "")
        return Reading(aspect, before) if aspect else Reading(first[1], first[0])

    def _fits(self, pair: tuple[int, str], one: Found, sign: str) -> bool:
        """Tell whether a number that is written as the line's may be it, sign and all."""
        number, aspect = pair
        if aspect != "value":  # counts and places have none
            return not sign
        value, decimals = self._results[number].value, self._lines[number].decimals
        if value is None or lacks_sign(one, value, decimals):
            return False
        return sign_fits(one.token.text, value, decimals)

    def _weight(self, pair: tuple[int, str], around: str, before: int) -> int:
        """Return how well a line fits the words around a number."""
        number, aspect = pair
        line = self._lines[number]
        title = self._titles.get((line.kind, line.subject), "")
        weight = 4 * bool(title and title in around) + 2 * bool(line.part and line.part in around)
        words = _GROUP_WORDS.get(line.group, "")
        weight += 2 * bool(words and words in around) + (aspect == "value")
        last = line.period.rpartition("-")[2]
        weight += 2 * (last[:4] in around) + (number == before)
        return weight


def _titles(proof: Proof) -> dict[tuple[str, str], str]:
    """Return kind and subject → the title it is told under."""
    found: dict[tuple[str, str], str] = {}
    for kind, key in _DESCRIBED.items():
        part = proof.part(key)
        found |= {(kind, name): part.part(name).text("title", "") for name in part.content}
    return found


def _is_tick(one: Found, found: Sequence[Found]) -> bool:
    """Tell whether a number is an axis label: a multiple of a round step, with a neighbour a step away."""
    mine = _number(one)
    if mine is None:
        return False
    at = next(place for place, other in enumerate(found) if other is one)
    near = [other for other in found[max(0, at - 60) : at + 60] if other.passage.kind == "figure"]
    numbers = {number for other in near if (number := _number(other)) is not None}
    steps = {abs(mine - other) for other in numbers if other != mine}
    return any(_is_round(step) and mine % step == 0 for step in steps)


def _number(one: Found) -> Decimal | None:
    if one.token.kind != "number":
        return None
    return Decimal(one.token.text.replace(NBSP, "").replace(",", ".").replace(MINUS, "-"))


def _is_round(step: Decimal) -> bool:
    """Tell whether a step is 1, 2, 2.5 or 5 times a power of ten."""
    return step.normalize().as_tuple().digits in {(1,), (2,), (2, 5), (5,)}
