"""Write the workbook that a consultant fills in: a sheet of empty cells, instructions and an example mapping.

Reads no file and holds no figures; the same table and municipalities give the same bytes.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import xlsxwriter

from uso_lib.errors import UsoError
from uso_lib.live_specs import LiveContent, LiveDimension, LiveTable
from uso_lib.registers import Municipality
from uso_lib.sources.imports.mapping import (
    CODE_HEADING,
    COUNTRY,
    NAME_HEADING,
    PERIOD_HEADING,
    headed_dimension,
    template_heading,
)  # fmt: skip
from uso_lib.sources.keeping.durable import write_durably

DATA_SHEET, HELP_SHEET, MAPPING_SHEET = "Tiedot", "Ohje", "Kuvaus"
TOTAL_HEADING = "Yhteensä"
#: Workbooks carry a date of creation; a fixed one keeps the bytes the same.
CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
MARKS = (
    ("tyhjä solu", "lukua ei tuoda"),
    ("..", "tietoa ei ole saatu tai se on liian epävarma"),
    ("...", "tieto on salattu"),
    (".", "tieto ei ole mahdollinen"),
    ("12,5*", "ennakkotieto"),
    ("1 234 1)", "luku ja alaviitteen merkki; merkki jätetään pois"),
)
FILLING = (
    ("1", f"Täytä luvut välilehdelle {DATA_SHEET}. Otsikoita ei saa muuttaa; rivejä voi lisätä ja poistaa."),
    ("2", f"{PERIOD_HEADING} riittää ensimmäiselle riville: tyhjä solu tarkoittaa samaa kuin yläpuolella."),
    ("3", "Useamman vuoden luvut: kopioi rivit alle ja kirjoita niiden ensimmäiselle riville toinen vuosi."),
)
NIL = {"zero": "nolla: ei yhtään", "missing": "tietoa ei ole"}


def write_template(table: LiveTable, path: Path, municipalities: Sequence[Municipality]) -> None:
    """Write the workbook to fill in.

    Parameters
    ----------
    path
        Where to write it (.xlsx); nothing that exists is overwritten.
    municipalities
        The municipalities listed, in this order.

    Raises
    ------
    UsoError
        A file of the name exists, or it cannot be written.
    """
    if path.exists():
        message = f"{path} exists and may hold filled-in figures. Move it, or name another with --output."
        raise UsoError(message)
    try:
        write_durably(path, template_bytes(table, municipalities))
    except OSError as error:
        message = f"{path} cannot be written ({error.strerror}). Name another place with --output."
        raise UsoError(message) from error


def template_bytes(table: LiveTable, municipalities: Sequence[Municipality]) -> bytes:
    """Return the workbook to fill in; text is written as text, so that no name can become a formula."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    with xlsxwriter.Workbook(content, options) as workbook:
        workbook.set_properties({"title": table.title, "author": "", "created": CREATED})
        bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        _data(workbook.add_worksheet(DATA_SHEET), table, municipalities, bold=bold)
        _lines(workbook.add_worksheet(HELP_SHEET), list(_instructions(table)), bold=bold, wrapped=wrapped)
        mapping = [(line, "") for line in example_mapping(table)]
        _lines(workbook.add_worksheet(MAPPING_SHEET), mapping, bold=None, wrapped=None)
    return content.getvalue()


def template_headings(table: LiveTable) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the headings of the key columns and of the columns of figures."""
    headed = headed_dimension(table)
    keys: tuple[str, ...] = (CODE_HEADING, NAME_HEADING)
    if table.areas == "country" or table.area:
        keys = tuple(table.area[:1]) if table.areas == "municipalities" else ()
    others = tuple(one.text[0] for one in table.dimensions if one != headed)
    figures = tuple(_code_heading(code) for code in (headed.values or [])) if headed else ()
    return (*keys, *others, PERIOD_HEADING), figures or tuple(_heading(one) for one in table.contents)


def example_mapping(table: LiveTable) -> tuple[str, ...]:
    """Return the lines of a mapping file that describes the template itself."""
    headed = headed_dimension(table)
    lines = [
        "# Kuvausta tarvitaan vain, kun oma tiedosto on eri muodossa kuin välilehti Tiedot.",
        "# Tallenna rivit tekstitiedostoksi, muuta otsikot ja anna tiedosto: --mapping kuvaus.yml",
        f"sheet: {_quoted(DATA_SHEET)}",
        "header: 1",
        f"area: {_area(table)}",
        f"period: {{column: {_quoted(PERIOD_HEADING)}, fill: true}}",
    ]
    if headed:
        lines += [f"content: {{fixed: {_quoted(table.contents[0].code)}}}"]
    else:
        lines += ["contents:", *(f"  {one.code}: {_quoted(_heading(one))}" for one in table.contents)]
    if table.dimensions:
        lines += ["dimensions:", *(f"  {one.name}: {_dimension(one, headed)}" for one in table.dimensions)]
    return (*lines, 'decimal: ","')


def _data(sheet: Any, table: LiveTable, municipalities: Sequence[Municipality], *, bold: Any) -> None:
    """Write the headings and one row per municipality."""
    keys, figures = template_headings(table)
    sheet.write_row(0, 0, (*keys, *figures), bold)
    number = 0
    for number, row in enumerate(_rows(table, municipalities), start=1):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text)
    sheet.ignore_errors({"number_stored_as_text": f"A1:B{number + 1}"})
    for column, heading in enumerate((*keys, *figures)):
        sheet.set_column(column, column, 20 if heading in (NAME_HEADING, *table.area) else 14)
    sheet.set_row(0, 45)
    sheet.freeze_panes(1, len(keys))


def _rows(table: LiveTable, municipalities: Sequence[Municipality]) -> Iterator[tuple[str, ...]]:
    """Go through the key cells that are filled in beforehand: municipalities, and codes of dimensions."""
    headed = headed_dimension(table)
    columns = [one.values or [""] for one in table.dimensions if one != headed and not one.area]
    codes = list(product(*columns))
    if table.areas == "country":
        yield from codes if columns else ()
        return
    for one in municipalities:
        key = (one.name,) if table.area else (one.code, one.name)
        paired = any(dimension.area for dimension in table.dimensions)
        yield from [key] if paired else [(*key, *code) for code in codes]


def _instructions(table: LiveTable) -> Iterator[tuple[str, str]]:
    """Go through the lines of the instructions; a line without a second part is a heading."""
    yield table.title, ""
    yield "Tuottaja", table.producer
    yield "Aineisto", table.table_id
    if table.note:
        yield "Huomaa", table.note
    yield "Täyttäminen", ""
    yield from FILLING
    if any(one.area for one in table.dimensions):
        yield (
            "4",
            "Kirjoita yksi rivi kutakin kuntaparia kohti; parit, joilla ei ole lukuja, voi jättää pois.",
        )
    yield "Tuonti", "Tallenna ja anna komento: uso import TIEDOSTO --as " + table.id
    yield "Luvut", ""
    for one in table.contents:
        yield _heading(one), _described(one)
    for dimension in table.dimensions:
        if dimension.values and not dimension.area:
            yield dimension.text[0], ", ".join(_code_heading(code) for code in dimension.values)
    yield "Sallitut merkinnät", ""
    yield from MARKS
    policies = dict.fromkeys(NIL[one.nil] for one in table.contents)
    yield "-", " tai ".join(policies)
    yield "Kunnat", ""
    yield (
        "Nimi tai koodi",
        "Suomen- tai ruotsinkielinen nimi tai kolminumeroinen koodi (20 ja 020 ovat sama).",
    )
    yield "Lakkautetut kunnat", "Niiden luvut lasketaan seuraajakunnan lukuihin."
    yield "Summarivit", "Manner-Suomi, maakunnat ja Yhteensä jätetään pois; Koko maa tuodaan maan lukuna."


def _lines(sheet: Any, lines: Sequence[tuple[str, str]], *, bold: Any, wrapped: Any) -> None:
    """Write lines of text; with a format for headings, lines without a second part are headings."""
    sheet.set_column(0, 0, 34 if bold else 100)
    sheet.set_column(1, 1, 90)
    for number, (first, second) in enumerate(lines):
        heading = bold is not None and not second
        sheet.write_string(number, 0, first, bold if heading else wrapped)
        if second:
            sheet.write_string(number, 1, second, wrapped)


def _described(content: LiveContent) -> str:
    """Return what a content's figures must be, in Finnish."""
    parts = [f"tunnus {content.code}"]
    if content.unit:
        parts.append(f"yksikkö {content.unit}")
    bounds = [
        f"{bound:g}".replace(".", ",") if bound is not None else "" for bound in (content.low, content.high)
    ]
    if any(bounds):
        parts.append(f"sallittu väli {bounds[0]}–{bounds[1]}")
    return "; ".join(parts)


def _heading(content: LiveContent) -> str:
    return template_heading(content)[0]


def _code_heading(code: str) -> str:
    return TOTAL_HEADING if code == COUNTRY else code


def _area(table: LiveTable) -> str:
    """Return the mapping of the municipality's column."""
    if table.areas == "country":
        return f"{{fixed: {_quoted(COUNTRY)}}}"
    if table.area:
        return f"{{column: {_quoted(table.area[0])}}}"
    return f"{{column: {_quoted(CODE_HEADING)}, name: {_quoted(NAME_HEADING)}}}"


def _dimension(dimension: LiveDimension, headed: LiveDimension | None) -> str:
    """Return the mapping of a dimension."""
    if dimension != headed:
        return f"{{column: {_quoted(dimension.text[0])}}}"
    total = (
        f", codes: {{{_quoted(TOTAL_HEADING)}: {_quoted(COUNTRY)}}}"
        if COUNTRY in (headed.values or [])
        else ""
    )
    return f"{{headings: true{total}}}"


def _quoted(text: str) -> str:
    """Return a text in the double quotes of YAML."""
    return json.dumps(text, ensure_ascii=False)
