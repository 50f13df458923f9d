"""Import a file: read it, find its table, check every figure, keep the original.

Does not fold merged municipalities and does not put the table in the store (sources/keeping/fetched.py does).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from uso_lib.editions import AnswerRecord
from uso_lib.errors import CellProblem, ImportProblems, UsoError
from uso_lib.live_specs import LiveTable
from uso_lib.plain_text import LONGEST_NAME, one_line
from uso_lib.regions import Regions
from uso_lib.sources.imports.areas import COUNTRY, AreaReader
from uso_lib.sources.imports.cells import Fault, Notation, find_decimal, plain
from uso_lib.sources.imports.checks import faults, scaled, shortened
from uso_lib.sources.imports.layout import Layout, find_layout
from uso_lib.sources.imports.mapping import Mapping, area_place
from uso_lib.sources.imports.periods import to_years
from uso_lib.sources.imports.reading import Sheet, read_content, read_sheets
from uso_lib.sources.imports.rows import Gathered, Record, figure_texts, read_rows
from uso_lib.sources.keeping.durable import write_durably
from uso_lib.sources.keeping.fetched import Provenance
from uso_lib.sources.parquet import sha256_of
from uso_lib.strict_yaml import did_you_mean
from uso_lib.tidy import check_tidy

ARCHIVE = Path("raw") / "import"


@dataclass(frozen=True)
class ImportResult:
    """Hold an imported table.

    Parameters
    ----------
    frame
        Tidy; abolished municipalities still have rows of their own.
    provenance
        File name, fingerprint, sheet, rows, mapping and time, as the store keeps them.
    archived
        The kept original.
    remarks
        English sentences on what was left out or should be known.
    """

    table: LiveTable
    frame: pd.DataFrame
    provenance: Provenance
    archived: Path
    remarks: tuple[str, ...]


def import_file(
    file: Path,
    table: LiveTable,
    *,
    mapping: Mapping | None = None,
    sheet: str | None = None,
    regions: Regions,
    data: Path,
    now: datetime | None = None,
) -> ImportResult:
    """Read a file as one table, and keep the original in ``data/raw/import``.

    Parameters
    ----------
    mapping, sheet
        How the file is laid out, as the template by default; its sheet, before the mapping's.
    data
        Folder of fetched and imported figures.
    now
        Time of the import, with its time zone.

    Raises
    ------
    ImportProblems
        With every fault of the file by sheet, row and column; nothing was kept.
    UsoError
        The file cannot be read, or its original cannot be kept.
    """
    content, form = read_content(file), mapping or Mapping()
    sheets = read_sheets(file, content, encoding=form.encoding, separator=form.separator)
    chosen, layout, remarks = _choose(file, sheets, form, table, wanted=sheet, declared=mapping is not None)
    gathered = _gather(file, chosen, layout, form, table, regions)
    records = scaled(gathered.records, form)
    problems = [*gathered.problems, *faults(records, table, layout, chosen.name)]
    if problems:
        raise ImportProblems(file, shortened(problems))
    frame, more = _frame(file, chosen.name, records, table)
    remarks += [*_told(gathered, layout, records), *more, _coverage(frame, regions, table)]
    provenance = _provenance(file, content, chosen, layout, gathered, form, now or datetime.now(UTC))
    return ImportResult(table, frame, provenance, _keep(content, file, data), tuple(filter(None, remarks)))


def _provenance(
    file: Path,
    content: bytes,
    sheet: Sheet,
    layout: Layout,
    gathered: Gathered,
    mapping: Mapping,
    now: datetime,
) -> Provenance:
    """Say where the figures came from: file, fingerprint, sheet, rows and mapping."""
    name = _shown_name(file)
    resolved = {
        "file": name,
        "sheet": sheet.name,
        "header": [row + 1 for row in layout.header],
        "rows": [min(gathered.rows), max(gathered.rows)],
        "mapping": mapping.model_dump(mode="json", exclude_defaults=True),
    }
    time, digest = now.astimezone(UTC), sha256_of(content)
    answer = AnswerRecord(address=name, query=sheet.name, time=time.isoformat(), sha256=digest)
    return Provenance("imported", retrieved=time, answers=[answer], resolved=resolved)


def _shown_name(file: Path) -> str:
    """Return a file's name as records and reports show it: no control characters or marks of direction."""
    name = unicodedata.normalize("NFC", file.name)
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in name)
    return one_line(shown, longest=LONGEST_NAME)


def _choose(
    file: Path,
    sheets: Sequence[Sheet],
    mapping: Mapping,
    table: LiveTable,
    *,
    wanted: str | None,
    declared: bool,
) -> tuple[Sheet, Layout, list[str]]:
    """Choose the sheet: the named one, otherwise the only visible one that has the headings."""
    name = wanted or mapping.sheet
    remarks: list[str] = []
    if name and [one.name for one in sheets] != [""]:
        named = [one for one in sheets if plain(one.name).casefold() == plain(name).casefold()]
        if not named:
            hint = did_you_mean(name, [one.name for one in sheets])
            raise ImportProblems(file, [CellProblem("", None, "", f'there is no sheet "{name}"', hint)])
    else:
        named = [one for one in sheets if one.visible]
        hidden = ", ".join(one.name for one in sheets if not one.visible)
        remarks = [f"Hidden sheets were not read: {hidden}."] if hidden else []
    if not named:
        problem = CellProblem("", None, "", "the workbook has no visible sheet", "name one with --sheet")
        raise ImportProblems(file, [problem])
    tried = [(one, *find_layout(one, mapping, table, declared=declared)) for one in named]
    fitting = [(one, layout) for one, layout, _, _ in tried if layout is not None]
    if len(fitting) > 1:
        names = ", ".join(one.name for one, _ in fitting)
        problem = CellProblem(
            "", None, "", f"several sheets have the headings: {names}", "name one with --sheet"
        )
        raise ImportProblems(file, [problem])
    if not fitting:
        nearest = max(tried, key=lambda one: one[3])
        raise ImportProblems(file, nearest[2])
    return (*fitting[0], remarks)


def _gather(
    file: Path, sheet: Sheet, layout: Layout, mapping: Mapping, table: LiveTable, regions: Regions
) -> Gathered:
    """Read the rows; raise when the file has no figures at all or none that can be read for certain."""
    decimal = mapping.decimal or find_decimal(figure_texts(sheet, layout, mapping))
    columns = ", ".join(layout.column(one.column) for one in layout.figures[:3])
    if isinstance(decimal, Fault):
        problem = CellProblem(sheet.name, None, columns, decimal.reason, decimal.hint)
        raise ImportProblems(file, [problem])
    notation = Notation(
        decimal=decimal,
        thousands=mapping.thousands if mapping.thousands != decimal else None,
        missing={plain(mark).casefold(): kind for mark, kind in mapping.missing.items()},
        provisional=mapping.provisional,
        footnotes=mapping.footnotes == "drop",
    )
    areas = AreaReader(regions, area_place(mapping, table).skip)
    gathered = read_rows(sheet, layout, mapping, table, areas=areas, notation=notation)
    if not gathered.records and not gathered.problems:
        reason = "there are no figures: " + (
            "no row with figures is of a municipality and a declared content"
            if gathered.skipped or gathered.others
            else "the cells are empty"
        )
        hint = "fill in the cells below the headings and save the file"
        raise ImportProblems(file, [CellProblem(sheet.name, None, columns, reason, hint)])
    return gathered


def _frame(
    file: Path, sheet: str, records: Sequence[Record], table: LiveTable
) -> tuple[pd.DataFrame, list[str]]:
    """Make the tidy table, months and quarters turned into years where the table is declared so."""
    dimensions = [one.name for one in table.dimensions]
    columns = ["area", "period", *dimensions, "content"]
    frame = pd.DataFrame([dict(one.key) for one in records], columns=columns, dtype="str")
    frame["value"] = pd.array([one.figure.value for one in records], dtype="float64")
    frame["symbol"] = pd.Series([one.figure.symbol for one in records], dtype="str")
    frame, remarks = to_years(frame, table)
    if frame.empty:
        hint = "give all months or quarters of at least one year"
        raise ImportProblems(file, [CellProblem(sheet, None, "", "there is no complete year", hint)])
    if frame["period"].str.contains("Q").any():
        hint = "give years or months"
        raise ImportProblems(file, [CellProblem(sheet, None, "", "the periods are quarters", hint)])
    frame = frame.sort_values(["content", *dimensions, "period", "area"], ignore_index=True)
    check_tidy(frame, where=file.name)
    return frame, remarks


def _told(gathered: Gathered, layout: Layout, records: Sequence[Record]) -> list[str]:
    """Say what was left out or dropped while reading."""
    told = []
    if layout.unread:
        told.append(f"Columns that were not read: {', '.join(layout.unread[:12])}.")
    if layout.absent:
        told.append(f"Contents the file has no column of: {', '.join(layout.absent)}.")
    if gathered.skipped:
        texts = [f"{text} (row {_spans(rows)})" for text, rows in list(gathered.skipped.items())[:12]]
        more = f" and {len(gathered.skipped) - 12} others" if len(gathered.skipped) > 12 else ""
        told.append(f"Rows that are not of a municipality were left out: {', '.join(texts)}{more}.")
    if gathered.others:
        told.append(f"Rows of other contents were left out: {', '.join(list(gathered.others)[:12])}.")
    if gathered.notes:
        told.append(f"Rows without figures were left out: {_spans(gathered.notes)}.")
    notes = [one.figure.footnote for one in records if one.figure.footnote]
    if notes:
        marks = ", ".join(dict.fromkeys(notes))
        told.append(f"Footnote marks were dropped from {len(notes)} figures: {marks}.")
    provisional = sum(one.figure.symbol == "*" for one in records)
    if provisional:
        told.append(f"{provisional} figures are marked as provisional (*).")
    return [*told, *gathered.remarks]


def _spans(rows: Sequence[int]) -> str:
    """Return row numbers as spans: [3, 310, 311, 312] → "3, 310–312"; at most eight spans."""
    spans: list[list[int]] = []
    for row in sorted(set(rows)):
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    texts = [str(first) if first == last else f"{first}–{last}" for first, last in spans]
    return ", ".join(texts[:8]) + (" …" if len(texts) > 8 else "")


def _coverage(frame: pd.DataFrame, regions: Regions, table: LiveTable) -> str:
    """Say how many of today's municipalities have a figure, when not all have."""
    have = set(frame.loc[frame["value"].notna(), "area"]) - {COUNTRY}
    heirs = {one.code for code in have for one in regions.successors(code)}
    found = len((have | heirs) & {one.code for one in regions.all})
    whole = table.areas == "country" or found == len(regions.all)
    return "" if whole else f"{found} of {len(regions.all)} municipalities have figures."


def _keep(content: bytes, file: Path, data: Path) -> Path:
    """Keep the original under the fingerprint of its content; an equal one is kept once."""
    ending = re.sub(r"[^a-z0-9]", "", file.suffix.lower())[:5] or "bin"
    target = data / ARCHIVE / f"{sha256_of(content)}.{ending}"
    try:
        if not target.is_file() or sha256_of(target.read_bytes()) != target.stem:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_durably(target, content)
    except OSError as error:
        message = f"The original of {file.name} cannot be kept in {target.parent} ({error.strerror})."
        raise UsoError(message) from error
    return target
