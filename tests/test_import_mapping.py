"""Mapping files: strict, and checked against the table they are for."""

from __future__ import annotations

from pathlib import Path

import pytest
from import_files import AGES, COSTS

from uso_lib.errors import InputErrors, Problem
from uso_lib.live_specs import LiveTable
from uso_lib.sources.imports.mapping import Mapping, load_mapping


def faults(folder: Path, text: str, table: LiveTable = COSTS) -> list[Problem]:
    file = folder / "mapping.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputErrors) as caught:
        load_mapping(file, table)
    return list(caught.value.problems)


def test_every_key_of_a_mapping_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "mapping.yml"
    file.write_text(
        "sheet: Luvut\nheader: [2, 3]\nfirst_row: 5\nlast_row: 9\nskip_rows: [7]\n"
        "where: {Sukupuoli: Yhteensä}\n"
        "area: {column: [Koodi, A], name: Kunta, skip: [Muut], fill: true, codes: {x: '005'}}\n"
        "period: {fixed: '2024'}\ncontent: {column: Tieto}\nvalue: Arvo\n"
        "contents: {net: [Menot, Nettomenot]}\n"
        "scale: {net: 0.001}\ndecimal: ','\nthousands: '.'\nmissing: {x: ..}\n"
        "provisional: e\nfootnotes: refuse\n"
        "encoding: cp1252\nseparator: ';'\n",
        encoding="utf-8",
    )
    mapping = load_mapping(file, COSTS)
    assert set(Mapping.model_fields) - set(mapping.model_dump(exclude_defaults=True)) == {"dimensions"}
    assert mapping.factor("net") == 0.001
    assert mapping.factor("staff") == 1


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("heeder: 1\n", "heeder", "did you mean header?"),
        ("area: {colum: Kunta}\n", "area.colum", "did you mean column?"),
        ("area: {}\n", "area", "exactly one of column"),
        ("period: {column: Vuosi, fixed: '2024'}\n", "period", "exactly one of column"),
        ("area: {headings: true}\n", "area", "transpose"),
        ("header: 0\n", "header", "at least 1"),
        ("first_row: 9\nlast_row: 3\n", "", "before first_row"),
        ("decimal: ','\nthousands: ','\n", "", "different marks"),
        ("decimal: ';'\n", "decimal", "valid"),
        ("period: {fixed: 2024}\n", "period.fixed", "quotes"),
        ("area: {fixed: 020}\n", "area.fixed", "quotes"),
        ("contents: {nett: Menot}\n", "contents.nett", "did you mean net?"),
        ("scale: {nett: 10}\n", "scale.nett", "did you mean net?"),
        ("dimensions: {age: {column: Ikä}}\n", "dimensions.age", "nothing is allowed here"),
        ("content: {fixed: nett}\n", "content.fixed", "did you mean net?"),
        ("content: {column: B, codes: {Menot: nett}}\n", "content.codes", "did you mean net?"),
        ("missing: {x: puuttuu}\n", "missing.x", "valid"),
        ("sheet: A\nsheet: B\n", "sheet", "line 1"),
    ],
)
def test_what_is_wrong_is_told_with_its_key(tmp_path: Path, text: str, key: str, said: str) -> None:
    found = faults(tmp_path, text)
    assert [problem.key for problem in found] == [key]
    assert said in str(found[0])


def test_codes_of_a_dimension_must_exist(tmp_path: Path) -> None:
    found = faults(tmp_path, "dimensions:\n  age: {column: Ikä, codes: {vanhat: 85}}\n", AGES)
    assert "quotes" in str(found[0])
    found = faults(tmp_path, 'dimensions:\n  age: {column: Ikä, codes: {vanhat: "85"}}\n', AGES)
    assert "85-" in found[0].hint


def test_several_problems_are_told_together(tmp_path: Path) -> None:
    found = faults(tmp_path, "contents: {nett: Menot}\nscale: {stuff: 10}\n")
    assert [problem.line for problem in found] == [1, 2]
