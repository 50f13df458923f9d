"""The errors a user can meet, as one small tree.

Does not print or translate anything: the command line turns a :class:`UsoError` into text and exit status 2,
a notebook shows its Finnish line.

UsoError
├── InputErrors          several problems of declared input, reported together
├── UnknownName          a municipality, indicator or section that does not exist
├── SnapshotError        a bundled figure file is missing, truncated or altered
├── MissingFigures       something needed figures that no table holds
├── NotesError           a member's notes cannot be read; nothing was overwritten
├── ReportError          a member's report could not be made
│   └── ClaimsBroken     what the consultant claims of the figures does not hold any more
├── ProofError           a file holds no proof of its numbers, or one that cannot be read
├── ImportProblems       a file to import has faults, told together by sheet, row and column
└── FetchError           a service did not give what was asked
    ├── TooManyCells     the answer would be larger than the service allows: ask in parts
    ├── Refused          the service does not know something that was asked; asking again does not help
    ├── Unavailable      out of reach or overloaded, and waiting did not help
    ├── BadAnswer        the answer is truncated, not what was asked, or contradicts itself
    └── Guarded          a guard stopped the table: a title lacks its words
        └── Unconfirmed  a person must first say which indicator is meant
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

#: How many problems a notebook's line tells.
MOST_TOLD = 4


class UsoError(Exception):
    """Say what happened, where, and what to do next; every foreseeable failure is one of these.

    Parameters
    ----------
    finnish
        The same in one Finnish line, given wherever a consultant can meet the error in a notebook.
    """

    def __init__(self, *message: object, finnish: str = "") -> None:
        super().__init__(*message)
        self.finnish = finnish

    @property
    def in_notebook(self) -> str:
        """Return what a consultant is told: the Finnish line, else the message as it is."""
        return self.finnish or f"{type(self).__name__}: {self}"

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows instead of a traceback: the message says all there is to do."""
        return [self.in_notebook]


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
    finnish
        Reason and hint in Finnish sentences, where a consultant can meet the problem in a notebook.
    """

    file: Path
    key: str
    reason: str
    hint: str = ""
    line: int | None = None
    finnish: str = field(default="", compare=False)

    @property
    def in_notebook(self) -> str:
        """Return what a consultant is told; what stands in a file is told in full by uso check."""
        if not self.file.suffix:  # values given in the notebook itself
            example = '["talous"]' if self.key.startswith("themes") else '["Kemi", "Oulu"]'
            return self.finnish or f"Arvo {self.key} ei kelpaa. Anna luettelo nimiä: {example}."
        line = f", rivi {self.line}" if self.line else ""
        place = f"{self.file.parent.name}/{self.file.name}{line}"
        return f"{place}: {self.finnish or 'Tiedostossa on virhe, jonka komento uso check kertoo.'}"

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
        told = list(dict.fromkeys(one.in_notebook for one in problems))
        more = [f"Muita virheitä: {len(told) - MOST_TOLD}."] if len(told) > MOST_TOLD else []
        super().__init__(
            "\n".join([f"{count} in the input; nothing was written.", *map(str, problems)]),
            finnish=" ".join([*told[:MOST_TOLD], *more]),
        )


class UnknownName(UsoError):  # noqa: N818 - named after what the user sees
    """Tell that a name is not known and which known names are near."""


class NoSuchPart(UnknownName, AttributeError):  # noqa: N818 - named after what the user sees
    """Tell that an object has no such attribute; short in a notebook, an AttributeError to Python."""


class SnapshotError(UsoError):
    """Tell that a bundled figure file is missing, truncated or altered, and how to restore it."""


class MissingFigures(UsoError):  # noqa: N818 - named after what the user sees
    """Tell that figures are missing and which command would fill them."""


class NotesError(UsoError):
    """Tell that a member's notes cannot be read or lack what was asked for; nothing was overwritten."""


class ReportError(UsoError):
    """Tell that a member's report could not be made; its previous report is untouched."""


class ClaimsBroken(ReportError):  # noqa: N818 - named after what the user sees
    """Tell which of the consultant's claims do not hold any more, with old and new figures."""


class ProofError(UsoError):
    """Tell that a file holds no proof of its numbers, or one that cannot be read or is beyond its limits."""


class FetchError(UsoError):
    """Tell that a service did not give what was asked; the figures in the store are untouched."""


class TooManyCells(FetchError):  # noqa: N818 - named after what the service says
    """Tell that a call asks for more cells than the service gives in one answer."""


class Refused(FetchError):  # noqa: N818 - named after what the service does
    """Tell that the service does not know what was asked; name the nearest thing it knows."""


class NothingNew(FetchError):  # noqa: N818 - named after what the user sees
    """Tell that a service is as declared but has no figures from the first period asked for on."""


class Unavailable(FetchError):  # noqa: N818 - named after what the user sees
    """Tell that a service is out of reach or overloaded and that waiting did not help."""


class BadAnswer(FetchError):  # noqa: N818 - named after what the user sees
    """Tell that an answer is truncated, of the wrong kind, or contradicts itself; it was not kept."""


class Guarded(FetchError):  # noqa: N818 - named after what the user sees
    """Tell that a guard stopped a table and what a person should look at."""


class Unconfirmed(Guarded):
    """Tell that a person must first confirm which of a service's indicators is meant."""


@dataclass(frozen=True)
class CellProblem:
    """Describe one fault of a file to import.

    Parameters
    ----------
    sheet
        Name of the sheet; empty for CSV.
    row
        Row number from 1 as a spreadsheet shows it, or None when it concerns the whole sheet.
    column
        Letter or heading of the column, or empty.
    reason, hint
        What is wrong, and what to do.
    """

    sheet: str
    row: int | None
    column: str
    reason: str
    hint: str = ""

    def __str__(self) -> str:
        places = [f"sheet {self.sheet}" if self.sheet else "", f"row {self.row}" if self.row else ""]
        places.append(f"column {self.column}" if self.column else "")
        place = ", ".join(part for part in places if part) or "file"
        hint = f" → {self.hint}" if self.hint else ""
        return f"{place}: {self.reason}{hint}"


class ImportProblems(UsoError):  # noqa: N818 - several faults at once
    """Carry every fault found in a file to import; nothing of it was taken."""

    def __init__(self, file: Path, problems: list[CellProblem]) -> None:
        self.file = file
        self.problems = tuple(problems)
        count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
        super().__init__("\n".join([f"{file}: {count}; nothing was imported.", *map(str, problems)]))
