"""Declare what the bundled snapshot carries over from the published figure files (carryover.yml).

Does not read the figure files themselves (figures.py) and does not write anything (snapshot.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from uso_lib.errors import InputErrors
from uso_lib.strict_yaml import read_yaml, validation_problems

DECLARATION = Path(__file__).with_name("carryover.yml")

Code = Annotated[str, Field(min_length=1)]


class Declared(BaseModel):
    """Refuse unknown keys, wrong types and later changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Weighted(Declared):
    """Recompute the rate of a merged municipality from its parts: sum(rate * weight) / sum(weight).

    Parameters
    ----------
    weighted
        Content that is the rate's denominator: a code of the same table, or ``table.content``.
    without_pct
        Content (%) of the same table to be taken off the denominator: weight * (1 - pct / 100).
    mid_year
        Whether the denominator is the mean of the end of this year and of the year before.
    """

    weighted: Code
    without_pct: Code | None = None
    mid_year: bool = False


Merge = Literal["sum", "missing"] | Weighted


class Content(Declared):
    """Name one content of a table and where it is found.

    Parameters
    ----------
    code
        Content code in the snapshot.
    label
        Text of the key columns that selects it; several are added up (men and women). None when the file
        holds one content only.
    column
        Value column of a wide file, instead of a label.
    dims
        Dimension codes that the label stands for.
    merge
        What happens in municipal mergers, see carryover.yml.
    zero_is_missing
        Why a published 0 means that there is no figure; it becomes null with the mark ``..``. A zero that the
        producer marks as a true one ("-") stays.
    """

    code: Code
    label: Code | list[Code] | None = None
    column: Code | None = None
    dims: dict[str, str] = {}
    merge: Merge
    zero_is_missing: Code | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the labels with runs of spaces as one, () when the file holds one content only."""
        if self.label is None:
            return ()
        labels = [self.label] if isinstance(self.label, str) else self.label
        return tuple(" ".join(label.split()) for label in labels)


class TableSource(Declared):
    """Declare one table of the snapshot and the figure files it comes from.

    Parameters
    ----------
    file, files
        One file or several with the same columns.
    title, vintage, note
        Finnish, as a report prints them.
    key
        Columns whose texts, joined by " / ", select the content.
    value, area, period
        Column names; `fixed_period` and `area_by_name` instead of the columns where a file has none.
    dims, dim_codes, fixed_dims
        Dimension → column; dimension → {code in the file: code in the snapshot}; dimension → code of the
        contents that declare none.
    where
        Column → text; only these rows are read.
    partner
        Dimension that holds municipalities too; a pair of the same municipality (after mergers) is dropped.
    absent
        What a row that the file does not have means when its merged neighbour has one.
    division
        Whether municipal mergers are seen per table and period, or (``content``) per content as well.
    incomplete
        Municipality → why its figure covers only a part of it; such figures become null with symbol ``/``.
    unused
        Why labels that no content names may occur; otherwise they are an error.
    partial
        Why the table does not have every municipality of today; without a reason it must have them all.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    file: Code | None = None
    files: list[Code] = []
    producer: Code
    table_id: Code
    title: Code
    vintage: Code
    licence: Code = "CC BY 4.0"
    note: str = ""
    key: list[Code] = []
    value: Code = "value"
    area: Code = "area"
    area_by_name: Code | None = None
    period: Code = "period"
    fixed_period: Code | None = None
    dims: dict[str, str] = {}
    dim_codes: dict[str, dict[str, str]] = {}
    fixed_dims: dict[str, str] = {}
    where: dict[str, str] = {}
    partner: str | None = None
    absent: Literal["missing", "zero"] = "missing"
    division: Literal["table", "content"] = "table"
    incomplete: dict[str, str] = {}
    unused: str | None = None
    partial: str | None = None
    contents: Annotated[list[Content], Field(min_length=1)]

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the names of the figure files."""
        return (self.file,) if self.file else tuple(self.files)

    @property
    def area_columns(self) -> tuple[str, ...]:
        """Return the columns of tidy rows that hold area codes."""
        return ("area", self.partner) if self.partner else ("area",)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Return the names of the dimension columns, in declared order."""
        names = [*self.dims, *self.fixed_dims, *(name for content in self.contents for name in content.dims)]
        return tuple(dict.fromkeys(names))

    @model_validator(mode="after")
    def _consistent(self) -> TableSource:
        if bool(self.file) == bool(self.files):
            message = f"table {self.id}: give either file or files"
            raise ValueError(message)
        places = set()
        for content in self.contents:
            place = (content.code, tuple(sorted(content.dims.items())))
            if place in places:
                message = f"table {self.id}: {place} is declared twice"
                raise ValueError(message)
            places.add(place)
        if self.key and any(not content.labels for content in self.contents):
            message = f"table {self.id}: every content needs a label, since the table has a key"
            raise ValueError(message)
        return self


class IgnoredAreas(Declared):
    """Name areas of the files that are neither municipalities nor regions of the registers, and say why."""

    pattern: Code
    reason: Code


class RegisterFiles(Declared):
    """Name the files of the registers; `unresolved`: abolished municipality → why its chain ends nowhere."""

    municipalities: Code
    inflections: Code
    mergers: Code
    former_names: Code
    unresolved: dict[str, str] = {}

    @property
    def municipality_files(self) -> tuple[str, ...]:
        """Return the files that the register of municipalities is made of."""
        return (self.municipalities, self.inflections)

    @property
    def merger_files(self) -> tuple[str, ...]:
        """Return the files that the register of mergers is made of."""
        return (self.mergers, self.former_names)


class BoundaryFile(Declared):
    """Name the file of the municipalities' boundaries and how they must be attributed."""

    file: Code
    attribution: Code


class CarryOver(Declared):
    """Hold the whole declaration; `left_out`: figure file → why no table is made of it."""

    data_as_of: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]
    reference_year: int
    ignored_areas: list[IgnoredAreas]
    registers: RegisterFiles
    boundaries: BoundaryFile
    left_out: dict[str, str] = {}
    tables: list[TableSource]

    @property
    def ignored(self) -> str:
        """Return one pattern that matches every ignored area in full."""
        return "|".join(f"(?:{areas.pattern})" for areas in self.ignored_areas)


def load_carryover(path: Path = DECLARATION) -> CarryOver:
    """Read and validate the declaration.

    Raises
    ------
    InputErrors
        Everything that is wrong in the file, at once.
    """
    document = read_yaml(path)
    if document.problems:
        raise InputErrors(list(document.problems))
    try:
        return CarryOver.model_validate(document.data)
    except ValidationError as error:
        problems = validation_problems(error, path, document.lines, CarryOver)
        raise InputErrors(problems) from error
