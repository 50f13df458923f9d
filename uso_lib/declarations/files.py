"""Hold the declarations of all files before it is known that they are sound, and make problems of them.

Does not read files (catalog.py) and finds no problems itself (its sister modules do).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from uso_lib.errors import Problem
from uso_lib.specs import Indicator, Standards, Theme
from uso_lib.strict_yaml import Document

#: Kind of declaration → key of its list in a theme file.
KINDS = {
    "indicator": "indicators",
    "breakdown": "breakdowns",
    "flow": "flows",
    "criterion": "criteria",
    "row": "rows",
}
#: What a check gives: problems, one after the other.
Check = Iterator[Problem]


@dataclass(frozen=True)
class ThemeFile:
    """Join a theme file with its model, None when the file is not as declared."""

    document: Document
    theme: Theme | None


@dataclass(frozen=True)
class Place:
    """Point at one declaration in its file and make problems of it."""

    document: Document
    key: str

    def problem(self, field: str, reason: str, hint: str = "") -> Problem:
        """Return a problem of a field; its line is the field's or that of the nearest key around it."""
        key = f"{self.key}.{field}".strip(".")
        lines = self.document.lines
        near = (key, key.rpartition(".")[0], self.key, f"{self.key}.id")
        line = next((lines[one] for one in near if one in lines), None)
        return Problem(self.document.file, key, reason, hint, line)


@dataclass(frozen=True)
class Declarations:
    """Hold everything read.

    Parameters
    ----------
    files
        The theme files, also those that failed: their ids still count as declared.
    shared, standards
        The file of breaks, caveats and reforms, and its model when it is as declared.
    """

    files: tuple[ThemeFile, ...]
    shared: Document
    standards: Standards | None

    def ids(self, kind: str) -> list[tuple[str, Place]]:
        """Return every id of a kind (indicator, row, …) with its place, in reading order."""
        return [found for file in self.files for found in _ids(file.document, KINDS[kind])]

    def shared_ids(self, key: str) -> list[tuple[str, Place]]:
        """Return the ids of one list of the shared standards (breaks, caveats, reforms)."""
        return list(_ids(self.shared, key))

    def each(self, kind: str) -> Iterator[tuple[Place, Any]]:
        """Go through the declarations of a kind in the files that could be read, with their places."""
        for file in self.files:
            if file.theme is not None:
                for number, one in enumerate(getattr(file.theme, KINDS[kind])):
                    yield Place(file.document, f"{KINDS[kind]}[{number}]"), one


def inputs(indicator: Indicator) -> tuple[str, ...]:
    """Return the ids of the indicators an indicator is made of: its formula's inputs, its continuation."""
    further = indicator.continued_by.indicator if indicator.continued_by else None
    return tuple(one for one in (indicator.of, indicator.per, indicator.minus, further) if one)


def _ids(document: Document, key: str) -> Iterator[tuple[str, Place]]:
    """Go through the ids of one list of a file as they stand in it, whatever else is wrong there."""
    listed = document.data.get(key)
    for number, one in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(one, dict) and isinstance(one.get("id"), str):
            yield one["id"], Place(document, f"{key}[{number}]")
