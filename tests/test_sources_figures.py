"""Published files are read strictly: what is undeclared, no number or no mark is refused with its row."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from uso_lib.errors import InputErrors, SnapshotError
from uso_lib.sources.carryover.declaration import Content, TableSource, load_carryover
from uso_lib.sources.carryover.figures import read_source, read_texts

NAMES = {"Tornio": "851"}


def declared(*contents: Content, **fields: Any) -> TableSource:
    """Declare a toy table; one content without a label by default."""
    base = {"id": "toy", "file": "toy.csv", "producer": "P", "table_id": "T", "title": "T", "vintage": "V"}
    return TableSource(**{**base, **fields}, contents=list(contents) or [Content(code="n", merge="sum")])


def read(folder: Path, text: str, source: TableSource | None = None) -> list[list[Any]]:
    """Write toy.csv, read it and return its rows without the entry, null as None."""
    (folder / "toy.csv").write_text(text, encoding="utf-8")
    frame = read_source(source or declared(), folder, names=NAMES).drop(columns="entry")
    return [
        [None if pd.isna(cell) else cell for cell in row] for row in frame.to_numpy(dtype=object).tolist()
    ]


LABELLED = declared(
    Content(code="n", label="Väkiluku", merge="sum"), Content(code="m", label="Muut,  20-39", merge="sum"),
    key=["label"],
)  # fmt: skip


def test_area_prefix_and_periods_are_made_uniform(tmp_path: Path) -> None:
    text = "area,period,value\nKU851,2025,1\n020,2017.0,2.5\nSSS,2006-01-01,3\nMK19,2026M06,4\n"
    assert read(tmp_path, text) == [
        ["851", "2025", "n", 1, ""],
        ["020", "2017", "n", 2.5, ""],
        ["SSS", "2006M01", "n", 3, ""],
        ["MK19", "2026M06", "n", 4, ""],
    ]


@pytest.mark.parametrize(
    ("value", "symbol", "expected"),
    [
        ("5", "", [5, ""]), ("5", "*", [5, "*"]), ("-5.5", "", [-5.5, ""]), ("", "...", [None, "..."]),
        ("", "..", [None, ".."]), (".", "", [None, "."]), ("..", "", [None, ".."]), ("-", "", [0, "-"]),
        ("", "-", [0, "-"]), ("0", "-", [0, "-"]),
    ],
)  # fmt: skip
def test_marks_survive_and_only_a_true_zero_becomes_zero(
    tmp_path: Path, value: str, symbol: str, expected: list[Any]
) -> None:
    text = f"area,period,value,symbol\n851,2025,{value},{symbol}\n"
    assert read(tmp_path, text) == [["851", "2025", "n", *expected]]


def test_a_zero_that_means_no_figure_becomes_missing_unless_the_producer_marks_it_as_true(
    tmp_path: Path,
) -> None:
    source = declared(
        Content(code="n", label="Konserni", merge="sum", zero_is_missing="no group accounts"),
        Content(code="m", label="Kunta", merge="sum"),
        key=["label"],
    )
    text = (
        "area,period,label,value,symbol\n851,2025,Konserni,0.0,\n851,2025,Kunta,0,\n"
        "240,2025,Konserni,7,\n020,2025,Konserni,-,\n"
    )
    assert read(tmp_path, text, source) == [
        ["851", "2025", "n", None, ".."],
        ["851", "2025", "m", 0, ""],
        ["240", "2025", "n", 7, ""],
        ["020", "2025", "n", 0, "-"],
    ]


@pytest.mark.parametrize("value", ["", "n/a", "1,5", "1 000", "inf", "nan", "#"])
def test_what_is_neither_number_nor_mark_is_refused_with_its_row(tmp_path: Path, value: str) -> None:
    with pytest.raises(SnapshotError, match=r"toy\.csv: row 3: value is neither a number nor a known mark"):
        read(tmp_path, f'area,period,value\n851,2024,1\n240,2025,"{value}"\n')


@pytest.mark.parametrize("period", ["25", "2025Q1", "2025M13", "2025-01-02", "2025.5", ""])
def test_an_unknown_period_is_refused_with_its_row(tmp_path: Path, period: str) -> None:
    with pytest.raises(SnapshotError, match=r"toy\.csv: row 2: the period is no year or month"):
        read(tmp_path, f"area,period,value\n851,{period},1\n")


def test_the_same_key_twice_is_refused_also_with_and_without_prefix(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"row 2: the same key stands on several rows \(2 rows"):
        read(tmp_path, "area,period,value\n851,2025,1\nKU851,2025,2\n")
    text = 'area,period,label,value\n851,2025,"Muut, 20-39",1\n851,2025,"Muut,  20-39",2\n'
    with pytest.raises(SnapshotError, match="row 2: the same key stands on several rows"):
        read(tmp_path, text + "851,2025,Väkiluku,3\n", LABELLED)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"toy\.csv: column value is missing; the file has area, period"):
        read(tmp_path, "area,period\n851,2025\n")


def test_labels_are_found_whatever_their_spaces(tmp_path: Path) -> None:
    text = 'area,period,label,value\n851,2025, Väkiluku ,1\n851,2025,"Muut, 20-39",2\n'
    assert read(tmp_path, text, LABELLED) == [["851", "2025", "n", 1, ""], ["851", "2025", "m", 2, ""]]


def test_undeclared_and_vanished_labels_are_refused(tmp_path: Path) -> None:
    text = 'area,period,label,value\n851,2025,Väkiluku,1\n851,2025,"Muut, 20-39",2\n851,2025,Uusi,2\n'
    with pytest.raises(SnapshotError, match=r"row 4: the label is not declared in carryover\.yml"):
        read(tmp_path, text, LABELLED)
    unused = LABELLED.model_copy(update={"unused": "nobody uses it"})
    assert len(read(tmp_path, text, unused)) == 2
    with pytest.raises(SnapshotError, match="no row has the declared label 'Muut, 20-39'"):
        read(tmp_path, "area,period,label,value\n851,2025,Väkiluku,1\n", unused)


def test_labels_of_one_content_are_added_up_and_need_every_part(tmp_path: Path) -> None:
    source = declared(Content(code="n", label=["Miehet", "Naiset"], merge="sum"), key=["label"])
    text = (
        "area,period,label,value\n851,2025,Miehet,10\n851,2025,Naiset,12\n240,2025,Miehet,3\n"
        "020,2025,Miehet,3\n020,2025,Naiset,...\n"
    )
    assert read(tmp_path, text, source) == [
        ["851", "2025", "n", 22, ""],
        ["240", "2025", "n", None, ".."],
        ["020", "2025", "n", None, "..."],
    ]


def test_dimensions_come_from_labels_and_from_columns(tmp_path: Path) -> None:
    by_label = declared(
        Content(code="in", label="Tulo", merge="sum"),
        Content(code="in", label="Tulo, nuoret", dims={"age": "-19"}, merge="sum"),
        key=["label"], fixed_dims={"age": "SSS"},
    )  # fmt: skip
    text = 'area,period,label,value\n851,2025,Tulo,5\n851,2025,"Tulo, nuoret",2\n'
    assert read(tmp_path, text, by_label) == [
        ["851", "2025", "SSS", "in", 5, ""],
        ["851", "2025", "-19", "in", 2, ""],
    ]
    by_column = declared(dims={"age": "ika"}, dim_codes={"age": {"999": "SSS"}}, value="persons")
    text = "area,period,ika,persons\n851,2025,999,5\n851,2025,0,2\n"
    assert read(tmp_path, text, by_column) == [
        ["851", "2025", "SSS", "n", 5, ""],
        ["851", "2025", "0", "n", 2, ""],
    ]


def test_several_key_columns_and_a_filter(tmp_path: Path) -> None:
    source = declared(
        Content(code="ulos", label="asuinalue / Ulkona", merge="missing"), key=["suunta", "laji"],
        where={"koulutus": "Yhteensä"},
    )  # fmt: skip
    text = "area,period,suunta,laji,koulutus,value\n851,2025,asuinalue,Ulkona,Yhteensä,5\n"
    assert read(tmp_path, text + "851,2025,asuinalue,Ulkona,Korkea,9\n", source) == [
        ["851", "2025", "ulos", 5, ""]
    ]


def test_wide_files_names_for_codes_and_a_fixed_period(tmp_path: Path) -> None:
    source = declared(
        Content(code="eur", column="euroja", merge="missing"),
        Content(code="k", column="kerroin", merge="missing"),
        area_by_name="kunta", fixed_period="2020",
    )  # fmt: skip
    assert read(tmp_path, "kunta,euroja,kerroin\nTornio,16.4,60\n", source) == [
        ["851", "2020", "eur", 16.4, ""],
        ["851", "2020", "k", 60, ""],
    ]
    with pytest.raises(SnapshotError, match="row 2: the municipality is not known by this name"):
        read(tmp_path, "kunta,euroja,kerroin\nTorneå,16.4,60\n", source)


def test_missing_and_truncated_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"gone\.csv: the figure file is missing"):
        read_texts(tmp_path / "gone.csv")
    whole = gzip.compress(b"area,period,value\n" + b"".join(b"851,%d,1\n" % year for year in range(9999)))
    (tmp_path / "cut.csv.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.csv.gz").write_bytes(b"area,period,value\n")
    (tmp_path / "empty.csv").write_bytes(b"")
    for name in ("cut.csv.gz", "text.csv.gz", "empty.csv"):
        with pytest.raises(SnapshotError, match=f"{name}: the figure file cannot be read"):
            read_texts(tmp_path / name)


HEAD = """
data_as_of: "2026-06"
reference_year: 2026
ignored_areas: []
registers: {municipalities: a, inflections: b, mergers: c, former_names: d}
boundaries: {file: e, attribution: F}
tables:
  - {id: toy, producer: P, table_id: T, title: T, vintage: V, FIELDS}
"""


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ("file: x, contents: [{code: n, merge: average}]", "merge"),
        ("file: x, contents: [{code: n, merge: sum}], colour: blue", "colour"),
        ("contents: [{code: n, merge: sum}]", "either file or files"),
        ("file: x, files: [y], contents: [{code: n, merge: sum}]", "either file or files"),
        ("file: x, contents: []", "contents"),
        ("file: x, contents: [{code: n, merge: sum}, {code: n, merge: sum}]", "declared twice"),
        ("file: x, key: [label], contents: [{code: n, merge: sum}]", "needs a label"),
        ("file: x, file: y, contents: [{code: n, merge: sum}]", "file"),
    ],
)
def test_a_broken_declaration_is_refused(tmp_path: Path, fields: str, words: str) -> None:
    path = tmp_path / "carryover.yml"
    path.write_text(HEAD.replace("FIELDS", fields), encoding="utf-8")
    with pytest.raises(InputErrors, match=words) as caught:
        load_carryover(path)
    assert str(path) in str(caught.value)


def test_the_smallest_declaration_is_read(tmp_path: Path) -> None:
    path = tmp_path / "carryover.yml"
    path.write_text(HEAD.replace("FIELDS", "file: x, contents: [{code: n, merge: sum}]"), encoding="utf-8")
    assert load_carryover(path).tables[0].contents == [Content(code="n", merge="sum")]
