"""Narrow down which lines of the workbook a text of the report may take its numbers from.

A figure tells its own indicators, a ranking only their newest period; a paragraph or list item tells the
indicators whose words it uses: their newest figures, the start of their change, differences and places, not
their whole history.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from recomputation.explain import Explanations, explanations
from recomputation.finished import Line
from recomputation.page import Passage

#: Says that the rate is meant which is titled after the count that the text names.
RELATED = "väkilukuun suhteutettu luku"
#: Sections that hold the lines of a row of another name.
ROW_OF_SECTION = {"verrokit": "peers"}
#: A pyramid tells the sum of its ages, which is an indicator of its own.
TOTALS = {"projection_pyramid": "projected_population"}
#: Measures that a history is made of; all others belong to the newest period or to a change.
HISTORY = ("value", "mean", "own", "least", "greatest")
#: The figure that tells the values of all municipalities; nothing else tells them.
MAP = "map"
#: Measures of the newest period that a ranking tells.
RANKED = ("value", "mean", "own", "position")
#: Measures that no sentence tells; the description of a ranking tells the municipality's own interval.
INTERVAL = ("interval_low", "interval_high")
UNTOLD = (*INTERVAL, "trend")


@dataclass
class Scopes:
    """Answer what may explain the numbers of a passage.

    Parameters
    ----------
    lines
        Every line of the CSV file.
    themes
        The theme files as plain YAML: titles, wordings and the figures of every row are read from them.
    """

    lines: Sequence[Line]
    themes: Sequence[Path]
    _known: dict[tuple[str, ...], Explanations] = field(default_factory=dict)
    _about: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        yaml = YAML(typ="safe")
        declared = [yaml.load(file.read_text(encoding="utf-8")) for file in self.themes]
        self._words = {one["id"]: _words(one) for theme in declared for one in theme["indicators"]}
        self._titles = {one["id"]: one["title"] for theme in declared for one in theme["indicators"]}
        self._figures: dict[tuple[str, str], set[str]] = {}
        for row in [row for theme in declared for row in theme["rows"]]:
            for spec in row.get("figures", []):
                names = {
                    *spec.get("indicators", []),
                    *[spec[kind] for kind in ("breakdown", "flow") if kind in spec],
                }
                names |= {TOTALS[name] for name in names if name in TOTALS}
                self._figures.setdefault((row["id"], spec["title"]), set()).update(names)
        self._inside: dict[str, list[Line]] = defaultdict(list)
        self._of_name: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines:
            self._inside[line.row].append(line)
            self._inside[""].append(line)
            self._of_name[line.indicator].append(line)
        self._around = {row: explanations(lines) for row, lines in self._inside.items()}
        self._names = {row: sorted({line.indicator for line in lines}) for row, lines in self._inside.items()}
        self._newest = _newest(self.lines)

    def allowed(self, passage: Passage) -> Explanations:
        """Return what may explain the numbers of a passage."""
        section = ROW_OF_SECTION.get(passage.section, passage.section)
        row = section if section in self._inside else ""
        if passage.place == "cell" or row == "peers":
            return self._explained("", row, ())
        if passage.place == "block":
            return self._explained("told", row, self._named(passage.about, row))
        if passage.place == "sparkline":
            return self._explained("history", "", self._named(passage.about, ""))
        return self._explained(passage.place, row, self._drawn(passage))

    def named(self, passage: Passage) -> list[str]:
        """Return the indicators that a text of a row names or that its picture shows."""
        if passage.place == "block":
            return self._named(passage.about, passage.section)
        return self._drawn(passage)

    def _drawn(self, passage: Passage) -> list[str]:
        """Return what a figure shows by its declaration."""
        place = (passage.section, passage.about)
        if place not in self._figures:  # the map of a region has its name after the declared title
            place = (passage.section, passage.about.rpartition(": ")[0])
        return sorted(self._figures[place])

    def _named(self, text: str, row: str) -> list[str]:
        """Return the indicators whose words a text uses, of the row if it stands in one."""
        key = (text, row)
        if key not in self._about:
            there = self._names[row]
            self._about[key] = [
                name for name in there if any(one.search(text) for one in self._words.get(name, ()))
            ]
            if RELATED in text:
                titles = tuple(f"{self._titles[name]} " for name in self._about[key])
                self._about[key] += [name for name in there if self._titles.get(name, "").startswith(titles)]
        return self._about[key]

    def _explained(self, kind: str, row: str, names: Iterable[str]) -> Explanations:
        """Return the explanations of some lines; a text that names no indicator may use all of its row's."""
        names = tuple(names)
        key = (kind, row, *names)
        if key not in self._known:
            inside = self._inside[row]
            own = [line for name in names for line in self._of_name[name] if not row or line.row == row]
            categories = [line for line in inside if line.indicator not in self._words]
            chosen = (own + categories if kind == "told" and row else own) if own else inside
            found, around = (
                explanations(line for line in chosen if self._tells(kind, line)),
                self._around[row],
            )
            # A paragraph on a quantity tells the place by its change; a figure tells the span of its axis.
            found.places |= around.places
            found.months |= around.months
            found.years |= explanations(chosen).years
            self._known[key] = found
        return self._known[key]

    def _tells(self, kind: str, line: Line) -> bool:
        """Tell whether a kind of text may tell a line."""
        if kind == MAP or line.group == "everywhere":
            return kind == MAP and line.group == "everywhere"
        if kind == "told":
            recent = line.period in self._newest.get(line.indicator, ())
            if line.measure in HISTORY:
                return recent and line.group != "peer"
            return line.measure not in UNTOLD
        if kind == "ranking":
            told = line.measure in RANKED or (line.measure in INTERVAL and line.group == "municipality")
            return told and line.period == _last(self._newest, line)
        if kind in ("trend", "sparkline", "history"):
            return line.group != "peer" and line.measure not in ("difference",)
        return True


def _newest(lines: Iterable[Line]) -> dict[str, tuple[str, ...]]:
    """Return indicator → its newest period and the one its change starts from."""
    found: dict[str, tuple[str, ...]] = {}
    for line in lines:
        if line.measure in ("age", "limit"):  # a criterion has a limit beside its newest figure, and no age
            found[line.indicator] = (line.period, *found.get(line.indicator, ()))
        if line.measure == "change" and line.group == "municipality":
            found[line.indicator] = (*found.get(line.indicator, ()), line.period.split("-")[0])
    return found


def _last(newest: dict[str, tuple[str, ...]], line: Line) -> str:
    periods = newest.get(line.indicator, ())
    return max(periods) if periods else line.period


def _words(indicator: dict[str, Any]) -> list[re.Pattern[str]]:
    """Return what names an indicator in a text: its titles, its subject, the fixed words of its sentences."""
    wording = indicator.get("wording", {})
    names = [indicator["title"], indicator.get("short"), wording.get("subject")]
    found = [rf"(?<!\w){re.escape(name)}(?!\w)" for name in names if name]
    for template in [wording[key] for key in ("level", "positive", "negative") if key in wording]:
        pieces = [piece.strip(" .,") for piece in re.split(r"\{\w+\}", template)]
        found.append(".*".join(re.escape(piece) for piece in pieces if len(piece) > 2))
    return [re.compile(pattern, re.IGNORECASE) for pattern in found if pattern]
