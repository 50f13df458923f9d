"""Files of every kind as sheets of cells: encodings, separators, damaged workbooks."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from import_files import COSTS, RATE, figures, save, take, workbook

from uso_lib.errors import ImportProblems, UsoError
from uso_lib.sources.imports.reading import find_separator, read_content, read_sheets

HERE = Path("file.csv")
TABLE = "Kunta;Vuosi;Veroprosentti\nHämeenlinna;2024;9,1\nÄänekoski;2024;8,75\n"
EXPECTED = {("109", "2024", "rate_pct"): 9.1, ("992", "2024", "rate_pct"): 8.75}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "cp1252", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_every_usual_encoding(tmp_path: Path, encoding: str, line_end: str) -> None:
    file = save(tmp_path, TABLE.replace("\n", line_end).encode(encoding), "file.csv")
    assert figures(take(file, RATE)) == EXPECTED


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_every_usual_separator(tmp_path: Path, separator: str) -> None:
    assert figures(take(save(tmp_path, TABLE.replace(";", separator)), RATE)) == EXPECTED


def test_commas_separate_where_figures_have_points(tmp_path: Path) -> None:
    text = TABLE.replace(",", ".").replace(";", ",")
    assert figures(take(save(tmp_path, text), RATE)) == EXPECTED


def test_a_title_above_and_quoted_separators_do_not_mislead() -> None:
    text = 'Otsikko, jossa on, monta, pilkkua\n\n"Kunta";"a; b"\n"Akaa";1,5\n"Alajärvi";2,5\n'
    assert find_separator(text) == ";"
    rows = read_sheets(HERE, text.encode())[0].rows
    assert rows[2] == ("Kunta", "a; b")
    assert rows[1] == ()


def test_a_declared_encoding_must_fit(tmp_path: Path) -> None:
    file = save(tmp_path, TABLE.encode("iso-8859-1"), "file.csv")
    with pytest.raises(ImportProblems, match="encoding utf-8"):
        take(file, RATE, "encoding: utf-8\n")
    assert figures(take(file, RATE, "encoding: iso-8859-1\nseparator: ;\n")) == EXPECTED


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"), (b"  \n", "is empty"), (b"<html><table>", "web page"), (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04 and nothing", "cannot be read"), (b"\xd0\xcf\x11\xe0 and nothing", "cannot be read"),
        (b"a\x00b", "neither a workbook nor text"), (b"\x81\x8d\xff", "not text in the encoding"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(UsoError, match=said):
        take(save(tmp_path, content, "file.xls"), RATE)


def test_a_missing_and_a_too_large_file_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsoError, match="cannot be read"):
        read_content(tmp_path / "none.csv")
    monkeypatch.setattr("uso_lib.sources.imports.reading.LARGEST_MB", 0)
    with pytest.raises(UsoError, match="larger than"):
        read_content(save(tmp_path, TABLE))


def test_errors_and_formulas_without_a_value_are_not_empty_cells(tmp_path: Path) -> None:
    def formulas(_: Any, sheets: dict[str, Any]) -> None:
        sheet = sheets["Taul1"]
        sheet.write_formula("C2", "=1/0", None, "#DIV/0!")
        sheet.write_formula("C3", "=4+5.1", None, 9.1)
        sheet.write_formula("C4", "=NA()", None, "#N/A")

    cells = [["Kunta", "Vuosi", "Veroprosentti"], ["Akaa", 2024], ["Alajärvi", 2024], ["Ii", 2024]]
    file = save(tmp_path, workbook({"Taul1": cells}, shape=formulas))
    with pytest.raises(ImportProblems) as caught:
        take(file, RATE)
    assert [(one.row, one.column, one.reason) for one in caught.value.problems] == [
        (2, "C (Veroprosentti)", "the spreadsheet shows the error #DIV/0!")
    ]
    rest = take(file, RATE, "skip_rows: [2]\n")
    assert figures(rest) == {("005", "2024", "rate_pct"): 9.1}
    assert list(rest.frame["symbol"]) == ["", ".."]


def test_a_formula_that_was_never_calculated_is_told(tmp_path: Path) -> None:
    made = workbook({"Taul1": [["Kunta", "Vuosi", "Veroprosentti"], ["Akaa", 2024, 9.125]]})
    file = save(tmp_path, replaced(made, "xl/worksheets/sheet1.xml", b"<v>9.125</v>", b"<f>A1+1</f>"))
    with pytest.raises(ImportProblems, match=r"row 2, column C .*no calculated value"):
        take(file, RATE)


@pytest.mark.parametrize(
    "place", [b"r='XFD1048576'", b'r="ZZZZZ99999999"', b'r = "xfd1048576"', b'r="A' + b"9" * 5000 + b'"']
)
def test_cells_far_apart_are_refused_however_their_place_is_written(tmp_path: Path, place: bytes) -> None:
    made = workbook({"Taul1": [["Kunta"], ["Akaa"]]})
    with pytest.raises(ImportProblems, match="columns apart"):
        take(save(tmp_path, replaced(made, "xl/worksheets/sheet1.xml", b'r="A2"', place)), RATE)


def test_cells_without_a_place_stand_in_the_row_that_says_its_own(tmp_path: Path) -> None:
    made = workbook({"Taul1": [["Kunta"], ["Akaa"]]})
    far = replaced(made, "xl/worksheets/sheet1.xml", b' r="A2"', b"")
    far = replaced(far, "xl/worksheets/sheet1.xml", b'<row r="2"', b'<row r="99999999"')
    with pytest.raises(ImportProblems, match="columns apart"):
        take(save(tmp_path, far), RATE)


@pytest.mark.parametrize("cell", [b"<c>", b"<c ", b"<c r='A1'><v><v"])
def test_a_malformed_sheet_is_looked_through_at_once(tmp_path: Path, cell: bytes) -> None:
    made = workbook({"Taul1": [["Kunta"], ["Akaa"]]})
    sheet = replaced(made, "xl/worksheets/sheet1.xml", b"</sheetData>", cell * 100_000 + b"</sheetData>")
    begun = monotonic()
    with pytest.raises(ImportProblems):
        take(save(tmp_path, sheet), RATE)
    assert monotonic() - begun < 10


def test_a_row_wider_than_any_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportProblems, match="a row has 20001 cells"):
        take(save(tmp_path, TABLE + ";" * 20_000 + "\n"), RATE)


def test_cells_far_apart_and_packed_bombs_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = workbook({"Taul1": [["Kunta"], ["Akaa"]]})
    far = replaced(made, "xl/worksheets/sheet1.xml", b'r="A2"', b'r="XFD1048576"')
    with pytest.raises(ImportProblems, match="columns apart"):
        take(save(tmp_path, far), RATE)
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as parts,
        parts.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        part.write(bytes(2 * 2**20))
    monkeypatch.setattr("uso_lib.sources.imports.workbook_cells.LARGEST_PART_MB", 1)
    with pytest.raises(ImportProblems, match="unpacked"):
        take(save(tmp_path, packed.getvalue()), RATE)


def replaced(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """Return a workbook with bytes of one part replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as parts, zipfile.ZipFile(made, "w") as target:
        for one in parts.namelist():
            part = parts.read(one)
            if one == name:
                assert old in part
                part = part.replace(old, new)
            target.writestr(one, part)
    return made.getvalue()


SOUND = workbook(
    {
        "Taul1": [["Koodi", "Kunta", "Vuosi", "Nettomenot", "Henkilöstö"], ["005", "Alajärvi", 2024, 1.5, 3]],
        "Taul2": [["muistiinpano"]],
    }
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_garbage_gives_figures_or_our_own_error(tmp_path: Path, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["bytes", "text", "flipped", "cut", "xml"]))
    if kind == "bytes":
        content = data.draw(st.binary(max_size=300))
    elif kind == "text":
        alphabet = "Kunta;Vuosi\nettom05,.-*\"'\t\rAlajärvi2024\u00a0"
        content = data.draw(st.text(alphabet=alphabet, max_size=200)).encode()
        content = b"Kunta;Vuosi;Nettomenot\n" + content
    elif kind == "cut":
        content = SOUND[: data.draw(st.integers(0, len(SOUND)))]
    else:
        content = SOUND if kind == "flipped" else flipped_part(data)
        changed = bytearray(content)
        for _ in range(data.draw(st.integers(0, 6)) if kind == "flipped" else 0):
            changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
        content = bytes(changed)
    file = save(tmp_path, content, data.draw(st.sampled_from(["file.xlsx", "file.csv"])))
    with suppress(UsoError):
        assert len(take(file, COSTS).frame)


def flipped_part(data: st.DataObject) -> bytes:
    """Return the sound workbook with some letters of its cells' XML changed."""
    with zipfile.ZipFile(io.BytesIO(SOUND)) as parts:
        name = data.draw(
            st.sampled_from(["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
        )
        part = bytearray(parts.read(name))
    for _ in range(data.draw(st.integers(1, 5))):
        part[data.draw(st.integers(0, len(part) - 1))] = data.draw(st.sampled_from(b'<>"/=019aZ \xff'))
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SOUND)) as parts, zipfile.ZipFile(made, "w") as target:
        for one in parts.namelist():
            target.writestr(one, bytes(part) if one == name else parts.read(one))
    return made.getvalue()
