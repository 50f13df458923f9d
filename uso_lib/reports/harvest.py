"""Read what the sections of an executed notebook say about themselves.

Every section shows, beside its HTML, the same facts as data (`SECTION_MIME`). Workbook, CSV, manifest and
index are made from these only. Does not compute, round or reword anything (it only leaves out characters no
reader sees), and does not know how a section was made.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from uso_lib.errors import ReportError
from uso_lib.plain_text import one_line, visible_throughout

SECTION_MIME = "application/vnd.uso.section+json"
#: What only the person at the desk sees carries this; it stands in no report.
DESK_MIME = "application/vnd.uso.desk+json"
#: The kind of a section that is another report's: its numbers are none of this one's.
FOREIGN = "foreign"
SCHEMA = 1
#: The template's heading cells are called heading-<anchor>; the row's id is the anchor.
HEADING_CELL = "heading-"
COLUMNS = (
    "theme",
    "row",
    "indicator",
    "title",
    "measure",
    "group",
    "area",
    "area_name",
    "period",
    "value",
    "unit",
    "decimals",
    "mark",
    "n",
    "of",
    "producer",
    "table",
)

Cell = str | float | int | None
Number = Mapping[str, Cell]


@dataclass(frozen=True)
class Section:
    """Hold what one section says about itself.

    Parameters
    ----------
    kind
        ``cover``, ``summary``, ``row``, ``figure``, ``reforms``, ``peers``, ``sources`` or ``foreign``.
    theme
        Theme id of a row, None for the other kinds.
    chapter
        The second-level heading the section stands under, "" before the first one.
    rows
        How many indicators of the section have a figure.
    missing
        What has none: mappings with ``row``, ``indicator``, ``title`` and ``fill`` (the command that would
        fill it).
    newest
        Newest period of observed figures, "2025" or "2026M06".
    numbers
        Long-form lines with the keys `COLUMNS`, at full precision.
    """

    member: str
    code: str
    kind: str
    id: str
    theme: str | None
    title: str
    chapter: str = ""
    rows: int = 0
    missing: tuple[Mapping[str, str], ...] = ()
    newest: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    numbers: tuple[Number, ...] = ()


@dataclass(frozen=True)
class Harvest:
    """Hold the sections of one executed notebook, in the order of the report."""

    sections: tuple[Section, ...]

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Return the long-form lines of all sections."""
        return tuple(line for section in self.sections for line in section.numbers)

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return the cover's facts: population, fee class, peers, region."""
        return next((section.facts for section in self.sections if section.kind == "cover"), {})

    @property
    def title(self) -> str:
        """Return the title of the report: the cover's, or the first section's without a cover."""
        return next((s.title for s in self.sections if s.kind == "cover"), self.sections[0].title)

    @property
    def missing(self) -> tuple[Mapping[str, str], ...]:
        """Return what has no figure, in the order of the report."""
        return tuple(item for section in self.sections if section.kind == "row" for item in section.missing)

    @property
    def newest(self) -> str | None:
        """Return the newest period any row has."""
        return max((s.newest for s in self.sections if s.kind == "row" and s.newest), default=None)

    def by_theme(self) -> dict[str, list[Section]]:
        """Return the row sections by theme id, in the order of the report."""
        themes: dict[str, list[Section]] = {}
        for section in self.sections:
            if section.kind == "row" and section.theme:
                themes.setdefault(section.theme, []).append(section)
        return themes


def harvest(notebook: Mapping[str, Any], *, numbers: bool = True) -> Harvest:
    """Collect the section data of an executed notebook.

    Parameters
    ----------
    notebook
        The notebook as nbformat reads it.
    numbers
        Whether the lines of numbers are read too, which takes longest.

    Raises
    ------
    ReportError
        There is no section at all, or a section's data is not what this version understands.
    """
    sections = tuple(_sections(notebook, numbers=numbers))
    if not sections:
        message = (
            "The executed notebook shows no section: the template has no situation.section(…) cells left."
        )
        raise ReportError(message)
    return Harvest(sections)


def section_data(output: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the section data of one cell output, None for every other output."""
    data = output.get("data", {}).get(SECTION_MIME)
    return data if isinstance(data, Mapping) else None


def _sections(notebook: Mapping[str, Any], *, numbers: bool) -> Iterator[Section]:
    chapter = ""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            headings = [line for line in cell["source"].splitlines() if line.startswith("## ")]
            chapter = headings[-1].removeprefix("## ").strip() if headings else chapter
        for output in cell.get("outputs", []):
            data = section_data(output)
            if data is not None:
                yield _section(data, chapter, numbers=numbers)


def _section(data: Mapping[str, Any], chapter: str, *, numbers: bool) -> Section:
    if data.get("schema") != SCHEMA:
        message = f"A section says schema {data.get('schema')!r}, but this version reads {SCHEMA}."
        raise ReportError(message)
    try:
        return Section(
            member=data["member"],
            code=data["code"],
            kind=data["kind"],
            id=data["id"],
            theme=data["theme"],
            title=one_line(data["title"]),
            chapter=one_line(chapter),
            rows=data["rows"],
            missing=tuple(visible_throughout(dict(item)) for item in data["missing"]),
            newest=data["newest"],
            facts=visible_throughout(dict(data["facts"])),
            numbers=_numbers(data["numbers"], data["id"]) if numbers else (),
        )
    except KeyError as missing:
        message = f"The section {data.get('id')!r} lacks the key {missing}."
        raise ReportError(message) from missing


def _numbers(table: Mapping[str, Any], section: str) -> tuple[Number, ...]:
    columns = tuple(table["columns"])
    if columns and columns != COLUMNS:
        message = f"The numbers of section {section!r} have other columns than {', '.join(COLUMNS)}."
        raise ReportError(message)
    try:
        lines = json.loads(table["data"])
    except (TypeError, ValueError, RecursionError) as problem:
        message = f"The numbers of section {section!r} cannot be read ({problem})."
        raise ReportError(message) from problem
    odd = [line for line in lines if len(line) != len(columns)]
    if odd:
        message = f"Section {section!r} holds a line of {len(odd[0])} cells for {len(columns)} columns."
        raise ReportError(message)
    return tuple(dict(zip(columns, line, strict=True)) for line in _shown(lines))


def _shown(lines: list[list[Any]]) -> Iterable[Iterable[Cell]]:
    """Return lines with cells that can be shown; names come again and again, so each content is seen once."""
    try:
        contents = set(chain.from_iterable(lines))
    except TypeError:  # lists are no contents of cells
        return (map(_cell, line) for line in lines)
    changed = {content: cell for content in contents if (cell := _cell(content)) is not content}
    return ((changed.get(content, content) for content in line) for line in lines) if changed else lines


def _cell(content: Any) -> Cell:
    """Return what one cell may hold: a number that exists, or one line of text that can be seen."""
    if isinstance(content, str):
        line = content if content.isascii() and content.isprintable() else one_line(content)
        return content if line == content else line
    if isinstance(content, float):
        return content if math.isfinite(content) else None
    return content if content is None or isinstance(content, int) else one_line(str(content))
