"""Say how a file to import is laid out: the strict model of a mapping, its file, and the template's layout.

Does not read the file to import (reading.py) and does not find anything in it (layout.py).
"""

# ruff: noqa: RUF012 - the models are frozen and pydantic copies their defaults
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from uso_lib.errors import InputErrors, Problem
from uso_lib.live_specs import Code, LiveContent, LiveDimension, LiveTable
from uso_lib.specs import Declared
from uso_lib.strict_yaml import Document, did_you_mean, read_yaml, validation_problems

CODE_HEADING, NAME_HEADING, PERIOD_HEADING = "Koodi", "Kunta", "Vuosi"
AREA_HEADINGS = (
    CODE_HEADING, "Kuntakoodi", "Kuntanumero", "Kunnan numero", NAME_HEADING, "Alue", "area",
)  # fmt: skip
PERIOD_HEADINGS = (PERIOD_HEADING, "Kuukausi", "Ajankohta", "Kausi", "Verovuosi", "period")
COUNTRY = "SSS"

RowNumber = Annotated[int, Field(ge=1)]


class Place(Declared):
    """Say where one part of a figure's key stands: in a column, in the headings, or nowhere (fixed).

    Parameters
    ----------
    column
        Heading of the column, or its letter; of several the first that exists.
    headings
        The headings of the columns of figures say it.
    fixed
        The same for the whole file.
    codes
        Text in the file → code in the store; texts that are codes already need none.
    fill
        An empty cell means the same as the one above (merged cells).
    """

    column: Code | list[Code] | None = None
    headings: bool = False
    fixed: Code | None = None
    codes: dict[str, Code] = {}
    fill: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the headings or letters tried for the column, in order."""
        return _several(self.column)

    @model_validator(mode="after")
    def _one_place(self) -> Place:
        if sum((bool(self.column), self.headings, self.fixed is not None)) != 1:
            message = "give exactly one of column, headings: true and fixed"
            raise ValueError(message)
        return self


class AreaPlace(Place):
    """Say where the municipality stands.

    Parameters
    ----------
    name
        Column of names that is compared with the codes, so that a sheet sorted in one column only is noticed.
    skip
        Texts or codes of rows that are left out, besides the known totals and regions.
    """

    name: Code | None = None
    skip: list[Code] = []

    @model_validator(mode="after")
    def _not_headings(self) -> AreaPlace:
        if self.headings:
            message = "municipalities must stand on rows; transpose the sheet in the spreadsheet first"
            raise ValueError(message)
        return self


class Mapping(Declared):
    """Say how a file is laid out. What is left out is as in the template.

    Parameters
    ----------
    sheet
        Name of the sheet; otherwise the only visible one that has the headings.
    header
        Row number of the headings, or of each of several rows of headings; [] when there are none. Otherwise
        the first row that has them.
    first_row, last_row, skip_rows
        Rows of figures, when not all below the headings.
    where
        Column → text or texts; only these rows are read.
    area, period, dimensions
        Where each part of the key stands.
    content
        Where it is said which content a figure is; the headings by default.
    contents
        Content code → the heading or text it goes by in the file; only these are read.
    value
        Column of the figures, when no part of the key stands in the headings.
    scale
        Factor from the file's unit to the table's, for all contents or content by content.
    decimal, thousands
        Decimal mark and thousands mark of figures written as text; spaces always separate thousands.
    missing
        Further marks of missing figures → which kind: ``.`` not applicable, ``..`` not available, ``...``
        confidential.
    provisional
        Mark beside provisional figures and years.
    footnotes
        What happens to footnote marks beside figures.
    encoding, separator
        Of a CSV file, when they are not recognised.
    """

    sheet: Code | None = None
    header: RowNumber | list[RowNumber] | None = None
    first_row: RowNumber | None = None
    last_row: RowNumber | None = None
    skip_rows: list[RowNumber] = []
    where: dict[str, Code | list[Code]] = {}
    area: AreaPlace | None = None
    period: Place | None = None
    dimensions: dict[str, Place] = {}
    content: Place | None = None
    contents: dict[str, Code | list[Code]] | None = None
    value: Code | list[Code] | None = None
    scale: float | int | dict[str, float | int] = 1
    decimal: Literal[",", "."] | None = None
    thousands: Literal[",", "."] | None = None
    missing: dict[str, Literal[".", "..", "..."]] = {}
    provisional: Annotated[str, Field(min_length=1, max_length=5)] = "*"
    footnotes: Literal["drop", "refuse"] = "drop"
    encoding: Literal["utf-8", "iso-8859-1", "cp1252"] | None = None
    separator: Literal[";", ",", "\t", "|"] | None = None

    @model_validator(mode="after")
    def _agree(self) -> Mapping:
        if self.decimal and self.decimal == self.thousands:
            message = "decimal and thousands must be different marks"
            raise ValueError(message)
        if self.first_row and self.last_row and self.last_row < self.first_row:
            message = "last_row stands before first_row"
            raise ValueError(message)
        return self

    def factor(self, content: str) -> float | int:
        """Return the factor of one content's figures."""
        return self.scale.get(content, 1) if isinstance(self.scale, dict) else self.scale


def load_mapping(file: Path, table: LiveTable) -> Mapping:
    """Read a mapping file and check that it speaks of a table's contents, dimensions and codes.

    Raises
    ------
    InputErrors
        With every problem of the file.
    """
    document = read_yaml(file)
    problems = list(document.problems)
    try:
        mapping = Mapping.model_validate(document.data)
    except ValidationError as error:
        if document.complete:
            spoiled = {problem.key for problem in problems}
            told = validation_problems(error, file, document.lines, Mapping)
            problems += [problem for problem in told if problem.key not in spoiled]
        raise InputErrors(problems) from error
    problems += _strangers(mapping, table, document)
    if problems:
        raise InputErrors(sorted(problems, key=lambda problem: problem.line or 0))
    return mapping


def area_place(mapping: Mapping, table: LiveTable) -> AreaPlace:
    """Return where the municipality stands, as in the template when the mapping does not say."""
    if mapping.area:
        return mapping.area
    if table.areas == "country":
        return AreaPlace(fixed=COUNTRY)
    if table.area:
        return AreaPlace(column=list(table.area))
    return AreaPlace(column=list(AREA_HEADINGS), name=NAME_HEADING)


def period_place(mapping: Mapping) -> Place:
    """Return where the period stands, as in the template when the mapping does not say.

    In the template one year above many rows is enough: an empty cell means the same as the one above.
    """
    return mapping.period or Place(column=list(PERIOD_HEADINGS), fill=True)


def dimension_place(mapping: Mapping, table: LiveTable, dimension: LiveDimension) -> Place:
    """Return where a dimension stands, as in the template when the mapping does not say."""
    if dimension.name in mapping.dimensions:
        return mapping.dimensions[dimension.name]
    return Place(headings=True) if dimension == headed_dimension(table) else Place(column=dimension.text)


def content_place(mapping: Mapping, table: LiveTable) -> Place:
    """Return where the content stands; a table of one content need not say it where other headings stand."""
    if mapping.content:
        return mapping.content
    places = [period_place(mapping), *(dimension_place(mapping, table, one) for one in table.dimensions)]
    only = len(table.contents) == 1 and mapping.contents is None
    if only and (mapping.value or any(place.headings for place in places)):
        return Place(fixed=table.contents[0].code)
    return Place(headings=True)


def headed_dimension(table: LiveTable) -> LiveDimension | None:
    """Return the dimension that the template writes as headings: the only one of a table of one content."""
    if len(table.dimensions) != 1 or len(table.contents) != 1:
        return None
    only = table.dimensions[0]
    return only if only.values and not only.area else None


def content_headings(mapping: Mapping, content: LiveContent) -> tuple[str, ...]:
    """Return the headings or texts a content goes by; none when the mapping does not read it."""
    if mapping.contents is None:
        return tuple(dict.fromkeys((*template_heading(content), content.code, *_several(content.marker))))
    return _several(mapping.contents.get(content.code))


def template_heading(content: LiveContent) -> tuple[str, ...]:
    """Return the template's heading of a content, with its unit, and the bare title."""
    title = content.title or content.code
    return (f"{title} ({content.unit})", title) if content.unit else (title,)


def _several(one: str | list[str] | None) -> tuple[str, ...]:
    return () if one is None else (one,) if isinstance(one, str) else tuple(one)


def _strangers(mapping: Mapping, table: LiveTable, document: Document) -> Iterator[Problem]:
    """Go through what a mapping names and its table does not have."""
    contents = [content.code for content in table.contents]
    dimensions = {dimension.name: dimension for dimension in table.dimensions}
    scaled = mapping.scale if isinstance(mapping.scale, dict) else {}
    named = [("contents", code, contents) for code in mapping.contents or {}]
    named += [("scale", code, contents) for code in scaled]
    named += [("dimensions", name, list(dimensions)) for name in mapping.dimensions]
    if mapping.content:
        fixed = [mapping.content.fixed] if mapping.content.fixed else []
        named += [("content.fixed", code, contents) for code in fixed]
        named += [("content.codes", code, contents) for code in mapping.content.codes.values()]
    for name, place in mapping.dimensions.items():
        declared = dimensions.get(name)
        if declared and declared.values and not declared.area:
            codes = [*place.codes.values(), *([place.fixed] if place.fixed else [])]
            named += [(f"dimensions.{name}", code, [*declared.values, COUNTRY]) for code in codes]
    for key, code, valid in named:
        if code not in valid:
            at = key if key.startswith(("content.", "dimensions.")) else f"{key}.{code}"
            line = document.lines.get(f"{key}.{code}") or document.lines.get(at)
            reason = f'the table {table.id} has no "{code}"'
            yield Problem(document.file, at, reason, did_you_mean(code, valid), line)
