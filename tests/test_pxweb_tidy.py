"""Cubes become tidy tables: marks, zeros, years, and the same table however the cube was split."""

from __future__ import annotations

import itertools
import json
import math
import random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pxweb_world import AREAS, FIXTURES, SERVICE, Axis, World, json_stat, live_table

from uso_lib.errors import BadAnswer
from uso_lib.sources.pxweb import PxWeb
from uso_lib.sources.pxweb.jsonstat import read_cube
from uso_lib.sources.pxweb.metadata import TableMetadata, Variable
from uso_lib.sources.pxweb.periods import is_since, period_of, year_in
from uso_lib.sources.pxweb.query import cells, halves, split
from uso_lib.sources.pxweb.resolve import Resolution, resolve
from uso_lib.sources.pxweb.tidy import tidy_table
from uso_lib.tidy import check_tidy


def resolution(
    periods: tuple[str, ...], content: dict[str, Any], *, texts: tuple[str, ...] = ()
) -> Resolution:
    variables = (
        Variable("Alue", "Alue", ("KU020", "KU091"), ("Akaa", "Helsinki")),
        Variable("Vuosi", "Vuosi", periods, texts or periods, time=True),
        Variable("contentscode", "Tiedot", ("vaesto",), ("Väestö",)),
    )
    found = resolve(
        TableMetadata("Koe", variables), live_table(contents=[{"code": "vaesto"} | content]), AREAS
    )
    assert isinstance(found, Resolution)
    return found


def tidied(
    values: list[Any], status: Any, periods: tuple[str, ...] = ("2024", "2025"), **content: Any
) -> pd.DataFrame:
    texts = content.pop("texts", ())
    variables = {"Alue": ["KU020", "KU091"], "Vuosi": periods, "contentscode": ["vaesto"]}
    cube = read_cube(json.dumps(json_stat(variables, values, status)).encode(), where="koe")
    frame = tidy_table(resolution(periods, content, texts=texts), [cube], where="koe")
    check_tidy(frame, where="koe")
    return frame


def rows(frame: pd.DataFrame) -> list[tuple[str, str, float | None, str]]:
    columns = [frame[name] for name in ("area", "period", "value", "symbol")]
    return [(a, p, None if math.isnan(v) else v, s) for a, p, v, s in zip(*columns, strict=True)]


def test_marks_of_missing_figures_are_kept_apart() -> None:
    frame = tidied([None, None, None, None], {"0": ".", "1": "..", "2": "..."})
    assert [row[3] for row in rows(frame)] == [".", "..", "...", ".."]


def test_rarer_and_unknown_marks_mean_not_available() -> None:
    frame = tidied([None, None, None, 7], {"0": "....", "1": "......", "2": ":"})
    assert [row[3] for row in rows(frame)] == ["..", "..", "..", ""]
    assert frame.attrs["remarks"] == ('The mark ":" stands for missing figures: taken as not available.',)


@pytest.mark.parametrize(("nil", "value", "symbol"), [("zero", 0.0, "-"), ("missing", None, "..")])
def test_a_dash_is_a_zero_only_where_declared(nil: str, value: float | None, symbol: str) -> None:
    frame = tidied([None, 5, None, 5], {"0": "-"}, nil=nil)
    assert rows(frame)[0] == ("020", "2024", value, symbol)
    assert rows(frame)[2] == ("091", "2024", None, "..")


def test_marks_beside_figures_are_provisional_or_a_zero_or_dropped_with_a_remark() -> None:
    frame = tidied([1, 0, 3, 4], {"0": "*", "1": "-", "2": "e", "3": "..."})
    assert rows(frame) == [
        ("020", "2024", 1.0, "*"), ("020", "2025", 0.0, "-"),
        ("091", "2024", 3.0, ""), ("091", "2025", 4.0, ""),
    ]  # fmt: skip
    assert frame.attrs["remarks"] == (
        'The mark "..." stands beside figures and was dropped.',
        'The mark "e" stands beside figures and was dropped.',
    )


def test_a_provisional_period_marks_its_figures() -> None:
    frame = tidied([1, 2, None, 4], {"3": "-"}, texts=("2024", "2025*"), nil="missing")
    assert rows(frame) == [
        ("020", "2024", 1.0, ""), ("020", "2025", 2.0, "*"),
        ("091", "2024", None, ".."), ("091", "2025", 4.0, "*"),
    ]  # fmt: skip


QUARTERS = ("2022Q4", "2023Q1", "2023Q2", "2023Q3", "2023Q4", "2024Q1")


@pytest.mark.parametrize(
    ("yearly", "akaa", "helsinki"), [("sum", 14, None), ("mean", 3.5, None), ("last", 5, 9)]
)
def test_quarters_become_complete_years(yearly: str, akaa: float, helsinki: float | None) -> None:
    values = [1, 2, 3, 4, 5, 6, 1, 7, None, 8, 9, 1]
    frame = tidied(values, {"8": "...", "2": "*"}, QUARTERS, yearly=yearly)
    assert [(row[0], row[1], row[2]) for row in rows(frame)] == [
        ("020", "2023", akaa),
        ("091", "2023", helsinki),
    ]
    assert [row[3] for row in rows(frame)] == (["", ""] if yearly == "last" else ["*", "..."])


def test_months_stay_or_become_years_as_declared() -> None:
    months = tuple(f"2024M{month:02d}" for month in range(1, 13))
    values = [*range(1, 13), *[None] * 12]
    assert tidied(values, None, months)["period"].nunique() == 12
    yearly = rows(tidied(values, {str(place): "-" for place in range(12, 24)}, months, yearly="sum"))
    assert yearly == [("020", "2024", 78.0, ""), ("091", "2024", 0.0, "")]


def test_plain_zeros_go_where_a_missing_row_means_zero() -> None:
    cube = read_cube(
        json.dumps(
            json_stat(
                {"Alue": ["KU020", "KU091"], "Vuosi": ["2024", "2025"], "contentscode": ["vaesto"]},
                [0, 5, None, None],
                {"2": "-", "3": "..."},
            )
        ).encode(),
        where="koe",
    )
    frame = tidy_table(resolution(("2024", "2025"), {}), [cube], where="koe", absent_zero=True)
    assert rows(frame) == [("020", "2025", 5.0, ""), ("091", "2025", None, "...")]


def test_two_codes_that_become_one_collapse_or_contradict() -> None:
    variables = (
        Variable("Alue", "Alue", ("KU020",), ("Akaa",)),
        Variable("ika", "Ikä", ("01", "1"), ("1", "1")),
        Variable("Vuosi", "Vuosi", ("2024",), ("2024",), time=True),
        Variable("contentscode", "Tiedot", ("vaesto",), ("Väestö",)),
    )
    table = live_table(dimensions=[{"name": "age", "text": ["Ikä"], "codes": "number"}])
    found = resolve(TableMetadata("Koe", variables), table, AREAS)
    assert isinstance(found, Resolution)

    codes = {one.code: one.values for one in variables}  # noqa: PD011 - not a frame

    def cube(values: list[float]) -> Any:
        body = json_stat(codes, values)
        return read_cube(json.dumps(body).encode(), where="koe")

    assert tidy_table(found, [cube([3, 3])], where="koe")["value"].tolist() == [3.0]
    with pytest.raises(BadAnswer, match="twice with different values"):
        tidy_table(found, [cube([3, 4])], where="koe")


@pytest.mark.parametrize(
    ("code", "text", "period"),
    [
        ("2025", "2025*", "2025"), ("2026M06", "", "2026M06"), ("2023Q1", "", "2023Q1"),
        ("0", "2000", "2000"),
        ("2023M13", "x", None), ("2023Q5", "x", None), ("091", "Helsinki", None), ("3000", "x", None),
    ],
)  # fmt: skip
def test_periods_are_read_from_codes_or_texts(code: str, text: str, period: str | None) -> None:
    assert period_of(code, text) == period


def test_periods_end_in_or_after_the_first_one_asked() -> None:
    assert is_since("2020", "2020M06")
    assert not is_since("2020Q1", "2020M04")
    assert is_since("2020Q2", "2020M04")
    assert not is_since("2019M12", "2020")
    assert (year_in("Väkiluku, 2016"), year_in("Väkiluku")) == ("2016", None)


@settings(max_examples=100, deadline=None)
@given(lengths=st.lists(st.integers(1, 40), min_size=1, max_size=5), limit=st.integers(1, 5000))
def test_a_selection_is_split_into_parts_that_fit_and_make_the_whole(lengths: list[int], limit: int) -> None:
    selection = {
        f"v{axis}": tuple(f"{axis}-{place}" for place in range(length)) for axis, length in enumerate(lengths)
    }
    if cells(selection) > 20_000:
        return
    parts = split(selection, limit)
    assert max(map(cells, parts)) <= limit
    asked = [key for part in parts for key in itertools.product(*part.values())]
    assert len(asked) == len(set(asked)) == cells(selection)
    assert sum(map(cells, halves(selection))) == (cells(selection) if cells(selection) > 1 else 0)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw a table of any shape, in any order of variables, with marks anywhere."""
    areas = draw(
        st.lists(
            st.sampled_from(["SSS", "KU020", "KU091", "KU092", "MK01", "KU200"]), min_size=1, unique=True
        )
    )
    ages = draw(st.lists(st.sampled_from(["SSS", "000", "005-009", "100-"]), min_size=1, unique=True))
    years = draw(st.lists(st.sampled_from(["2023", "2024", "2025"]), min_size=1, unique=True))
    axes = [
        Axis("alue", "Alue", ("KU005", *areas)),
        Axis("ika", "Ikä", tuple(ages)),
        Axis("timeperiod_y", "Vuosi", tuple(years), time=True),
        Axis("contentscode", "Tiedot", ("a-vaesto", "vm01", "muu")),
        Axis("sukupuoli", "Sukupuoli", ("SSS", "1"), total="SSS"),
    ]
    seed = draw(st.integers(0, 2**16))

    def figure(key: tuple[str, ...]) -> tuple[float | None, str]:
        pick = random.Random(f"{seed}{sorted(key)}")
        value, mark = pick.choice(
            [(pick.randrange(9), ""), (1.5, "*"), (None, "..."), (None, "-"), (0.0, "-")]
        )
        return value, mark

    return World("StatFin/vaerak/koe.px", draw(st.permutations(axes)), figure)


DECLARED = {
    "contents": [{"code": "vaesto"}, {"code": "syntyneet", "marker": "vm01", "nil": "missing"}],
    "dimensions": [{"name": "age", "text": ["Ikä"], "codes": "number"}],
}


@settings(max_examples=40, deadline=None)
@given(
    world=worlds(), limit=st.integers(1, 60), order=st.randoms(use_true_random=False), cuts=st.integers(0, 3)
)
def test_any_cube_any_limit_any_order_gives_the_same_table(
    world: World, limit: int, order: random.Random, cuts: int
) -> None:
    table, whole = live_table(**DECLARED), PxWeb(world, SERVICE, "statfin", AREAS)
    plan = whole.plan(table)
    expected = whole.tidy(plan, [whole.check(plan, world.send(call)) for call in plan.calls])
    check_tidy(expected, where="koe")
    assert len(expected) == plan.cells
    assert list(
        zip(*(expected[name] for name in ("area", "period", "age", "content")), strict=True)
    ) == sorted(zip(*(expected[name] for name in ("area", "period", "age", "content")), strict=True))
    world.max_cells = limit
    parts = PxWeb(world, SERVICE, "statfin", AREAS)
    plan = parts.plan(table)
    calls = list(plan.calls)
    for _ in range(cuts):
        call = calls.pop(order.randrange(len(calls)))
        calls += parts.smaller(plan, call) if call.cells > 1 else (call,)
    order.shuffle(calls)
    answers = [parts.check(plan, world.send(call)) for call in calls]
    pd.testing.assert_frame_equal(parts.tidy(plan, answers), expected)


def test_a_real_projection_becomes_tidy_figure_by_figure() -> None:
    file = FIXTURES / "pxweb" / "vaenn_14wx.jsonstat2.json"
    if not file.is_file():
        pytest.skip("../shared/fixtures is not beside this checkout")
    body = json.loads(file.read_bytes())
    cube = read_cube(file.read_bytes(), where="14wx")
    variables = tuple(
        Variable(code, cube_label(body, code), codes, codes, time=code == "Vuosi")
        for code, codes in cube.variables.items()
    )
    table = live_table(
        contents=[{"code": "vaesto_e24"}], fixed=[{"text": ["Sukupuoli"]}],
        dimensions=[{"name": "age", "text": ["Ikä"], "codes": "number"}],
    )  # fmt: skip
    found = resolve(TableMetadata("Ennuste", variables), table, AREAS)
    assert isinstance(found, Resolution)
    frame = tidy_table(found, [cube], where="14wx")
    check_tidy(frame, where="14wx")
    assert frame.shape == (93_000, 6)
    picked = frame[(frame["area"] == "020") & (frame["period"] == "2035") & (frame["age"] == "7")]
    index = {code: body["dimension"][code]["category"]["index"] for code in body["id"]}
    at = [index["Alue"]["KU020"], index["Vuosi"]["2035"], 0, index["Ikä"]["007"], 0]
    assert picked["value"].tolist() == [body["value"][int(np.ravel_multi_index(at, body["size"]))]]


def cube_label(body: dict[str, Any], code: str) -> str:
    return {"Alue": "Alue", "Tiedot": "Tiedot"}.get(code, code)
