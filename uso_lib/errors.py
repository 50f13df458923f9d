"""The errors a user can meet, as one small tree.

Does not print or translate anything: the command line turns a :class:`UsoError` into text and exit status 2.

UsoError
├── InputErrors          several problems of declared input, reported together
├── UnknownName          a municipality, indicator or section that does not exist
├── SnapshotError        a bundled figure file is missing, truncated or altered
├── MissingFigures       something needed figures that no table holds
└── ReportError          a member's report could not be made
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class UsoError(Exception):
    """Say what happened, where, and what to do next; every foreseeable failure is one of these."""

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows instead of a traceback: the message says all there is to do."""
        return [f"{type(self).__name__}: {self}"]


@dataclass(frozen=True)
class Problem:
    """Describe one problem of declared input.

    Parameters
    ----------
    file
        The file the problem stands in.
    key
        The key within the file, dotted (``peers[3]``), or empty when it concerns the whole file.
    reason
        What is wrong, one clause.
    hint
        What to do: the nearest valid word, the successor of a merged municipality, and so on.
    line
        Line number from 1, or None when unknown.
    """

    file: Path
    key: str
    reason: str
    hint: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        key = f" [{self.key}]" if self.key else ""
        hint = f" → {self.hint}" if self.hint else ""
        return f"{place}{key}: {self.reason}{hint}"


class InputErrors(UsoError):  # noqa: N818 - several errors at once
    """Carry every problem found in parameters or theme declarations, all at once."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
        super().__init__("\n".join([f"{count} in the input; nothing was written.", *map(str, problems)]))


class UnknownName(UsoError):  # noqa: N818 - named after what the user sees
    """Tell that a name is not known and which known names are near."""


class SnapshotError(UsoError):
    """Tell that a bundled figure file is missing, truncated or altered, and how to restore it."""


class MissingFigures(UsoError):  # noqa: N818 - named after what the user sees
    """Tell that figures are missing and which command would fill them."""


class ReportError(UsoError):
    """Tell that a member's report could not be made; its previous report is untouched."""
