"""The workbook to fill in: what is in it, and that filling it in gives exactly the figures filled in."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from import_files import AGES, COSTS, PAIRS, REGIONS, figures, marks, save, take

from uso_lib.errors import ImportProblems, UsoError
from uso_lib.live_specs import LiveTable
from uso_lib.live_tables import load_live_tables
from uso_lib.registers import Municipality
from uso_lib.sources.imports import write_template
from uso_lib.sources.imports.reading import read_sheets
from uso_lib.sources.imports.template import example_mapping, template_bytes, template_headings

TABLES = load_live_tables().by_service("import")
FEW = REGIONS.all[:4]
COUNTRY = next(one for one in TABLES if one.areas == "country")


def cells(content: bytes, sheet: str = "Tiedot") -> list[tuple[Any, ...]]:
    return list(next(one for one in read_sheets(Path("t"), content) if one.name == sheet).rows)


def filled(table: LiveTable, values: dict[tuple[int, int], Any], year: str | None) -> bytes:
    """Return the template with cells filled in, as a person would: row and column of figures from 0."""
    rows = [list(row) for row in cells(template_bytes(table, FEW))]
    keys, columns = template_headings(table)
    width = len(keys) + len(columns)
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Tiedot")
        for number in range(max(len(rows), 1 + max((row for row, _ in values), default=0) + 1)):
            line = rows[number] if number < len(rows) else []
            line += [""] * (width - len(line))
            if number == 1 and year:
                line[len(keys) - 1] = int(year)
            for column in range(len(columns)):
                line[len(keys) + column] = values.get((number - 1, column), "") if number else columns[column]
            for column, cell in enumerate(line):
                if cell != "":
                    sheet.write(number, column, cell)
    return made.getvalue()


def test_every_table_s_template_lists_all_municipalities(tmp_path: Path) -> None:
    for table in TABLES:
        rows = cells(template_bytes(table, REGIONS.all))
        keys, columns = template_headings(table)
        assert rows[0] == (*keys, *columns)
        listed = {cell for row in rows[1:] for cell in row if isinstance(cell, str)}
        expected = {one.name for one in REGIONS.all} if table.areas == "municipalities" else set()
        assert expected <= listed, table.id


def test_only_the_given_municipalities_are_listed() -> None:
    rows = cells(template_bytes(COSTS, FEW))
    assert [row[:2] for row in rows[1:]] == [(one.code, one.name) for one in FEW]


def test_the_instructions_are_finnish_and_name_units_marks_and_the_command() -> None:
    for table in TABLES:
        text = "\n".join(str(cell) for row in cells(template_bytes(table, FEW), "Ohje") for cell in row)
        assert f"uso import TIEDOSTO --as {table.id}" in text
        for content in table.contents:
            assert f"{content.title} ({content.unit})" in text
        for word in ("ennakkotieto", "tieto on salattu", "Lakkautetut kunnat", "Koko maa"):
            assert word in text


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.id)
def test_an_unfilled_template_says_so(tmp_path: Path, table: LiveTable) -> None:
    path = tmp_path / "pohja.xlsx"
    write_template(table, path, FEW)
    with pytest.raises(ImportProblems, match="there are no figures: the cells are empty"):
        take(path, table)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.id)
def test_the_example_mapping_describes_the_template(tmp_path: Path, table: LiveTable) -> None:
    _, columns = template_headings(table)
    bounds = [content.low or 0 for content in table.contents]
    low = [bounds[min(column, len(bounds) - 1)] + 1.5 for column in range(len(columns))]
    values = {(0, column): low[column] for column in range(len(columns))}
    content = filled(table, values, "2024")
    if any(one.area for one in table.dimensions):
        content = pair_filled(table)
    plainly = take(save(tmp_path, content), table)
    mapped = take(save(tmp_path, content), table, "\n".join(example_mapping(table)) + "\n")
    assert len(plainly.frame) == len(columns)
    assert plainly.frame.equals(mapped.frame)
    lines = [row[0] if row else "" for row in cells(template_bytes(table, FEW), "Kuvaus")]
    assert tuple(lines) == example_mapping(table)


def pair_filled(table: LiveTable) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Tiedot")
        keys, columns = template_headings(table)
        sheet.write_row(0, 0, [*keys, *columns])
        sheet.write_row(1, 0, ["Akaa", "Tampere", 2023, 7])
    return made.getvalue()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_figures_filled_in_are_the_figures_imported(tmp_path: Path, data: st.DataObject) -> None:
    table = data.draw(st.sampled_from([COSTS, AGES, COUNTRY]))
    _, columns = template_headings(table)
    count = 1 if table.areas == "country" else len(FEW)
    places = st.tuples(st.integers(0, count - 1), st.integers(0, len(columns) - 1))
    number = st.one_of(
        st.floats(100, 99999, allow_nan=False).map(lambda value: round(value, 7)),
        st.integers(100, 99999),
        st.sampled_from(["1 234,5", "777*", "..."]),
    )
    values = data.draw(st.dictionaries(places, number, min_size=1, max_size=12))
    values[0, 0] = 555
    year = str(data.draw(st.integers(1990, 2060)))
    result = take(save(tmp_path, filled(table, values, year)), table)
    meant = {"1 234,5": 1234.5, "777*": 777.0}
    expected: dict[tuple[str, ...], float] = {}
    for (row, column), value in values.items():
        area = "SSS" if table.areas == "country" else FEW[row].code
        said = columns[column]
        dimension = ("SSS" if said == "Yhteensä" else said,) if table.dimensions else ()
        content = table.contents[0 if table.dimensions else column].code
        if value != "...":
            key = (area, year, *dimension, content)
            expected[key] = meant[value] if isinstance(value, str) else float(value)
    assert figures(result) == expected
    found = sorted(marks(result).values())
    assert found == sorted(mark for mark in ("*" if one == "777*" else one for one in values.values())
                           if mark in ("*", "..."))  # fmt: skip


def test_figures_without_a_year_are_told(tmp_path: Path) -> None:
    with pytest.raises(ImportProblems, match=r"row 2, column C \(Vuosi\): the period is missing"):
        take(save(tmp_path, filled(COSTS, {(0, 0): 5}, None)), COSTS)


def test_the_same_template_has_the_same_bytes_and_never_a_formula() -> None:
    spiteful = Municipality(**{**vars(FEW[0]), "name": "=HYPERLINK(1)", "code": "@1"})
    content = template_bytes(COSTS, [spiteful])
    assert content == template_bytes(COSTS, [spiteful])
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "/worksheets/" in name]
        core = parts.read("docProps/core.xml").decode()
    assert not any(re.search(r"<f\b|<hyperlink", sheet) for sheet in sheets)
    assert "2000-01-01T00:00:00Z" in core
    assert cells(content)[1][:2] == ("@1", "=HYPERLINK(1)")


def test_a_filled_in_template_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "pohja.xlsx"
    path.write_text("täytetty")
    with pytest.raises(UsoError, match="may hold filled-in figures"):
        write_template(COSTS, path, FEW)
    assert path.read_text() == "täytetty"
    with pytest.raises(UsoError, match="cannot be written"):
        write_template(COSTS, tmp_path / "none" / "pohja.xlsx", FEW)


def test_pairs_and_codes_have_columns_of_their_own() -> None:
    assert template_headings(PAIRS)[0] == ("Asuinkunta", "Työpaikan kunta", "Vuosi")
    declared = {**COSTS.model_dump(), "dimensions": AGES.model_dump()["dimensions"]}
    both = LiveTable.model_validate(declared)
    assert template_headings(both)[0] == ("Koodi", "Kunta", "Ikä", "Vuosi")
    rows = cells(template_bytes(both, FEW))
    assert [row[2] for row in rows[1:5]] == ["0-6", "7-15", "85-", "SSS"]
    assert len(rows) == 1 + 4 * len(FEW)
