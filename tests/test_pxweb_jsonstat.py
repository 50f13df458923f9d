"""Cubes are read the same in every form services write them, and damaged ones are refused by name."""

from __future__ import annotations

import json
import random
import warnings
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pxweb_damage import ODD, damage
from pxweb_world import FIXTURES, json_stat
from pyjstat import pyjstat

from uso_lib.errors import BadAnswer
from uso_lib.sources.pxweb.body import plain
from uso_lib.sources.pxweb.jsonstat import Cube, read_cube

CUBE = {"Alue": ["SSS", "KU091"], "Vuosi": ["2024", "2025"]}
VALUES = [10, 20.5, None, 4]


def read(body: Any) -> Cube:
    return read_cube(json.dumps(body).encode(), where="koe")


@pytest.fixture(scope="module")
def pxweb() -> Path:
    if not FIXTURES.is_dir():
        pytest.skip("../shared/fixtures is not beside this checkout")
    return FIXTURES / "pxweb"


def test_a_cube_has_codes_figures_marks_and_time_of_updating() -> None:
    cube = read(json_stat(CUBE, VALUES, {"2": "...", "3": "*"}))
    assert cube.variables == {"Alue": ("SSS", "KU091"), "Vuosi": ("2024", "2025")}
    np.testing.assert_array_equal(cube.figures, [10, 20.5, np.nan, 4])
    assert {mark: list(places) for mark, places in cube.symbols.items()} == {"...": [2], "*": [3]}
    assert (cube.updated, cube.table_id, cube.shape) == ("2026-06-08T05:00:00Z", "koe", (2, 2))


def variants() -> dict[str, dict[str, Any]]:
    """Return one and the same cube in every way services write it."""
    whole = json_stat(CUBE, VALUES, {"2": "..."})
    lists = json.loads(json.dumps(whole))
    lists["dimension"]["Alue"]["category"]["index"] = ["SSS", "KU091"]
    unsorted = json.loads(json.dumps(whole))
    unsorted["dimension"]["Alue"]["category"]["index"] = {"KU091": 1, "SSS": 0}
    inner = {name: whole["dimension"][name] for name in CUBE} | {"id": whole["id"], "size": whole["size"]}
    old = {key: value for key, value in whole.items() if key not in ("id", "size", "version", "class")}
    return {
        "lists": lists,
        "unsorted": unsorted,
        "values by position": whole | {"value": {"0": 10, "1": 20.5, "3": 4}},
        "a mark per figure": whole | {"status": ["", None, "...", ""]},
        "json-stat 1": {"dataset": old | {"dimension": inner}},
    }


@pytest.mark.parametrize("form", sorted(variants()))
def test_every_form_gives_the_same_cube(form: str) -> None:
    expected, cube = read(json_stat(CUBE, VALUES, {"2": "..."})), read(variants()[form])
    assert cube.variables == expected.variables
    np.testing.assert_array_equal(cube.figures, expected.figures)
    assert {mark: list(places) for mark, places in cube.symbols.items()} == {"...": [2]}
    assert cube.updated == expected.updated


def test_one_mark_stands_for_every_figure() -> None:
    cube = read(json_stat(CUBE, [1, 2, 3, 4]) | {"status": "*"})
    assert list(cube.symbols["*"]) == [0, 1, 2, 3]


def test_a_single_code_needs_no_index() -> None:
    body = json_stat({"Alue": ["SSS"], "Vuosi": ["2024", "2025"]}, [1, 2])
    del body["dimension"]["Alue"]["category"]["index"]
    assert read(body).variables["Alue"] == ("SSS",)


def test_a_byte_order_mark_before_the_body_is_nothing() -> None:
    content = b"\xef\xbb\xbf" + json.dumps(json_stat(CUBE, VALUES)).encode()
    assert read_cube(content, where="koe").shape == (2, 2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": [1, 2, 3]}, "3 figures where its variables make 4"),
        ({"value": None}, "no figures"),
        ({"value": {"4": 1}}, "no figure number '4'"),
        ({"value": {"-1": 1}}, "no figure number '-1'"),
        ({"value": ["1", 2, 3, 4]}, "neither a number nor missing"),
        ({"value": [True, 2, 3, 4]}, "neither a number nor missing"),
        ({"value": [10**400, 2, 3, 4]}, "infinite"),
        ({"size": [2, 3]}, "2 codes where its size is 3"),
        ({"size": [2]}, "variables and their sizes"),
        ({"id": ["Alue", "Alue"]}, "proper names"),
        ({"id": ["Alue", "Kunta"]}, "Kunta has no categories"),
        ({"status": {"9": "."}}, "no figure number '9'"),
        ({"status": ["."]}, "1 marks for 4 figures"),
        ({"status": {"1": 3}}, "not text"),
        ({"status": 3}, "neither a list nor by position"),
        ({"dimension": []}, "not a JSON-stat dataset"),
    ],
)
def test_what_contradicts_itself_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(BadAnswer, match=said):
        read(json_stat(CUBE, VALUES) | change)


@pytest.mark.parametrize("variables", [3, 8])
def test_a_few_codes_cannot_claim_figures_without_end(variables: int) -> None:
    codes = {f"v{number}": [str(code) for code in range(1000)] for number in range(variables)}
    with pytest.raises(BadAnswer, match="more than 20,000,000 figures"):
        read(json_stat(codes, []) | {"value": {"0": 1}, "status": "*"})


def test_the_time_of_updating_is_short_and_plain() -> None:
    assert read(json_stat(CUBE, VALUES) | {"updated": "2026\x1b[31m-\u202e05" + "x" * 9999}).updated == (
        "2026[31m-05" + "x" * 109
    )


def test_codes_in_one_place_or_twice_are_refused() -> None:
    body = json_stat(CUBE, VALUES)
    body["dimension"]["Alue"]["category"]["index"] = {"SSS": 0, "KU091": 0}
    with pytest.raises(BadAnswer, match="distinct whole numbers"):
        read(body)
    body["dimension"]["Alue"]["category"]["index"] = ["SSS", "SSS"]
    with pytest.raises(BadAnswer, match="stands twice"):
        read(body)


@pytest.mark.parametrize(
    "content", [b"", b"<html>proxy</html>", b'{"id": ["Alue"', b"\xff\xfe", b"NaN", b"[" * 9999]
)
def test_what_is_not_json_is_refused(content: bytes) -> None:
    with pytest.raises(BadAnswer, match="not whole JSON"):
        read_cube(content, where="koe")


def test_a_message_of_the_service_is_quoted() -> None:
    with pytest.raises(BadAnswer, match='"Parameter error" instead of figures'):
        read({"error": "Parameter error"})
    with pytest.raises(BadAnswer, match='"Too many cells"'):
        read({"type": "Parameter error", "title": "Too many cells", "status": 400})


def test_html_is_taken_out_of_titles_but_less_than_is_not() -> None:
    assert plain("Väestö <A HREF='x' TARGET=_blank>31.12.</A>&nbsp;ja\r\n muut") == "Väestö 31.12. ja muut"
    assert plain("Väestö\x1b[31m\ud800") == "Väestö[31m"
    assert plain("Alle 15 v., < 15 ja 3 > 2") == "Alle 15 v., < 15 ja 3 > 2"


@pytest.mark.parametrize("name", ["rpk_crimes_1987_2020.jsonstat.json", "tyokay_115i.jsonstat2.json"])
def test_a_real_answer_reads_as_plain_pyjstat_reads_it(pxweb: Path, name: str) -> None:
    content = (pxweb / name).read_bytes()
    cube = read_cube(content, where=name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        rows = pyjstat.Dataset(OrderedDict(json.loads(content))).write("dataframe", naming="id")
    grid = np.meshgrid(*(np.array(codes, dtype=object) for codes in cube.variables.values()), indexing="ij")
    for codes, column in zip(grid, cube.variables, strict=True):
        assert list(codes.ravel()) == list(rows[column])
    np.testing.assert_array_equal(cube.figures, rows["value"].to_numpy("float64"))


def test_a_real_answer_in_rows_keeps_its_marks(pxweb: Path) -> None:
    cube = read_cube((pxweb / "tyonv_12r5_2026M06.pxweb.json").read_bytes(), where="12r5")
    assert cube.shape == (421, 1, 23)
    assert cube.updated == "2026-07-21T05.00.00Z"
    assert len(cube.symbols["..."]) == 904
    place = cube.variables["Alue"].index("KU016") * 23 + cube.variables["contentscode"].index("TYOTOSUUS")
    assert cube.figures[place] == 10.9


SMALL_ROWS = {
    "columns": [
        {"code": "Alue", "type": "d"},
        {"code": "Vuosi", "type": "t"},
        {"code": "vaesto", "type": "c"},
    ],
    "data": [{"key": ["SSS", "2024"], "values": ["10"]}, {"key": ["KU091", "2024"], "values": ["..."]}],
    "metadata": [{"updated": "2026-06-08T05.00.00Z", "label": "Koe"}],
}


def trees() -> list[bytes]:
    """Return small bodies of every form, to be damaged."""
    return [
        json.dumps(body).encode()
        for body in (json_stat(CUBE, VALUES, {"2": "..."}), *variants().values(), SMALL_ROWS)
    ]


@settings(max_examples=150, deadline=None)
@given(
    content=st.sampled_from(trees()), odd=st.lists(ODD, min_size=1, max_size=3), seed=st.integers(0, 2**32)
)
def test_a_damaged_answer_is_refused_or_read_but_never_breaks(
    content: bytes, odd: list[Any], seed: int
) -> None:
    pick, body = random.Random(seed), json.loads(content)
    for value in odd:
        body = damage(body, value, pick)
    try:
        cube = read_cube(json.dumps(body).encode(), where="koe")
    except BadAnswer:
        return
    assert cube.figures.size == np.prod(cube.shape)
    assert all(places.max(initial=0) < cube.figures.size for places in cube.symbols.values())


@settings(max_examples=60, deadline=None)
@given(content=st.sampled_from(trees()), data=st.data())
def test_a_cut_answer_is_refused(content: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(content) - 1))
    with pytest.raises(BadAnswer):
        read_cube(content[:cut], where="koe")
