"""Read the published figure files as plain rows, each file once, and fold merged municipalities into today's.

Knows no indicator. Merging is written here anew from the published register of mergers: counts are added up,
rates are recomputed with a given denominator, everything else is lost; nothing is averaged.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

#: A value and the producer's mark beside it or in its place.
Cell = tuple[float | None, str]
COUNTRY = "SSS"
#: Marks that stand in the place of a value.
GAPS = (".", "..", "...")
#: The product's own marks: recomputed from the parts of a merged municipality; lost in a merger.
RECOMPUTED, LOST = "~", "/"


@dataclass
class Column:
    """Hold one figure of all areas: ``cells[period][area]``.

    ``basis[period]`` is how many municipalities the country's figure is computed from, 0 when published.
    ``breaks`` are the first periods of new definitions: no change and no index reaches across them.
    """

    cells: dict[str, dict[str, Cell]] = field(default_factory=lambda: defaultdict(dict))
    basis: dict[str, int] = field(default_factory=dict)
    breaks: tuple[str, ...] = ()

    def value(self, period: str, area: str) -> float | None:
        return self.cells.get(period, {}).get(area, (None, ""))[0]

    def mark(self, period: str, area: str) -> str:
        return self.cells.get(period, {}).get(area, (None, ""))[1]

    @property
    def periods(self) -> list[str]:
        return sorted(self.cells, key=month)

    def copy(self) -> Column:
        made = Column(basis=dict(self.basis), breaks=self.breaks)
        for period, areas in self.cells.items():
            made.cells[period] = dict(areas)
        return made


@dataclass(frozen=True)
class File:
    """Hold one published file: a column per label, and which areas it has rows of at all."""

    columns: dict[str, Column]
    present: dict[str, set[str]]


def month(period: str) -> int:
    """Return the running number of a period's first month."""
    year, _, number = period.partition("M")
    return int(year) * 12 + (int(number) - 1 if number else 0)


@cache
def one_spaced(text: str) -> str:
    """Return a label with runs of spaces as one: the files have stray ones."""
    return " ".join(text.split())


def cell(text: str, mark: str) -> Cell:
    """Read a value: a mark may stand in its place; "-" is a true zero."""
    text, mark = text.strip(), mark.strip()
    if text in (*GAPS, "-"):
        text, mark = "", text
    if mark == "-" and not text:
        return 0.0, "-"
    return (None, mark or "..") if not text else (float(text), mark)


@cache
def period_of(text: str) -> str:
    """Write "2017.0" as 2017 and "2006-01-01" as 2006M01."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return f"{text[:4]}M{text[5:7]}"
    return text.removesuffix(".0")


class Raw:
    """Give the published files of one folder; every file is read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[object, File] = {}
        rows = list(self.rows("kunnat_2026.csv"))
        #: code → the register's row, for the 308 municipalities of 2026
        self.municipalities = {row["area"]: row for row in rows}
        self.code_of = {row["municipality_name_fi"]: row["area"] for row in rows}
        self.heirs = self._heirs()

    def rows(self, name: str) -> Iterator[dict[str, str]]:
        """Give the rows of a file."""
        content = (self.folder / name).read_bytes()
        text = (gzip.decompress(content) if name.endswith(".gz") else content).decode("utf-8")
        yield from csv.DictReader(io.StringIO(text, newline=""))

    def file(
        self,
        name: str,
        labels: Iterable[str] = (),
        *,
        value: str = "value",
        period: str | None = None,
        area: str = "area",
        keep: Callable[[dict[str, str]], bool] | None = None,
    ) -> File:
        """Read one file: the texts of the label columns joined by " / " → column.

        Parameters
        ----------
        period
            The period of a file that has no such column.
        keep
            Which rows are read; the file is remembered by its name, labels and value column.
        """
        labels = tuple(labels)
        key = (name, labels, value)
        if key not in self._files:
            columns: dict[str, Column] = defaultdict(Column)
            present: dict[str, set[str]] = defaultdict(set)
            for row in self.rows(name):
                if keep is not None and not keep(row):
                    continue
                code = self._code(row[area])
                if code is not None:
                    when = period or period_of(row["period"])
                    label = one_spaced(" / ".join([row[one] for one in labels]))
                    columns[label].cells[when][code] = cell(row[value], row.get("symbol", ""))
                    present[when].add(code)
            self._files[key] = File(dict(columns), dict(present))
        return self._files[key]

    def in_region(self, code: str) -> list[str]:
        """Return the municipalities of the same region."""
        region = self.municipalities[code]["maakunta_code"]
        return [one for one, row in self.municipalities.items() if row["maakunta_code"] == region]

    def _code(self, text: str) -> str | None:
        """Return the code of a municipality (by its name if need be) or the country, None for the rest."""
        code = text.removeprefix("KU")
        if code in self.municipalities or code in self.heirs or code == COUNTRY:
            return code
        return self.code_of.get(text)

    def _heirs(self) -> dict[str, str]:
        """Return abolished municipality → the one of 2026; those split among several are left out."""
        steps: dict[str, set[str]] = defaultdict(set)
        for row in self.rows("kuntaliitokset.csv"):
            steps[row["abolished"]].add(row["successor"])
        found = {}
        for abolished in steps:
            code, seen = abolished, set()
            while code not in self.municipalities and len(steps.get(code, ())) == 1 and code not in seen:
                seen.add(code)
                (code,) = steps[code]
            if code in self.municipalities and abolished not in self.municipalities:
                found[abolished] = code
        return found


def parts_of(raw: Raw, present: set[str]) -> dict[str, list[str]]:
    """Return today's municipality → the areas of a table that make it up, where that is more than itself."""
    parts: dict[str, list[str]] = defaultdict(list)
    for code in sorted(present):
        if code in raw.heirs:
            parts[raw.heirs[code]].append(code)
    return {heir: [heir, *former] for heir, former in parts.items()}


def folded(
    raw: Raw, column: Column, present: dict[str, set[str]], make: Callable[[str, list[str]], Cell]
) -> Column:
    """Return a column of today's municipalities; `make` gives the cell of a merged one from its parts."""
    made = Column(basis=dict(column.basis), breaks=column.breaks)
    for period, areas in column.cells.items():
        merged = parts_of(raw, present.get(period, set()))
        kept = {code: one for code, one in areas.items() if code not in raw.heirs and code not in merged}
        for heir, parts in merged.items():
            if any(part in areas for part in parts):
                kept[heir] = make(period, parts)
        made.cells[period] = kept
    return made


def added_up(raw: Raw, column: Column, present: dict[str, set[str]]) -> Column:
    """Add up the counts of merged municipalities; one missing part makes the sum missing."""

    def make(period: str, parts: list[str]) -> Cell:
        found = [column.cells[period].get(part, (None, "")) for part in parts]
        if any(value is None for value, _ in found):
            return None, max((mark for _, mark in found), default="") or ".."
        return sum(value for value, _ in found if value is not None), max(mark for _, mark in found)

    return folded(raw, column, present, make)


def lost(raw: Raw, column: Column, present: dict[str, set[str]]) -> Column:
    """Give no figure to merged municipalities: it cannot be recomputed."""
    return folded(raw, column, present, lambda _, __: (None, LOST))


def recomputed(
    raw: Raw, column: Column, present: dict[str, set[str]], weight: Callable[[str, str], float | None]
) -> Column:
    """Recompute the rates of merged municipalities with the parts' own denominators, to two decimals."""

    def make(period: str, parts: list[str]) -> Cell:
        total = weights = 0.0
        for part in parts:
            value, denominator = column.value(period, part), weight(period, part)
            if value is None or denominator is None:
                return None, LOST
            total, weights = total + value * denominator, weights + denominator
        return round(total / weights, 2), RECOMPUTED

    return folded(raw, column, present, make)
