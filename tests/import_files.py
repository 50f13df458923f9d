"""Small tables and files for the tests of imports."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from uso_lib.live_specs import LiveTable
from uso_lib.regions import load_regions
from uso_lib.sources.imports import ImportResult, import_file, load_mapping

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
REGIONS = load_regions()
Cells = Sequence[Sequence[Any]]

RATE = LiveTable(
    id="rate",
    service="import",
    producer="Verohallinto",
    table_id="päätös",
    title="Veroprosentit",
    contents=[
        {"code": "rate_pct", "title": "Veroprosentti", "unit": "%", "low": 2, "high": 30, "nil": "missing"}
    ],
)
COSTS = LiveTable(
    id="costs",
    service="import",
    producer="Valtiokonttori",
    table_id="kustannukset",
    title="Kustannukset",
    contents=[
        {"code": "net", "title": "Nettomenot", "unit": "tuhatta euroa"},
        {"code": "staff", "title": "Henkilöstö", "unit": "henkilöä", "low": 0},
    ],
)
AGES = LiveTable(
    id="ages",
    service="import",
    producer="MDI",
    table_id="ennuste",
    title="Ennuste",
    contents=[{"code": "people", "title": "Väkiluku", "unit": "henkilöä", "low": 0}],
    dimensions=[{"name": "age", "text": ["Ikä"], "values": ["0-6", "7-15", "85-", "SSS"]}],
)
PAIRS = LiveTable(
    id="pairs",
    service="import",
    producer="Tilastokeskus",
    table_id="pendelöinti",
    title="Pendelöinti",
    area=["Asuinkunta"],
    contents=[{"code": "employed", "title": "Työssäkäyvät", "unit": "henkilöä"}],
    dimensions=[{"name": "partner", "text": ["Työpaikan kunta"], "area": True}],
)
MONTHS = LiveTable(
    id="months",
    service="import",
    producer="Kela",
    table_id="kuukaudet",
    title="Kuukaudet",
    contents=[{"code": "paid", "title": "Maksettu", "unit": "euroa", "yearly": "sum"}],
)


def workbook(
    sheets: Mapping[str, Cells], *, shape: Callable[[Any, dict[str, Any]], None] | None = None
) -> bytes:
    """Return the bytes of a workbook; a text that begins with "=" is written as text, None not at all.

    Parameters
    ----------
    shape
        Called with the workbook and its sheets by name, to merge, hide or write formulas.
    """
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "default_date_format": "d.m.yyyy"}
    with xlsxwriter.Workbook(content, options) as book:
        made = {}
        for name, rows in sheets.items():
            made[name] = sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(number, column, cell)
                    elif cell is not None:
                        sheet.write(number, column, cell)
        if shape:
            shape(book, made)
    return content.getvalue()


def save(folder: Path, content: bytes | str | Cells, name: str = "") -> Path:
    """Save bytes, CSV text or the cells of a one-sheet workbook; return the file."""
    if isinstance(content, str):
        file = folder / (name or "file.csv")
        file.write_text(content, encoding="utf-8")
    elif isinstance(content, bytes):
        file = folder / (name or "file.xlsx")
        file.write_bytes(content)
    else:
        file = folder / (name or "file.xlsx")
        file.write_bytes(workbook({"Taul1": content}))
    return file


def take(file: Path, table: LiveTable, mapping: str | None = None, **options: Any) -> ImportResult:
    """Import a file, with a mapping written as YAML text."""
    form = None
    if mapping is not None:
        written = file.with_name("mapping.yml")
        written.write_text(mapping, encoding="utf-8")
        form = load_mapping(written, table)
    data = file.parent / "data"
    return import_file(file, table, mapping=form, regions=REGIONS, data=data, now=NOW, **options)


def figures(result: ImportResult) -> dict[tuple[str, ...], float]:
    """Return key (area, period, dimensions, content) → value; missing values are left out."""
    frame = result.frame.dropna(subset=["value"])
    keys = [column for column in frame.columns if column not in ("value", "symbol")]
    return {tuple(row[:-1]): row[-1] for row in frame[[*keys, "value"]].itertuples(index=False)}


def marks(result: ImportResult) -> dict[tuple[str, ...], str]:
    """Return key → mark of the figures that have one."""
    frame = result.frame[result.frame["symbol"].ne("")]
    keys = [column for column in frame.columns if column not in ("value", "symbol")]
    return {tuple(row[:-1]): row[-1] for row in frame[[*keys, "symbol"]].itertuples(index=False)}
