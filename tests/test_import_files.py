"""Whole files: where headings, keys and figures stand, and what a consultant is told when they do not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from import_files import AGES, COSTS, MONTHS, NOW, PAIRS, RATE, figures, marks, save, take, workbook

from uso_lib.errors import CellProblem, ImportProblems, UsoError
from uso_lib.live_specs import LiveTable

HEAD = ["Kunta", "Vuosi", "Veroprosentti"]


def problems(file: Path, table: LiveTable, mapping: str | None = None, **options: Any) -> list[CellProblem]:
    with pytest.raises(ImportProblems) as caught:
        take(file, table, mapping, **options)
    return list(caught.value.problems)


def test_a_plain_table_with_everything_around_it(tmp_path: Path) -> None:
    cells = [
        ["Kuntien veroprosentit 2024"],
        [],
        ["Nro", "Kunta ", "Vuosi", "VEROPROSENTTI 1)", "Huomautus"],
        [1, "Akaa", 2024, 9.1, "ok"],
        [],
        [2, "Äänekoski", "2024", "8,75*", None],
        ["Nro", "Kunta", "Vuosi", "Veroprosentti", "Huomautus"],
        [3, "Ii", 2024, "..", None],
        [4, "Inari", 2024, None, "ei tietoa"],
        [None, "Koko maa", 2024, 7.46, None],
        [None, "Manner-Suomi", 2024, 7.4, None],
        [None, "Yhteensä", 2024, 25.3, None],
        ["1) Vahvistetut veroprosentit."],
        ["Lähde: Verohallinto"],
    ]
    result = take(save(tmp_path, cells), RATE)
    assert figures(result) == {
        ("020", "2024", "rate_pct"): 9.1,
        ("992", "2024", "rate_pct"): 8.75,
        ("SSS", "2024", "rate_pct"): 7.46,
    }
    assert marks(result) == {("992", "2024", "rate_pct"): "*", ("139", "2024", "rate_pct"): ".."}
    assert result.remarks == (
        "Columns that were not read: Nro, Huomautus.",
        "Rows that are not of a municipality were left out: Manner-Suomi (row 11), Yhteensä (row 12).",
        "Rows without figures were left out: 9, 13–14.",
        "1 figures are marked as provisional (*).",
        "2 of 308 municipalities have figures.",
    )


def test_where_the_figures_came_from_is_kept(tmp_path: Path) -> None:
    file = save(tmp_path, [HEAD, ["Akaa", 2024, 9.1], ["Ii", 2024, 8.0]], "Verot 2024.XLSX")
    result = take(file, RATE)
    assert result.archived.read_bytes() == file.read_bytes()
    answer = result.provenance.answers[0]
    assert result.archived.relative_to(tmp_path).as_posix() == f"data/raw/import/{answer.sha256}.xlsx"
    assert (answer.address, answer.query, answer.time) == ("Verot 2024.XLSX", "Taul1", NOW.isoformat())
    assert result.provenance.kind == "imported"
    assert result.provenance.resolved == {
        "file": "Verot 2024.XLSX", "sheet": "Taul1", "header": [1], "rows": [2, 3], "mapping": {},
    }  # fmt: skip


def test_a_refused_file_is_not_kept(tmp_path: Path) -> None:
    problems(save(tmp_path, [HEAD, ["Akaa", 2024, "abc"]]), RATE)
    assert not (tmp_path / "data").exists()


def test_an_ending_is_no_path(tmp_path: Path) -> None:
    file = save(tmp_path, "Kunta;Vuosi;Veroprosentti\nAkaa;2024;9\n", "taulu.CSV (1)")
    assert take(file, RATE).archived.suffix == ".csv1"


def test_every_fault_is_told_with_its_cell(tmp_path: Path) -> None:
    cells = [
        ["Koodi", "Kunta", "Vuosi", "Veroprosentti"],
        ["020", "Akaa", 2024, "yhdeksän"],
        [5, "Alajärvi", "2023-2024", 9],
        ["", "", 2024, 9],
        ["020", "Alajärvi", 2024, 9],
        ["Tornjo", None, 2024, 9],
        ["009", "Alavieska", 2024, 91],
        ["010", "Alavus", 2024, date(2024, 5, 9)],
    ]
    found = problems(save(tmp_path, cells), RATE)
    assert [(one.sheet, one.row, one.column) for one in found] == [
        ("Taul1", 2, "D (Veroprosentti)"),
        ("Taul1", 3, "C (Vuosi)"),
        ("Taul1", 4, "A (Koodi)"),
        ("Taul1", 5, "B (Kunta)"),
        ("Taul1", 6, "A (Koodi)"),
        ("Taul1", 7, "D (Veroprosentti)"),
        ("Taul1", 8, "D (Veroprosentti)"),
    ]
    assert "Tornio" in found[4].hint
    assert "highest possible is 30 %" in found[5].hint
    assert all(one.hint for one in found)


def test_doubled_figures_are_told_with_both_places(tmp_path: Path) -> None:
    cells = [HEAD, ["Akaa", 2024, 9.1], ["Ii", 2024, 8.0], ["020", 2024, 9.1], ["KU020", 2024, 9.2]]
    found = problems(save(tmp_path, cells), RATE)
    assert [(one.row, one.column) for one in found] == [(4, "C"), (5, "C")]
    assert all("C2 already" in one.reason for one in found)
    assert [one.hint for one in found] == ["remove one of them", "keep the right one of them"]


def test_percent_given_as_fractions_is_told_once(tmp_path: Path) -> None:
    file = save(tmp_path, [HEAD, ["Akaa", 2024, 0.091], ["Ii", 2024, 0.08], ["Inari", 2024, 0.0875]])
    found = problems(file, RATE)
    assert [(one.row, one.column) for one in found] == [(2, "C (Veroprosentti)")]
    assert "scale: 100" in found[0].hint
    assert figures(take(file, RATE, "scale: 100\n")) == {
        ("020", "2024", "rate_pct"): 9.1,
        ("139", "2024", "rate_pct"): 8.0,
        ("148", "2024", "rate_pct"): 8.75,
    }


def test_many_faults_of_one_kind_do_not_hide_the_others(tmp_path: Path) -> None:
    rows = [["Akaa", 2000 + year, "x"] for year in range(50)]
    found = problems(save(tmp_path, [HEAD, *rows, ["Tornjo", 2024, 9]]), RATE)
    assert len(found) == 22
    assert "30 more of the same kind, the last on row 51" in found[-1].reason
    assert any(one.row == 52 for one in found)


def test_a_misspelt_heading_gets_the_nearest_one(tmp_path: Path) -> None:
    found = problems(save(tmp_path, [["Kunta", "Vuosi", "Veroprosenti"], ["Akaa", 2024, 9]]), RATE)
    assert [(one.row, one.hint) for one in found] == [(1, "did you mean Veroprosenti?")]
    half = [["Kunta", "Vuosi", "Nettomenot", "Henkilostö"], ["Akaa", 2024, 9, 2]]
    assert "Henkilostö" in problems(save(tmp_path, half), COSTS)[0].hint


def test_a_content_without_a_column_is_told_when_the_mapping_asks_for_it(tmp_path: Path) -> None:
    file = save(tmp_path, [["Kunta", "Vuosi", "Nettomenot (tuhatta euroa)"], ["Akaa", 2024, 9]])
    assert "Contents the file has no column of: staff." in take(file, COSTS).remarks
    found = problems(file, COSTS, "contents: {net: Nettomenot (tuhatta euroa), staff: Väki}\n")
    assert ['"Väki"' in one.reason for one in found] == [True]


def test_two_columns_with_one_heading_need_a_letter(tmp_path: Path) -> None:
    file = save(tmp_path, [["Kunta", "Vuosi", "Vuosi", "Veroprosentti"], ["Akaa", 2024, 2025, 9]])
    assert "B and C have the same heading" in problems(file, RATE)[0].reason
    assert figures(take(file, RATE, "period: {column: C}\n")) == {("020", "2025", "rate_pct"): 9.0}


def test_years_as_headings(tmp_path: Path) -> None:
    cells = [["Kunta", 2030, "2040*", "Muutos 2030-2040"], ["Akaa", 9, 8, -1], ["Ii", "7,5", "-", 1]]
    result = take(save(tmp_path, cells), RATE, "period: {headings: true}\n")
    assert figures(result) == {
        ("020", "2030", "rate_pct"): 9.0, ("020", "2040", "rate_pct"): 8.0, ("139", "2030", "rate_pct"): 7.5,
    }  # fmt: skip
    assert marks(result) == {("020", "2040", "rate_pct"): "*", ("139", "2040", "rate_pct"): ".."}
    assert "Columns that were not read: Muutos 2030-2040." in result.remarks


def test_merged_headings_in_two_rows(tmp_path: Path) -> None:
    def merge(_: Any, sheets: dict[str, Any]) -> None:
        sheets["Taul1"].merge_range("A2:A3", "Kunta")
        sheets["Taul1"].merge_range("B2:C2", "Nettomenot")
        sheets["Taul1"].merge_range("D2:E2", "Henkilöstö 1)")

    cells = [["Otsikko"], [], [None, 2023, 2024, 2023, 2024], ["Akaa", 1, 2, 3, 4]]
    file = save(tmp_path, workbook({"Taul1": cells}, shape=merge))
    assert figures(take(file, COSTS, "header: [2, 3]\nperiod: {headings: true}\n")) == {
        ("020", "2023", "net"): 1.0, ("020", "2024", "net"): 2.0,
        ("020", "2023", "staff"): 3.0, ("020", "2024", "staff"): 4.0,
    }  # fmt: skip


def test_headings_in_two_rows_of_a_csv_file(tmp_path: Path) -> None:
    text = "Kunta;Nettomenot;;Henkilöstö;\n;2023;2024;2023;2024\nAkaa;1;2;3;4\n"
    made = take(save(tmp_path, text), COSTS, "header: [1, 2]\nperiod: {headings: true}\n")
    assert figures(made)[("020", "2024", "staff")] == 4.0
    assert len(made.frame) == 4


def test_ages_as_headings_and_as_a_column(tmp_path: Path) -> None:
    wide = [["Kunta", "Vuosi", "0–6", "7-15-vuotiaat", "85+", "Yhteensä"], ["Akaa", 2030, 1, 2, 3, 6]]
    expected = {("020", "2030", age, "people"): value for age, value in
                {"0-6": 1.0, "7-15": 2.0, "85-": 3.0, "SSS": 6.0}.items()}  # fmt: skip
    assert figures(take(save(tmp_path, wide), AGES)) == expected
    long = [["Kunta", "Vuosi", "Ikäluokka", "Henkilöitä"], ["Akaa", 2030, "0-6 v.", 1],
            ["Akaa", 2030, "pienet", 2], ["Akaa", 2030, "85-", 3], ["Akaa", 2030, "yhteensä", 6]]  # fmt: skip
    mapping = "value: Henkilöitä\ndimensions:\n  age: {column: Ikäluokka, codes: {pienet: 7-15}}\n"
    assert figures(take(save(tmp_path, long), AGES, mapping)) == expected
    found = problems(save(tmp_path, long), AGES, mapping.replace("pienet:", "suuret:"))
    assert [(one.row, one.column) for one in found] == [(3, "C (Ikäluokka)")]
    dated = [*long[:1], ["Akaa", 2030, date(2026, 7, 15), 2]]
    assert "made a date of it" in problems(save(tmp_path, dated), AGES, mapping)[0].reason


def test_contents_in_a_column(tmp_path: Path) -> None:
    text = "Kunta;Tieto;2023;2024\nAkaa;Menot;1,5;2,5\nAkaa;Väki;3;4\nAkaa;Muu;5;6\n"
    mapping = "period: {headings: true}\ncontent: {column: Tieto}\ncontents: {net: Menot, staff: Väki}\n"
    result = take(save(tmp_path, text), COSTS, mapping)
    assert figures(result)[("020", "2024", "net")] == 2.5
    assert len(result.frame) == 4
    assert "Rows of other contents were left out: Muu." in result.remarks
    coded = "period: {headings: true}\ncontent: {column: Tieto, codes: {muu: net}}\n"
    found = figures(
        take(
            save(tmp_path, text.replace("Akaa", "AK")),
            COSTS,
            f"area: {{column: A, codes: {{ak: '020'}}}}\n{coded}",
        )
    )
    assert found == {("020", "2023", "net"): 5.0, ("020", "2024", "net"): 6.0}


def test_pairs_of_municipalities(tmp_path: Path) -> None:
    cells = [["Asuinkunta", "Työpaikan kunta", "Vuosi", "Työssäkäyvät"], ["Akaa", "Tampere", 2023, 12],
             [None, "Valkeakoski", None, 5], ["Yhteensä", "Tampere", 2023, 99],
             ["Akaa", "Koko maa", 2023, 17]]  # fmt: skip
    mapping = "area: {column: Asuinkunta, fill: true}\nperiod: {column: Vuosi, fill: true}\n"
    assert figures(take(save(tmp_path, cells), PAIRS, mapping)) == {
        ("020", "2023", "837", "employed"): 12.0,
        ("020", "2023", "908", "employed"): 5.0,
    }
    assert problems(save(tmp_path, cells), PAIRS)[0].reason == "the municipality is missing"


def test_only_some_rows(tmp_path: Path) -> None:
    text = (
        "Kunta;Sukupuoli;Vuosi;Veroprosentti\nAkaa;Yhteensä;2024;9\nAkaa;Miehet;2024;8\nIi;Yhteensä;2024;7\n"
    )
    file = save(tmp_path, text)
    chosen = take(file, RATE, "where: {Sukupuoli: yhteensä}\nlast_row: 3\n")
    assert figures(chosen) == {("020", "2024", "rate_pct"): 9.0}
    both = take(file, RATE, "where: {Sukupuoli: [Miehet]}\nfirst_row: 3\nskip_rows: [4]\n")
    assert figures(both) == {("020", "2024", "rate_pct"): 8.0}


def test_a_table_without_headings(tmp_path: Path) -> None:
    mapping = 'header: []\narea: {column: A}\nperiod: {fixed: "2024"}\nvalue: B\n'
    assert figures(take(save(tmp_path, "020;9,1\n005;8,0\n"), RATE, mapping)) == {
        ("020", "2024", "rate_pct"): 9.1,
        ("005", "2024", "rate_pct"): 8.0,
    }


def test_the_right_sheet_is_found_or_asked_for(tmp_path: Path) -> None:
    def hide(_: Any, sheets: dict[str, Any]) -> None:
        sheets["Vanha"].hide()

    good, other = [HEAD, ["Akaa", 2024, 9]], [HEAD, ["Akaa", 2024, 5]]
    sheets = {"Lue": [["Ohje"]], "Luvut": good, "Vanha": other}
    file = save(tmp_path, workbook(sheets, shape=hide))
    result = take(file, RATE)
    assert figures(result) == {("020", "2024", "rate_pct"): 9.0}
    assert "Hidden sheets were not read: Vanha." in result.remarks
    assert figures(take(file, RATE, sheet="vanha")) == {("020", "2024", "rate_pct"): 5.0}
    assert figures(take(file, RATE, "sheet: Vanha\n")) == {("020", "2024", "rate_pct"): 5.0}
    assert "did you mean Luvut?" in problems(file, RATE, sheet="Luvu")[0].hint
    both = save(tmp_path, workbook({"A": good, "B": other}))
    assert "A, B" in problems(both, RATE)[0].reason
    lost = problems(
        save(tmp_path, workbook({"Ohje": [["jotain"]], "Luvut": [["Kunta", "Vuosi", "X"]]})), RATE
    )
    assert [(one.sheet, one.row) for one in lost] == [("Luvut", 1)]


def test_a_file_without_figures_says_so(tmp_path: Path) -> None:
    for cells in ([HEAD], [HEAD, ["Akaa", 2024, None]]):
        assert "the cells are empty" in problems(save(tmp_path, cells), RATE)[0].reason
    totals = [HEAD, ["Manner-Suomi", 2024, 7.4]]
    assert "of a municipality" in problems(save(tmp_path, totals), RATE)[0].reason
    assert "the sheet is empty" in problems(save(tmp_path, [[], []]), RATE)[0].reason


def test_months_become_years_and_incomplete_ones_are_told(tmp_path: Path) -> None:
    rows = "".join(f"Akaa;2023M{month:02d};{month},5\n" for month in range(1, 13))
    text = f"Kunta;Kuukausi;Maksettu\n{rows}Akaa;2024M01;1\n"
    result = take(save(tmp_path, text), MONTHS)
    assert figures(result) == {("020", "2023", "paid"): 84.0}
    assert "Years with months or quarters missing were left out: 2024." in result.remarks
    short = "Kunta;Kuukausi;Maksettu\nAkaa;2024M01;1\n"
    assert problems(save(tmp_path, short), MONTHS)[0].reason == "there is no complete year"


def test_abolished_municipalities_are_kept_for_folding(tmp_path: Path) -> None:
    result = take(save(tmp_path, [HEAD, ["Honkajoki", 2019, 21], ["Kankaanpää", 2019, 20]]), RATE)
    assert set(figures(result)) == {("099", "2019", "rate_pct"), ("214", "2019", "rate_pct")}
    assert any("Honkajoki (099) was abolished" in one for one in result.remarks)


@pytest.mark.parametrize(
    ("mapping", "text", "value"),
    [
        ('decimal: "."\n', "1.234", 1.234), ('decimal: ","\nthousands: "."\n', "1.234", 1234.0),
        ("scale: 1000\n", "1,5", 1500.0), ("scale: {net: 0.001}\n", "1 234 567", 1234.567),
        ("footnotes: drop\n", "5 1)", 5.0), ('provisional: "e"\n', "5e", 5.0),
    ],
)  # fmt: skip
def test_settings_of_how_figures_are_written(tmp_path: Path, mapping: str, text: str, value: float) -> None:
    file = save(tmp_path, f"Kunta;Vuosi;Nettomenot\nAkaa;2024;{text}\n")
    assert figures(take(file, COSTS, mapping)) == {("020", "2024", "net"): value}


def test_settings_that_refuse_or_name_marks(tmp_path: Path) -> None:
    file = save(tmp_path, "Kunta;Vuosi;Nettomenot\nAkaa;2024;5 1)\nIi;2024;salattu\n")
    found = problems(file, COSTS, "footnotes: refuse\nmissing: {salattu: ...}\n")
    assert [(one.row, one.column) for one in found] == [(2, "C (Nettomenot)")]
    result = take(file, COSTS, "missing: {salattu: ...}\n")
    assert marks(result) == {("139", "2024", "net"): "..."}
    unclear = save(tmp_path, "Kunta;Vuosi;Nettomenot\nAkaa;2024;1.234\n")
    assert "thousands mark" in problems(unclear, COSTS)[0].reason


def test_one_year_above_many_rows_is_enough(tmp_path: Path) -> None:
    cells = [HEAD, ["Akaa", 2023, 9], ["Ii", None, 8], HEAD, ["Inari", None, 7], ["Akaa", 2024, 6]]
    assert figures(take(save(tmp_path, cells), RATE)) == {
        ("020", "2023", "rate_pct"): 9.0, ("139", "2023", "rate_pct"): 8.0,
        ("148", "2023", "rate_pct"): 7.0, ("020", "2024", "rate_pct"): 6.0,
    }  # fmt: skip


def test_an_import_may_fail_to_keep_the_original(tmp_path: Path) -> None:
    file = save(tmp_path, [HEAD, ["Akaa", 2024, 9]])
    (tmp_path / "data").write_text("a file stands where the folder should")
    with pytest.raises(UsoError, match="cannot be kept"):
        take(file, RATE)


def test_a_damaged_original_is_kept_anew(tmp_path: Path) -> None:
    file = save(tmp_path, [HEAD, ["Akaa", 2024, 9]])
    kept = take(file, RATE).archived
    kept.write_bytes(b"half")
    assert take(file, RATE).archived.read_bytes() == file.read_bytes()


def test_a_files_name_cannot_steer_a_terminal_or_a_line_of_text(tmp_path: Path) -> None:
    text = "Kunta;Vuosi;Veroprosentti\nAkaa;2024;9,1\n"
    for name in ("a\x1b[31m\u202e.csv", "a\n\udcff.csv", "x" * 200 + ".csv"):
        shown = take(save(tmp_path, text, name), RATE).provenance.answers[0].address
        assert shown.isprintable()
        assert len(shown) <= 120
        assert shown[0] == name[0]
