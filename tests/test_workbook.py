"""Workbook and CSV: every harvested line, at full precision, as what it is."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from report_fakes import COVER, code, executed, heading, number, numbers, section, shown

from uso_lib.reports import publish
from uso_lib.reports.harvest import COLUMNS, Harvest, harvest
from uso_lib.reports.summary_sheet import SUMMARY_HEADERS
from uso_lib.reports.workbook import write_csv, write_workbook
from uso_lib.reports.workbook_words import GROUPS, MEASURES

LONG = "Kunnan talous ja omaisuus: lainat / velat [€]"


def harvested(*lines: list[Any], chapter: str = "4 Kunnan talous", extra: tuple[Any, ...] = ()) -> Harvest:
    row = section(numbers=numbers(*lines))
    return harvest(executed(heading(f"## {chapter}", "heading-talous"), code(shown(row, html="x")), *extra))


def book(tmp_path: Path, found: Harvest) -> Any:
    write_workbook(found, tmp_path / "tables.xlsx", title="Tornion tilanneanalyysi")
    return openpyxl.load_workbook(tmp_path / "tables.xlsx")


def lines_of(sheet: Any) -> list[dict[str, Any]]:
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


COMPARED = (
    number(period="2019", value=1000.0),
    number(period="2020", value=1234.5678, mark="*"),
    number(measure="mean", group="peers", value=2000.25, n=9, of=10),
    number(measure="mean", group="network", value=2100.5),
    number(measure="mean", group="region", value=1800.0),
    number(measure="mean", group="country", value=3000.0),
    number(measure="own", group="country_own", value=3300.0),
    number(measure="position", group="peers", value=2, of=10),
    number(measure="position", group="country", value=41, of=308, mark="jaettu"),
    number(measure="change", group="peers", period="2015-2020", value=-1.5),
    number(measure="change", group="municipality", period="2015-2020", value=-234.5),
    number(measure="change_pct", group="municipality", period="2015-2020", value=-18.96),
)


def test_every_line_stands_on_the_sheet_of_its_theme_with_its_value_unrounded(tmp_path: Path) -> None:
    sheets = book(tmp_path, harvested(*COMPARED))
    assert sheets.sheetnames == ["Yhteenveto", "4 Kunnan talous", "Lähteet"]
    lines = lines_of(sheets["4 Kunnan talous"])
    assert [line["Arvo"] for line in lines] == [
        dict(zip(COLUMNS, one, strict=True))["value"] for one in COMPARED
    ]
    assert lines[1] == {
        "Teema": "4 Kunnan talous",
        "Rivi": "Lainakannan kehitys",
        "Tunnus": "loans",
        "Tunnusluku": "Lainakanta",
        "Suure": "arvo",
        "Ryhmä": "kunta",
        "Aluekoodi": "851",
        "Alue": "Tornio",
        "Ajankohta": "2020",
        "Arvo": 1234.5678,
        "Yksikkö": "€/asukas",
        "Desimaaleja": 0,
        "Merkki": "*",
        "n": None,
        "N": None,
        "Tuottaja": "Tilastokeskus",
        "Taulu": "Kuntien avainluvut",
    }


def test_the_summary_takes_the_newest_value_and_the_groups_of_its_period(tmp_path: Path) -> None:
    stale = number(measure="mean", group="peers", period="2019", value=9.0)
    (line,) = lines_of(book(tmp_path, harvested(stale, *COMPARED))["Yhteenveto"])
    assert list(line) == list(SUMMARY_HEADERS)
    assert line == {
        "Teema": "4 Kunnan talous",
        "Rivi": "Lainakannan kehitys",
        "Tunnus": "loans",
        "Tunnusluku": "Lainakanta",
        "Yksikkö": "€/asukas",
        "Ajankohta": "2020",
        "Arvo": 1234.5678,
        "Merkki": "*",
        "95 %:n väli, alaraja": None,
        "95 %:n väli, yläraja": None,
        "Verrokkien keskiarvo": 2000.25,
        "Verrokkeja": "9/10",
        "Verkoston keskiarvo": 2100.5,
        "Maakunnan keskiarvo": 1800,
        "Kuntien keskiarvo": 3000,
        "Koko maa": 3300,
        "Sija verrokeissa": "2/10",
        "Sija kunnissa": "41/308 (jaettu)",
        "Muutoksen aika": "2015–2020",
        "Muutos": -234.5,
        "Muutos, %": -18.96,
        "Suunta": None,
        "Tuottaja": "Tilastokeskus",
        "Taulu": "Kuntien avainluvut",
    }


def test_codes_are_told_in_finnish(tmp_path: Path) -> None:
    lines = [number(measure=measure, group=group, mark="met") for measure in MEASURES for group in GROUPS]
    told = lines_of(book(tmp_path, harvested(*lines))["4 Kunnan talous"])
    assert {line["Merkki"] for line in told} == {"täyttyy"}
    assert {line["Suure"] for line in told} == set(MEASURES.values())
    assert {line["Ryhmä"] for line in told} == set(GROUPS.values())


@pytest.mark.slow
def test_every_code_of_a_real_report_has_a_finnish_word(network: Path) -> None:
    with (network / "tornio" / publish.CSV).open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) > 5000
    assert {line["measure"] for line in lines} <= set(MEASURES)
    assert {line["group"] for line in lines} <= set(GROUPS)


def test_an_older_definition_does_not_stand_for_the_newest_value(tmp_path: Path) -> None:
    older = number(title="Lainakanta (vanha määritelmä)", value=1.0)
    (line,) = lines_of(book(tmp_path, harvested(older, *COMPARED))["Yhteenveto"])
    assert line["Arvo"] == 1234.5678


def test_an_indicator_without_a_value_has_no_summary_line(tmp_path: Path) -> None:
    assert lines_of(book(tmp_path, harvested(number(value=None, mark="..")))["Yhteenveto"]) == []


def test_numbers_are_numbers_and_marks_and_codes_are_text(tmp_path: Path) -> None:
    sheet = book(tmp_path, harvested(number(area="020", period="2020", decimals=1, mark="-")))[
        "4 Kunnan talous"
    ]
    cells = {header.value: cell for header, cell in zip(*sheet.iter_rows(max_row=2), strict=True)}
    assert cells["Aluekoodi"].value == "020"
    assert cells["Ajankohta"].value == "2020"
    assert cells["Merkki"].value == "-"
    assert cells["Arvo"].data_type == "n"
    assert cells["Arvo"].number_format == "#,##0.0"


def test_text_that_looks_like_a_formula_or_a_link_stays_text(tmp_path: Path) -> None:
    hostile = ["=1+1", "+1", "@SUM(A1)", "-cmd", "https://example.org", "{=1}"]
    sheet = book(tmp_path, harvested(*(number(area_name=text) for text in hostile)))["4 Kunnan talous"]
    column = [cell.value for cell in sheet[1]].index("Alue")
    cells = [row[column] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == hostile
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.hyperlink for cell in cells} == {None}


def test_header_is_frozen_and_columns_fit_their_contents(tmp_path: Path) -> None:
    sheet = book(tmp_path, harvested(*COMPARED, number(title="Lainakanta asukasta kohti")))["4 Kunnan talous"]
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["D"].width >= len("Lainakanta asukasta kohti")
    assert sheet.column_dimensions["H"].width < len("Lainakanta asukasta kohti")


def test_the_workbook_is_set_up_for_reading_filtering_and_printing(tmp_path: Path) -> None:
    sheets = book(tmp_path, harvested(*COMPARED, number(decimals=2, indicator="rate", value=12.345)))
    summary, theme, sources = sheets.worksheets
    assert summary.freeze_panes == "E2", "theme, row and indicator stay in sight"
    assert [sheet.freeze_panes for sheet in (theme, sources)] == ["A2", "A2"]
    for sheet in sheets.worksheets:
        assert sheet.auto_filter.ref == sheet.dimensions
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.oddFooter.left.text == f"Tornion tilanneanalyysi: {sheet.title}"
        assert {cell.font.b and cell.fill.fgColor.rgb for cell in sheet[1]} == {"FFDBE7F3"}
        widths = [sheet.column_dimensions[cell.column_letter].width for cell in sheet[1]]
        assert all(8 <= width <= 64 for width in widths)
    assert summary.sheet_properties.tabColor is not None
    assert [row[6].number_format for row in summary.iter_rows(min_row=2)] == ["#,##0", "#,##0.00"]
    assert sum(summary.column_dimensions[name].width for name in "ABCD") < 100, "frozen columns leave room"
    assert (sheets.properties.title, sheets.properties.category) == (
        "Tornion tilanneanalyysi",
        "Tilanneanalyysi",
    )
    assert [(one.name, one.value) for one in sheets.custom_doc_props.props] == [
        ("Language", "fi-FI"),
        ("uso-report", "tornio 851"),
    ]


def test_codes_and_years_are_text_without_a_spreadsheets_complaint(tmp_path: Path) -> None:
    book(tmp_path, harvested(number(area="020")))
    with zipfile.ZipFile(tmp_path / "tables.xlsx") as parts:
        sheet = parts.read("xl/worksheets/sheet2.xml").decode()
    assert '<ignoredError sqref="A1:Q2" numberStoredAsText="1"/>' in sheet


@pytest.mark.parametrize(
    ("chapter", "name"),
    [
        ("History", "History (2)"),
        ("'Lainattu'", "Lainattu"),
        ("Kunnan talous ja omaisuus, oma'l loppu", "Kunnan talous ja omaisuus, oma"),
        ("\U0001f3d8" * 20, "\U0001f3d8" * 15),
        ("Talous\u202e\x00", "Talous"),
        ("=cmd|'/c calc'!A1", "=cmd|' c calc'!A1"),
        ("///", "Luvut"),
    ],
)
def test_odd_headings_become_names_of_sheets(tmp_path: Path, chapter: str, name: str) -> None:
    assert book(tmp_path, harvested(number(), chapter=chapter)).sheetnames[1] == name


def test_very_long_and_unseen_texts_lose_no_cell(tmp_path: Path) -> None:
    sheet = book(tmp_path, harvested(number(area_name="ä" * 40_000, title="Lai\u202ena\x01\ud800\nkanta")))
    (line,) = lines_of(sheet["4 Kunnan talous"])
    assert (len(line["Alue"]), line["Tunnusluku"]) == (5_000, "Laina kanta")


def test_numbers_that_do_not_exist_are_left_empty(tmp_path: Path) -> None:
    found = harvested(number(value=float("nan")), number(value=float("inf"), period="2019"))
    assert [line["Arvo"] for line in lines_of(book(tmp_path, found)["4 Kunnan talous"])] == [None, None]


def test_sheet_names_are_what_excel_accepts(tmp_path: Path) -> None:
    second = [
        heading("## yhteenveto", "b"),
        code(shown(section("peers", "peers", numbers=numbers(number())), html="x")),
    ]
    names = book(tmp_path, harvested(number(), chapter=LONG, extra=tuple(second))).sheetnames
    assert names == ["Yhteenveto", "Kunnan talous ja omaisuus laina", "yhteenveto (2)", "Lähteet"]


def test_the_summary_sections_own_numbers_are_not_repeated(tmp_path: Path) -> None:
    summary = code(shown(section("summary", "summary", numbers=numbers(number())), html="x"))
    found = harvested(number(), extra=(summary,))
    assert "Tornion tilanneanalyysi" not in book(tmp_path, found).sheetnames
    write_csv(found, tmp_path / "indicators.csv")
    assert len((tmp_path / "indicators.csv").read_text(encoding="utf-8").splitlines()) == 2


def test_sources_count_the_lines_of_each_table(tmp_path: Path) -> None:
    other = number(producer="THL", table="Sotkanet", period="2012")
    lines = lines_of(book(tmp_path, harvested(*COMPARED, other))["Lähteet"])
    assert [tuple(line.values())[:5] for line in lines] == [
        ("THL", "Sotkanet", "2012", "2012", 1),
        ("Tilastokeskus", "Kuntien avainluvut", "2015", "2020", 12),
    ]
    assert list(lines[0])[2:5] == ["Ensimmäinen ajankohta", "Viimeinen ajankohta", "Lukuja"]


def test_sources_name_vintage_day_and_licence_of_every_table_a_line_names(tmp_path: Path) -> None:
    both = number(producer="THL, Tilastokeskus", table="Sotkanet 5, vaerak", period="2012")
    titled = number(producer="Vero", table="Taulu Sotkanet 5")
    longer = number(producer="Tilastokeskus", table="vaerak 11ra, vaerakka")
    tables = {
        "a": table("THL", "Sotkanet 5", "CC BY 4.0", ("vuonna 2012", "2026-06"), ("vuonna 2013", "2026-07")),
        "b": table("Tilastokeskus", "vaerak", "CC BY 4.0", ("vuonna 2020", "2026-06")),
        "c": table("Tilastokeskus", "vaerak 11ra", "CC0", ("vuonna 1999", "1999-01")),
        "d": table("Vero", "Sotkanet 5", "CC0", ("vuonna 1999", "1999-01")),
    }
    write_workbook(
        harvested(number(), both, titled, longer), tmp_path / "tables.xlsx", title="x", tables=tables
    )
    named, lone, longest, by_title = lines_of(openpyxl.load_workbook(tmp_path / "tables.xlsx")["Lähteet"])
    assert (named["Aineisto kattaa"], named["Koottu"], named["Käyttölupa"]) == (
        "vuonna 2012; vuonna 2013; vuonna 2020", "2026-06; 2026-07", "CC BY 4.0",
    )  # fmt: skip
    assert not lone["Käyttölupa"]
    assert (longest["Käyttölupa"], longest["Koottu"]) == ("CC0", "1999-01")
    assert by_title["Käyttölupa"] == "CC0"


def table(producer: str, table_id: str, licence: str, *parts: tuple[str, str]) -> dict[str, Any]:
    """Return a table as the proof tells it."""
    told = [{"vintage": vintage, "retrieved": retrieved} for vintage, retrieved in parts]
    about = {"producer": producer, "table_id": table_id, "title": f"Taulu {table_id}"}
    return {**about, "licence": licence, "parts": told}


def test_csv_holds_the_same_lines_as_the_sheets_to_the_last_digit(tmp_path: Path) -> None:
    third = 1 / 3
    found = harvested(
        *COMPARED, number(value=third), number(value=None, mark="..."), number(area_name='Å, "ä"')
    )
    write_csv(found, tmp_path / "indicators.csv")
    with (tmp_path / "indicators.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [row["value"] for row in rows[-3:]] == [repr(third), "", "1234.5678"]
    assert rows[-2]["mark"] == "..."
    assert rows[-1]["area_name"] == 'Å, "ä"'
    sheet = lines_of(book(tmp_path, found)["4 Kunnan talous"])
    assert [float(row["value"]) if row["value"] else None for row in rows] == [line["Arvo"] for line in sheet]


def test_csv_text_that_looks_like_a_formula_is_defused_and_marks_are_not(tmp_path: Path) -> None:
    write_csv(harvested(number(area_name="=HYPERLINK()", mark="-", value=-5.0)), tmp_path / "indicators.csv")
    with (tmp_path / "indicators.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["area_name"], row["mark"], row["value"]) == ("'=HYPERLINK()", "-", "-5.0")


def test_the_same_lines_give_the_same_bytes_without_a_name_or_a_time(tmp_path: Path) -> None:
    found = harvested(*COMPARED)
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(found, tmp_path / name, title="Tornion tilanneanalyysi")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        properties = parts.read("docProps/core.xml").decode()
    assert "<dc:creator></dc:creator>" in properties
    assert "2000-01-01" in properties
    assert str(tmp_path) not in properties


def test_the_cover_is_where_the_facts_come_from() -> None:
    assert harvested(number()).facts == COVER["facts"]
