"""Look up what a bound word stands for among the figures the notebook's last cell brings.

Does not compute or word figures: text and value come from the same result objects as the rest of the report.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from uso_lib.bound import suggestions
from uso_lib.bound.grammar import BARE, GROUPS, MEASURES, VALUE, Word

#: The media type under which the figures come, and the only schema this version reads.
WORDS_MIME = "application/vnd.uso.words+json"
SCHEMA = 1
#: A figure as the report writes it: number, unit, mark, how many municipalities it rests on.
_AMOUNT = re.compile(
    r"(?P<number>[+\u2212]?\d{1,3}(?:\u00a0\d{3})*(?:,\d+)?).*?"
    r"(?P<mark>\u00a0(?:\*~|\*|~))?(?P<known> \(.*\))?$"
)
#: So many decimals more than a page shows, 72.5 - 71.6 is 0.9.
_EXACT = 6
PLACES = ("place", "of")
NO_PLACE = "places are told only where the indicator has a good direction"


@dataclass(frozen=True)
class Figure:
    """Hold what a word stands for.

    Parameters
    ----------
    text
        As the page shows it; "ei tietoa" when there is none.
    value
        The number at full precision; None when it is missing or no number.
    decimals
        With how many the page shows it.
    unit
        Name of its unit, by which two figures may be compared.
    accepted
        How a typed number's unit may be written beside it.
    """

    word: Word
    text: str
    value: Decimal | None
    decimals: int
    unit: str
    accepted: frozenset[str] = frozenset()

    @property
    def shown(self) -> Decimal | None:
        """Return the value as the page shows it."""
        return self._to(self.decimals)

    @property
    def exact(self) -> Decimal | None:
        """Return the value far beyond what the page shows, without the noise of binary arithmetic."""
        return self._to(self.decimals + _EXACT)

    def _to(self, decimals: int) -> Decimal | None:
        if self.value is None:
            return None
        return self.value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Unknown:
    """Tell why a word stands for nothing.

    Parameters
    ----------
    meant
        Whether it was surely meant as a word: other braces stay without a message.
    """

    reason: str
    meant: bool


class Vocabulary:
    """Hold the figures that can be written in a report.

    Parameters
    ----------
    data
        What the cell brings: ``words`` (indicator → its figures), ``units``, ``missing``, ``left_out``.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.words: Mapping[str, Mapping[str, Any]] = data["words"]
        self._figures: dict[str, dict[str, tuple[str, Decimal | None]]] = {}
        self._left_out = frozenset(data.get("left_out", ()))

    def find(self, word: Word) -> Figure | Unknown:
        """Return what a word stands for, or why nothing."""
        known = word.name in self.words
        formed = word.measure in MEASURES or word.group in GROUPS
        if not known:
            return self._no_name(word, formed=formed)
        measure = word.measure or VALUE
        if measure not in MEASURES:
            return Unknown(f"no measure {measure}; {suggestions.nearest_measure(measure)}", meant=True)
        if word.group and word.group not in GROUPS:
            return Unknown(f"no group {word.group}; {suggestions.nearest_group(word.group)}", meant=True)
        allowed = MEASURES[measure].groups
        group = word.group if word.group or "" in allowed else allowed[0]
        if group not in allowed:
            listed = ", ".join(one for one in allowed if one)
            why = f"possible groups: {listed}" if listed else "only the municipality's own is known"
            return Unknown(f"{measure} cannot be asked of {group}; {why}", meant=True)
        return self._figure(word, measure, group)

    def _no_name(self, word: Word, *, formed: bool) -> Unknown:
        if word.name in self._left_out:
            return Unknown("its theme is not part of this report", meant=True)
        if word.name in GROUPS or word.name in MEASURES:
            form = f"|{word.name}" if word.name in GROUPS else f":{word.name}"
            return Unknown(f"an indicator is missing before it: {{indicator{form}}}", meant=True)
        names = self._names()
        near = suggestions.nearest(word.name, names, suggestions.NEAR) or suggestions.beginning(
            word.name, names
        )
        meant = formed or bool(near)
        listed = near or (suggestions.nearest(word.name, names, suggestions.FAR) if formed else [])
        hint = f"did you mean {' or '.join(listed)}?" if listed else "situation.words() lists all"
        return Unknown(f"no such figure; {hint}", meant=meant)

    def odd(self, text: str) -> str | None:
        """Say how what is no word should be written; None when it is not meant as one."""
        return suggestions.rearranged(text, self.words)

    def _names(self) -> dict[str, tuple[str, ...]]:
        """Return indicator → what it is called in Finnish."""
        return {name: (told["title"], told["subject"]) for name, told in self.words.items()}

    def _figure(self, word: Word, measure: str, group: str) -> Figure:
        one = self.words[word.name]
        scale = MEASURES[measure].scale
        text, value = self._told(word.name, measure, group)
        units = self.data["units"][one["unit"]]
        decimals = {"own": one["decimals"], "gap": one["decimals"], "percent": self.data["pct_decimals"]}
        unit = {"own": units["own"], "gap": units["gap"], "percent": ["%", "prosenttia"], "count": ["sija"]}
        names = unit.get(scale, ["vuosi"])
        return Figure(
            Word(word.name, measure, group), text, value, decimals.get(scale, 0), names[0], frozenset(names)
        )

    def values(self, name: str) -> list[Decimal]:
        """Return every number of an indicator: of the municipality and of the groups."""
        return [value for _, value in self._table(name).values() if value is not None]

    def _table(self, name: str) -> dict[str, tuple[str, Decimal | None]]:
        if name not in self._figures:
            lines = [line.split("\t") for line in self.words[name]["figures"].split("\n")]
            self._figures[name] = {
                key: (text, Decimal(value) if value else None) for key, value, text in lines
            }
        return self._figures[name]

    def _told(self, name: str, measure: str, group: str) -> tuple[str, Decimal | None]:
        """Return the text and the number of one word; "ei tietoa" when there is none."""
        asked = VALUE if measure == BARE else measure
        key = f"{asked}|{group}" if group else asked
        text, value = self._table(name).get(key, (str(self.data["missing"]), None))
        return (_bare(text) if measure == BARE else text), value


def vocabulary_of(notebook: Mapping[str, Any]) -> Vocabulary | None:
    """Return the figures an executed notebook brings, None when it has no such cell or another schema."""
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    found = [output["data"][WORDS_MIME] for output in outputs if WORDS_MIME in output.get("data", {})]
    return Vocabulary(found[-1]) if found and found[-1].get("schema") == SCHEMA else None


def _bare(text: str) -> str:
    """Return a figure without its unit; a mark, and how many municipalities it rests on, stay."""
    found = _AMOUNT.match(text)
    return f"{found['number']}{found['mark'] or ''}{found['known'] or ''}" if found else text
